// What a kernel is: the functions each instruction set provides, and their arguments.
// Shape legend: B batch columns (a chunk of samples), I inputs, O outputs of a layer. Activations are [features, B] with the
// batch contiguous, `stride` floats from one feature to the next; stride and B are multiples of `columnMultiple`.
// Kernel files are compiled for instruction sets that the machine may lack, so this header has no inline code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace basin {

/// Columns of a chunk are padded to this (the widest vector), so that no kernel needs a tail along the batch.
constexpr int columnMultiple = 16;

enum class Activation { Linear, Relu, LeakyRelu, Tanh, Sigmoid, Softplus, Gelu, Sin, Softmax };

constexpr float leakySlope = 0.01f;

/// C = start + A B, then the epilogue. Any rows, columns and depth from 1.
struct Gemm {
  int rows, columns, depth;
  /// A(r, k) = a[r * aRow + k * aStep]
  const float* a;
  ptrdiff_t aRow, aStep;
  /// Row k of B at b + k * bStep; readable up to `columns` rounded up to columnMultiple.
  const float* b;
  ptrdiff_t bStep;
  /// Row r of C at c + r * cRow; nothing behind `columns` is written.
  float* c;
  ptrdiff_t cRow;
  /// Start value of each row, or null.
  const float* bias;
  /// Start from what C holds (never together with `bias`).
  bool accumulate;
  /// Linear, Relu or LeakyRelu of the result.
  Activation activation;
  /// Activation outputs in the layout of C, or null: the result is multiplied with the derivative of `gateActivation`
  /// (Relu or LeakyRelu) there.
  const float* gate;
  Activation gateActivation;
  /// If not null, the sum of the squares of what C then holds is added here.
  double* squares;
};

/// Gradient of a dense layer's weights [O, I] and bias [O] from deltas [O, B] and inputs [I, B]; sums over the batch.
struct WeightGradient {
  int inputs, outputs, columns;
  ptrdiff_t stride;
  const float* delta;
  const float* input;
  float* weights;
  float* bias;
  bool accumulate;
  /// Room for ceil(inputs / 4) * outputs + 3 vectors.
  float* scratch;
};

/// Blocks first .. first + count - 1 of a Philox stream (random.h).
struct RandomBlocks {
  uint32_t key[2];
  uint32_t stream;
  uint32_t first;
  uint32_t count;
  /// Four words for each block.
  uint32_t* words;
};

/// Outputs [O, B] against targets. `valid` [B] is 1 for samples and 0 for padding.
struct LossInput {
  int outputs, columns;
  ptrdiff_t stride;
  const float* output;
  /// [O, B] values, or [B] labels as numbers.
  const float* target;
  const float* valid;
  /// Gradient with respect to the output times `scale`, or null.
  float* delta;
  float scale;
};

struct LossSum {
  double loss;
  /// Number of right answers (cross-entropy alone).
  double right;
};

struct Update {
  float* parameters;
  const float* gradient;
  float* first;
  float* second;
  size_t size;
  float learningRate, decay1, decay2, epsilon;
  /// 1 - decay, rounded after the subtraction.
  float rest1, rest2;
  /// Adam: 1 / sqrt(1 - beta2^t); its learning rate already holds 1 / (1 - beta1^t).
  float secondScale;
};

struct KernelTable {
  const char* name;
  void (*gemm)(const Gemm&);
  void (*weightGradient)(const WeightGradient&);
  /// sums[r] (+)= sum of row r.
  void (*sumRows)(const float* rows, ptrdiff_t stride, int count, int columns, float* sums, bool accumulate);
  /// to[c * toStride + r] = from[r * fromStride + c]; rows of `to` are written up to `rows` alone.
  void (*transpose)(const float* from, ptrdiff_t fromStride, int rows, int columns, float* to, ptrdiff_t toStride);
  /// a = f(z) for the activations that gemm does not apply and that are elementwise; `size` a multiple of columnMultiple; z and a may be the same.
  void (*activate)(Activation, const float* z, float* a, size_t size);
  /// delta *= f'(z), with a = f(z) at hand.
  void (*activateBackward)(Activation, float* delta, const float* z, const float* a, size_t size);
  /// Softmax over the features of each column, in place, and its vector-Jacobian product.
  void (*softmax)(float* a, ptrdiff_t stride, int features, int columns);
  void (*softmaxBackward)(float* delta, const float* a, ptrdiff_t stride, int features, int columns);
  LossSum (*squaredError)(const LossInput&);
  LossSum (*crossEntropy)(const LossInput&);
  double (*sumSquares)(const float* values, size_t size);
  void (*randomWords)(const RandomBlocks&);
  void (*sgd)(const Update&);
  void (*rmsprop)(const Update&);
  void (*adam)(const Update&);
};

const KernelTable& referenceKernels();
const KernelTable& baselineKernels();
#if defined(BASIN_X86)
const KernelTable& avx2Kernels();
const KernelTable& avx512Kernels();
#endif

}  // namespace basin
