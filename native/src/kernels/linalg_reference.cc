// The kernels of linear algebra as plain loops, for reading and for testing the fast ones.
#include "linalg_table.h"

namespace basin {
namespace {

double dot(const double* x, const double* y, size_t size) {
  double sum = 0;
  for (size_t i = 0; i < size; ++i) sum += x[i] * y[i];
  return sum;
}

void axpy(double factor, const double* x, double* y, size_t size) {
  for (size_t i = 0; i < size; ++i) y[i] += factor * x[i];
}

void scale(double factor, double* x, size_t size) {
  for (size_t i = 0; i < size; ++i) x[i] *= factor;
}

void row_dots(const double* rows, size_t stride, size_t count, const double* x, size_t size, double* sums) {
  for (size_t j = 0; j < count; ++j) sums[j] = dot(rows + j * stride, x, size);
}

void add_rows(const double* rows, size_t stride, size_t count, const double* factors, double* y, size_t size) {
  for (size_t j = 0; j < count; ++j) axpy(factors[j], rows + j * stride, y, size);
}

void symmetric_product(const double* a, size_t stride, size_t from, size_t to, const double* x, double* y) {
  for (size_t row = from; row < to; ++row) {
    const size_t block = row - row % symmetricMultiple;
    for (size_t column = 0; column < block; ++column) {
      y[row] += a[row * stride + column] * x[column];
      y[column] += a[row * stride + column] * x[row];
    }
    for (size_t column = block; column < block + symmetricMultiple; ++column) y[row] += a[row * stride + column] * x[column];
  }
}

SecularSums secular_sums(const double* poles, const double* weights, size_t size, size_t split, double x) {
  SecularSums sums = {0, 0, 0, 0};
  for (size_t i = 0; i < size; ++i) {
    const double term = weights[i] / (poles[i] - x);
    (i < split ? sums.left : sums.right) += term;
    (i < split ? sums.leftSlope : sums.rightSlope) += term / (poles[i] - x);
  }
  return sums;
}

/// Parlett, The Symmetric Eigenvalue Problem, section 8.15.
void qr_step(double* diagonal, double* squares, size_t size, double shift) {
  double c = 1, s = 0, g = diagonal[0] - shift, p = g * g;
  for (size_t i = 0; i + 1 < size; ++i) {
    const double b = squares[i], r = p + b, next = diagonal[i + 1];
    if (i > 0) squares[i - 1] = s * r;
    const double old_c = c, old_g = g;
    c = r > 0 ? p / r : 1;
    s = r > 0 ? b / r : 0;
    g = c * (next - shift) - s * old_g;
    diagonal[i] = old_g + (next - g);
    p = c > 0 ? g * g / c : old_c * b;
  }
  squares[size - 2] = s * p;
  diagonal[size - 1] = shift + g;
}

void qr_steps(double* diagonal, double* squares, size_t size, const double* shifts, size_t count) {
  if (size < 2) return;
  for (size_t i = 0; i < count; ++i) qr_step(diagonal, squares, size, shifts[i]);
}

}  // namespace

const LinalgKernels& referenceLinalgKernels() {
  static const LinalgKernels table = {"reference", &referenceKernels<double>(), dot,
                                      axpy,        scale,                       row_dots,
                                      add_rows,    symmetric_product,           secular_sums,
                                      qr_steps,    4};
  return table;
}

}  // namespace basin
