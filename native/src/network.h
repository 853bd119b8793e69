// Forward and backward of a dense network on one chunk of samples. Knows kernels and workspace; nothing of sets, steps or threads.
// B columns of a chunk, features x batch: see kernels/table.h.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned.h"
#include "model.h"

namespace basin {

/// Samples as JavaScript hands them over, samples first. Exactly one of values and labels is filled.
struct Samples {
  size_t size = 0;
  std::vector<float> inputs;
  std::vector<float> values;
  std::vector<uint8_t> labels;
};

class Network {
 public:
  Network(const ModelSpec& model, const KernelTable<float>& kernels);

  size_t parameterCount() const { return parameter_count(layers_); }
  int inputSize() const { return layers_.front().inputs; }
  int outputSize() const { return layers_.back().outputs; }
  Loss loss() const { return loss_; }
  const KernelTable<float>& kernels() const { return kernels_; }
  /// The most samples that one chunk holds.
  int capacity() const { return capacity_; }

  /// Puts `count` rows of `inputs` into the chunk: those that `order` lists, or consecutive ones from `start`.
  void loadInputs(const float* inputs, const uint32_t* order, size_t start, int count);
  /// Puts the targets of the same samples into the chunk.
  void loadTargets(const Samples& samples, const uint32_t* order, size_t start);
  void forward(const float* parameters);
  /// Sum of the losses of the chunk's samples (squared errors or cross-entropies) and number of right answers. With
  /// `scale`, also starts the backward pass: every sample's loss counts `scale` times.
  LossSum lossSum(const float* scale);
  /// Gradient [P] of what lossSum started, stored or added. Returns the sum of its squares, in single precision: for use
  /// if neither very small nor very large.
  double backward(const float* parameters, float* gradient, bool accumulate);
  /// Outputs of the chunk, [count, O].
  void copyOutputs(float* to) const;

 private:
  struct Work {
    AlignedFloats output;
    /// Before the activation, where its derivative needs that.
    AlignedFloats before;
    /// The weight gradient goes by dot products along the batch (small layers) rather than by a matrix product.
    bool dot;
  };

  double weightGradient(size_t index, const float* delta, float* gradient, bool accumulate);
  double dotSquares(const float* gradient) const;
  const float* inputOf(size_t index) const { return index == 0 ? input_.data() : work_[index - 1].output.data(); }

  const KernelTable<float>& kernels_;
  const Loss loss_;
  const std::vector<DenseLayer> layers_;
  std::vector<Work> work_;
  int capacity_ = 0;
  /// Samples in the chunk, and the columns they take (padding repeats the first sample, so that it is never less finite).
  int count_ = 0;
  int columns_ = 0;
  AlignedFloats input_;
  /// Inputs samples first [B, I rounded up], for the first layer's weight gradient; not kept when `dot`.
  AlignedFloats rows_;
  AlignedFloats transposed_;
  AlignedFloats target_;
  AlignedFloats valid_;
  AlignedFloats delta_[2];
  AlignedFloats scratch_;
};

}  // namespace basin
