// Kernels of dense linear algebra in double that the training kernels (table.h) lack, for each instruction set.
// Rows are `stride` numbers apart. Sums have a fixed order: the same numbers give the same bits on the same level.
#pragma once

#include <cstddef>

#include "table.h"

namespace basin {

/// Rows and columns of a symmetric matrix for `symmetricProduct` are padded to this.
constexpr size_t symmetricMultiple = 8;

/// What Newton's method on the secular equation needs at one point: sums over poles d[i] of weights[i] / (d[i] - x).
struct SecularSums {
  /// Poles before and from `split` on: the sums and their derivatives, sums of weights[i] / (d[i] - x)^2.
  double left, leftSlope, right, rightSlope;
};

struct LinalgKernels {
  const char* name;
  /// The same level's matrix product and transpose.
  const KernelTable<double>* dense;
  double (*dot)(const double* x, const double* y, size_t size);
  /// y += factor x
  void (*axpy)(double factor, const double* x, double* y, size_t size);
  /// x *= factor
  void (*scale)(double factor, double* x, size_t size);
  /// sums[j] = row j . x
  void (*rowDots)(const double* rows, size_t stride, size_t count, const double* x, size_t size, double* sums);
  /// y += sum of factors[j] row j
  void (*addRows)(const double* rows, size_t stride, size_t count, const double* factors, double* y, size_t size);
  /// y += A x as far as rows `from` to `to` of the lower triangle go, each element for itself and for its mirror image. Blocks of
  /// symmetricMultiple on the diagonal are read whole; `from` and `to` are multiples of it, x has zeros behind the matrix.
  void (*symmetricProduct)(const double* a, size_t stride, size_t from, size_t to, const double* x, double* y);
  /// Sums at `x`; poles and x are relative to the same origin.
  SecularSums (*secularSums)(const double* poles, const double* weights, size_t size, size_t split, double x);
  /// A step of the QR algorithm for each shift, one after the other, on a symmetric tridiagonal matrix: diagonal [size], squares of the
  /// off-diagonal [size - 1]. `shiftsAtOnce` take little longer than one.
  void (*qrSteps)(double* diagonal, double* squares, size_t size, const double* shifts, size_t count);
  size_t shiftsAtOnce;
};

const LinalgKernels& referenceLinalgKernels();
const LinalgKernels& baselineLinalgKernels();
#if defined(BASIN_X86)
const LinalgKernels& avx2LinalgKernels();
const LinalgKernels& avx512LinalgKernels();
#endif

}  // namespace basin
