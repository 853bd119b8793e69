// Long vectors of doubles. Sums have a fixed order: the same numbers give the same bits on the same instruction set.
#pragma once

#include <cstddef>

#include "../kernels/linalg_select.h"

namespace basin {

inline double dot(const double* x, const double* y, size_t size) { return default_linalg_kernels().dot(x, y, size); }

/// y += factor x
inline void axpy(double factor, const double* x, double* y, size_t size) { default_linalg_kernels().axpy(factor, x, y, size); }

/// x *= factor
inline void scale(double factor, double* x, size_t size) { default_linalg_kernels().scale(factor, x, size); }

/// Euclidean length; also of vectors whose squares are too large or too small for a double. NaN and infinity stay.
double norm2(const double* x, size_t size);

/// sums[j] = row j . x for rows `stride` apart: one step of Gram-Schmidt against all of them, with `add_rows`.
inline void row_dots(const double* rows, size_t stride, size_t count, const double* x, size_t size, double* sums) {
  default_linalg_kernels().rowDots(rows, stride, count, x, size, sums);
}

/// y += sum of factors[j] row j
inline void add_rows(const double* rows, size_t stride, size_t count, const double* factors, double* y, size_t size) {
  default_linalg_kernels().addRows(rows, stride, count, factors, y, size);
}

}  // namespace basin
