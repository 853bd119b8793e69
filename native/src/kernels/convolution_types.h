// Arguments of the kernels that look at images through windows: convolution and pooling. No inline code (table.h says why).
// An image is features [C, H, W], a pixel is a row of B batch columns; `stride` numbers from one pixel to the next.
#pragma once

#include <cstddef>

namespace basin {

enum class Activation;

/// Place (y, x) of the output looks at places (y * strideHeight - paddingHeight + i, x * strideWidth - paddingWidth + j) of the input,
/// i < kernelHeight, j < kernelWidth. What lies outside the image is zero for a convolution and an average, and never a maximum.
struct Windows {
  int channels, height, width;
  int outputs, outputHeight, outputWidth;
  int kernelHeight, kernelWidth;
  int strideHeight, strideWidth;
  int paddingHeight, paddingWidth;
};

/// From the input to the output, or from the output's deltas to the input's.
enum class Way { Forward, Backward };

/// How many numbers a convolution of this shape needs room for.
struct ConvolutionRoom {
  /// Packed weights of either way.
  size_t packed;
  /// Scratch of one call, whatever its columns.
  size_t scratch;
};

/// Forward: to = f(bias + W * from), from [C, H, W, B], to [O, OH, OW, B], W [O, C, KH, KW].
/// Backward: from [O, OH, OW, B] deltas, to [C, H, W, B] the input's, without bias.
template <typename Real>
struct Convolution {
  Windows windows;
  int columns;
  ptrdiff_t stride;
  /// By packWeights for the same way.
  const Real* packed;
  const Real* from;
  Real* to;
  /// Start value of each output, or null.
  const Real* bias;
  /// Start from what `to` holds (never together with `bias`).
  bool accumulate;
  /// Linear, Relu or LeakyRelu of the result.
  Activation activation;
  /// Activation outputs in the layout of `to`, or null: the result is multiplied with the derivative of `gateActivation`
  /// (Relu or LeakyRelu) there.
  const Real* gate;
  Activation gateActivation;
  Real* scratch;
};

/// Gradient of the filters [first, first + count): weights [O, C, KH, KW] and bias [O] from deltas [O, OH, OW, B] and the input.
/// Sums over places and the batch; each filter's sum is the same whatever the range.
template <typename Real>
struct FilterGradient {
  Windows windows;
  int first, count;
  int columns;
  ptrdiff_t stride;
  const Real* delta;
  const Real* input;
  /// Of all filters.
  Real* weights;
  /// Or null.
  Real* bias;
  bool accumulate;
  Real* scratch;
};

/// Pooling of each channel, either way: [C, H, W, B] and [C, OH, OW, B].
template <typename Real>
struct Pooling {
  Windows windows;
  int columns;
  ptrdiff_t stride;
  /// Maxima alone: the images that are compared. The first of equal numbers is the maximum, a NaN always is.
  const Real* input;
  /// Forward: of the maximum's place, or to be averaged. Backward: deltas of the outputs.
  const Real* from;
  Real* to;
  /// Maxima backward: Relu or LeakyRelu if `input` is the output of one; deltas are multiplied with its derivative. Linear: nothing.
  Activation gate;
};

}  // namespace basin
