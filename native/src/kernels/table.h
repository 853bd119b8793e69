// What a kernel is: the functions each instruction set provides, and their arguments, for float and double.
// Shape legend: B batch columns (a chunk of samples), I inputs, O outputs of a layer. Activations are [features, B] with the
// batch contiguous, `stride` numbers from one feature to the next; stride and B are multiples of `columnMultiple`. A kernel may be given
// some columns of a chunk alone (then B < stride).
// Kernel files are compiled for instruction sets that the machine may lack, so this header has no inline code.
#pragma once

#include <cstddef>
#include <cstdint>

#include "convolution_types.h"

namespace basin {

/// Columns of a chunk are padded to this (the widest vector), so that no kernel needs a tail along the batch.
constexpr int columnMultiple = 16;

enum class Activation { Linear, Relu, LeakyRelu, Tanh, Sigmoid, Softplus, Gelu, Sin, Softmax };

/// Rounded to the number type that it multiplies.
constexpr double leakySlope = 0.01;

/// A matrix in a larger one: features x batch columns.
struct Extent {
  int rows, columns;
  ptrdiff_t stride;
};

/// C = start + A B, then the epilogue. Any rows, columns and depth from 1.
template <typename Real>
struct Gemm {
  int rows, columns, depth;
  /// A(r, k) = a[r * aRow + k * aStep]
  const Real* a;
  ptrdiff_t aRow, aStep;
  /// Row k of B at b + k * bStep; readable up to `columns` rounded up to columnMultiple.
  const Real* b;
  ptrdiff_t bStep;
  /// Row r of C at c + r * cRow; nothing behind `columns` is written.
  Real* c;
  ptrdiff_t cRow;
  /// Start value of each row, or null.
  const Real* bias;
  /// Start from what C holds (never together with `bias`).
  bool accumulate;
  /// Linear, Relu or LeakyRelu of the result; like `gate` only where `columns` is a multiple of columnMultiple.
  Activation activation;
  /// Activation outputs in the layout of C, or null: the result is multiplied with the derivative of `gateActivation`
  /// (Relu or LeakyRelu) there.
  const Real* gate;
  Activation gateActivation;
  /// If not null, the sum of the squares of what C then holds is added here.
  double* squares;
  /// B may have many zeros that stand together along its rows: look for them, and leave their products out. (A number of A that is not
  /// finite then has no effect there.)
  bool sparse;
};

/// Gradient of a dense layer's weights [O, I] and bias [O] from deltas [O, B] and inputs [I, B]; sums over the batch.
template <typename Real>
struct WeightGradient {
  int inputs, outputs, columns;
  ptrdiff_t stride;
  const Real* delta;
  const Real* input;
  Real* weights;
  Real* bias;
  bool accumulate;
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

/// to = a x + b y, element by element; without b: a x. `size` is a multiple of columnMultiple.
template <typename Real>
struct WeightedSum {
  Real* to;
  const Real* a;
  const Real* x;
  const Real* b;
  const Real* y;
  size_t size;
};

/// For each sample, rows of two outer products: to[o * inputs + i] = s[o] x[i] + d[o] t[i]; without t: s[o] x[i]. Samples are sRow, xRow
/// and so on apart.
template <typename Real>
struct OuterRows {
  int samples, outputs, inputs;
  const Real* s;
  ptrdiff_t sRow;
  const Real* x;
  ptrdiff_t xRow;
  const Real* d;
  ptrdiff_t dRow;
  const Real* t;
  ptrdiff_t tRow;
  Real* to;
  ptrdiff_t toRow;
};

/// Outputs [O, B] against targets. `valid` [B] is 1 for samples and 0 for padding.
template <typename Real>
struct LossInput {
  int outputs, columns;
  ptrdiff_t stride;
  const Real* output;
  /// [O, B] values, or [B] labels as numbers.
  const Real* target;
  const Real* valid;
  /// Gradient with respect to the output times `scale`, or null.
  Real* delta;
  Real scale;
};

struct LossSum {
  double loss;
  /// Number of right answers (cross-entropy alone).
  double right;
};

/// One step of a first-order optimiser, with PyTorch's formulas. What is zero costs nothing.
template <typename Real>
struct Update {
  Real* parameters;
  const Real* gradient;
  Real* first;
  Real* second;
  size_t size;
  Real learningRate, decay1, decay2, epsilon;
  /// 1 - decay, rounded after the subtraction.
  Real rest1, rest2;
  /// Adam: 1 / sqrt(1 - beta2^t); its learning rate already holds 1 / (1 - beta1^t).
  Real secondScale;
  /// Times the parameter, added to the gradient (L2).
  Real weightDecay;
  /// AdamW: learning rate (without Adam's correction) times decay; so much of each parameter goes before the step.
  Real decoupledDecay;
  /// SGD with momentum: the step is taken along gradient + momentum * buffer.
  bool nesterov;
};

/// What looks at images through windows.
template <typename Real>
struct ImageKernels {
  ConvolutionRoom (*convolutionRoom)(const Windows&);
  /// Weights [O, C, KH, KW] as `convolve` wants them for that way. Each of `parts` threads packs its part.
  void (*packWeights)(Way, const Windows&, const Real* weights, Real* packed, int part, int parts);
  void (*convolve)(Way, const Convolution<Real>&);
  void (*filterGradient)(const FilterGradient<Real>&);
  void (*maxPool)(const Pooling<Real>&);
  void (*maxPoolBackward)(const Pooling<Real>&);
  /// Divided by the whole window's size, also where a part of it is outside of the image.
  void (*averagePool)(const Pooling<Real>&);
  void (*averagePoolBackward)(const Pooling<Real>&);
};

template <typename Real>
ImageKernels<Real> referenceImages();

/// In "tangent" kernels a name with Tangent is the derivative of what the name before it holds, along a direction in
/// parameter space: forward-over-reverse differentiation (Pearlmutter, "Fast exact multiplication by the Hessian", 1994).
template <typename Real>
struct KernelTable {
  const char* name;
  void (*gemm)(const Gemm<Real>&);
  void (*weightGradient)(const WeightGradient<Real>&);
  /// sums[r] (+)= sum of row r.
  void (*sumRows)(const Real* rows, ptrdiff_t stride, int count, int columns, Real* sums, bool accumulate);
  /// to[c * toStride + r] = from[r * fromStride + c]; rows of `to` are written up to `rows` alone.
  void (*transpose)(const Real* from, ptrdiff_t fromStride, int rows, int columns, Real* to, ptrdiff_t toStride);

  /// a = f(z) for every activation but Softmax; z and a may be the same.
  void (*activate)(Activation, Extent, const Real* z, Real* a);
  /// delta *= f'(z), with a = f(z) at hand. Softplus, Gelu and Sin need z; the others take z = a.
  void (*activateBackward)(Activation, Extent, Real* delta, const Real* z, const Real* a);
  /// aTangent = f'(z) zTangent; z as above, aTangent may be zTangent.
  void (*activateTangent)(Activation, Extent, const Real* z, const Real* a, const Real* zTangent, Real* aTangent);
  /// deltaTangent = f'(z) deltaTangent + f''(z) zTangent delta, then delta = f'(z) delta; z as above. Relu and its leaky kind
  /// have no second derivative at 0 and none that counts elsewhere: f'' = 0, which is right almost everywhere.
  void (*activateBackwardTangent)(Activation, Extent, const Real* z, const Real* a, const Real* zTangent, Real* delta,
                                  Real* deltaTangent);

  /// Softmax over the features of each column, in place, and its vector-Jacobian product.
  void (*softmax)(Real* a, ptrdiff_t stride, int features, int columns);
  void (*softmaxBackward)(Real* delta, const Real* a, ptrdiff_t stride, int features, int columns);
  /// Turns the tangent of softmax's input into that of its output, in place.
  void (*softmaxTangent)(const Real* a, ptrdiff_t stride, int features, int columns, Real* tangent);
  /// What softmaxBackward does to delta, and the tangent of that to deltaTangent.
  void (*softmaxBackwardTangent)(const Real* a, const Real* aTangent, Real* delta, Real* deltaTangent, ptrdiff_t stride,
                                 int features, int columns);

  LossSum (*squaredError)(const LossInput<Real>&);
  LossSum (*crossEntropy)(const LossInput<Real>&);
  /// deltaTangent = (second derivative of the loss) outputTangent, times scale and valid: the tangent of `delta`, which is
  /// not read or written here.
  void (*squaredErrorTangent)(const LossInput<Real>&, const Real* outputTangent, Real* deltaTangent);
  void (*crossEntropyTangent)(const LossInput<Real>&, const Real* outputTangent, Real* deltaTangent);

  void (*weightedSum)(const WeightedSum<Real>&);
  void (*outerRows)(const OuterRows<Real>&);

  double (*sumSquares)(const Real* values, size_t size);
  void (*randomWords)(const RandomBlocks&);
  void (*sgd)(const Update<Real>&);
  void (*rmsprop)(const Update<Real>&);
  void (*adam)(const Update<Real>&);
  ImageKernels<Real> images;
};

template <typename Real>
const KernelTable<Real>& referenceKernels();

template <typename Real>
const KernelTable<Real>& baselineKernels();
template <>
const KernelTable<float>& baselineKernels<float>();
template <>
const KernelTable<double>& baselineKernels<double>();

#if defined(BASIN_X86)
template <typename Real>
const KernelTable<Real>& avx2Kernels();
template <>
const KernelTable<float>& avx2Kernels<float>();
template <>
const KernelTable<double>& avx2Kernels<double>();

template <typename Real>
const KernelTable<Real>& avx512Kernels();
template <>
const KernelTable<float>& avx512Kernels<float>();
template <>
const KernelTable<double>& avx512Kernels<double>();
#endif

}  // namespace basin
