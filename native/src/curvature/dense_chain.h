// A network of dense layers with elementwise activations on one chunk of samples, with all that its second derivatives are made of.
// B columns of the chunk; a layer has I inputs and O outputs, z = W x + b and a = f(z).
#pragma once

#include <vector>

#include "objective.h"

namespace basin {

/// One layer on the chunk. Blocks are [features, B] but for those that say samples first.
struct ChainLayer {
  size_t weightOffset, biasOffset;
  int inputs, outputs;
  Activation activation;
  /// x, and a row of ones for the bias: [I + 1, B].
  Aligned<double> input;
  Aligned<double> before, output;
  /// f'(z), f''(z) dL/da, and dL/dz.
  Aligned<double> slope, bend, delta;
  /// Samples first: x [B, inputRow] and dL/dz [B, O].
  Aligned<double> inputRows, deltaRows;
  ptrdiff_t inputRow;
};

class DenseChain {
 public:
  /// Whether a network is such a chain (dropout and flattening change nothing in evaluation).
  static bool describes(const Plan& plan);
  /// Bytes of a chain's blocks.
  static double memoryOf(const Plan& plan, int capacity);

  /// Of an objective whose network is one, for chunks of up to `capacity` columns.
  DenseChain(Objective& objective, int capacity);

  const std::vector<ChainLayer>& layers() const { return layers_; }
  /// The way there and back for the thread's columns; the chunk's samples and targets are loaded.
  void load(const Pass<double>& pass);

  /// to [O, columns] = W x, x [I, columns] being zero but for `count` rows from `first` on.
  void forward(const ChainLayer& layer, const Pass<double>& pass, const double* x, int first, int count, const double* bias,
               double* to) const;
  /// to [I, columns] = W^T delta
  void backward(const ChainLayer& layer, const Pass<double>& pass, const double* delta, double* to) const;

 private:
  void slopes(ChainLayer& layer, const Pass<double>& pass);

  Objective& objective_;
  std::vector<ChainLayer> layers_;
  Aligned<double> ones_;
};

}  // namespace basin
