// The unreduced block at the end is worked on until its last off-diagonal element is nothing; then that eigenvalue is done.
#include "tridiagonal_qr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../error.h"

namespace basin {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// Squares of off-diagonal elements below this have lost digits.
constexpr double smallestSquare = 1e-290;
/// Steps for one eigenvalue; three are usual.
constexpr int patience = 30, limit = 300;

/// Whether an off-diagonal element is nothing beside the diagonal around it (or, where that does not end, beside the whole matrix).
class Negligible {
 public:
  explicit Negligible(const Tridiagonal& t) {
    double largest = 0;
    for (const double a : t.diagonal) largest = std::max(largest, std::fabs(a));
    for (const double b : t.offDiagonal) largest = std::max(largest, std::fabs(b));
    absolute_ = epsilon * epsilon * largest * largest;
  }
  bool operator()(double square, double before, double after) const {
    return square <= epsilon * epsilon * std::fabs(before * after) || square <= (steps_ > patience ? absolute_ : smallestSquare);
  }
  void count_step() {
    if (++steps_ > limit) throw Error(ErrorCode::BadData, "eigenvalues: the QR algorithm did not converge");
  }
  void found_one() { steps_ = 0; }

 private:
  double absolute_;
  int steps_ = 0;
};

/// The eigenvalue of [a b; b c] nearer to c (Wilkinson's shift).
double shift_of(double a, double square, double c) {
  const double half = 0.5 * (a - c);
  const double root = std::sqrt(half * half + square);
  return c - square / (half + (half >= 0 ? root : -root));
}

/// One implicit step of QR (Golub and Van Loan, algorithm 8.3.2), its rotations applied to the rows too.
void implicit_step(Tridiagonal& t, size_t first, size_t last, double shift, double* rows, size_t stride, size_t columns) {
  double* d = t.diagonal.data();
  double* e = t.offDiagonal.data();
  double x = d[first] - shift, bulge = e[first];
  for (size_t i = first; i < last; ++i) {
    const double length = std::hypot(x, bulge);
    const double c = length > 0 ? x / length : 1, s = length > 0 ? bulge / length : 0;
    if (i > first) e[i - 1] = length;
    const double before = d[i], after = d[i + 1], between = e[i];
    const double mixed = 2 * c * s * between;
    d[i] = c * c * before + mixed + s * s * after;
    d[i + 1] = s * s * before - mixed + c * c * after;
    e[i] = c * s * (after - before) + (c * c - s * s) * between;
    if (i + 1 < last) {
      x = e[i];
      bulge = s * e[i + 1];
      e[i + 1] *= c;
    }
    double *upper = rows + i * stride, *lower = upper + stride;
    for (size_t j = 0; j < columns; ++j) {
      const double a = upper[j], b = lower[j];
      upper[j] = c * a + s * b;
      lower[j] = c * b - s * a;
    }
  }
}

/// Where the unreduced block begins that ends with element `last`.
template <typename Square>
size_t block_start(const Negligible& negligible, const std::vector<double>& diagonal, size_t last, const Square& square) {
  size_t first = last;
  while (first > 0 && !negligible(square(first - 1), diagonal[first - 1], diagonal[first])) --first;
  return first;
}

std::optional<std::vector<double>> find_values(Tridiagonal squared, Negligible negligible, const LinalgKernels& kernels,
                                               const GoOn& goOn);

/// Eigenvalues of the last rows and columns of a block: good shifts for as many steps.
std::vector<double> shifts_of(const double* diagonal, const double* squares, size_t size, const Negligible& negligible,
                              const LinalgKernels& kernels) {
  const size_t count = kernels.shiftsAtOnce, from = size - count;
  Tridiagonal corner = {{diagonal + from, diagonal + size}, {squares + from, squares + size - 1}};
  return *find_values(std::move(corner), negligible, kernels, [] { return true; });
}

/// Eigenvalues, in no order, of a matrix whose off-diagonal elements have been squared.
std::optional<std::vector<double>> find_values(Tridiagonal squared, Negligible negligible, const LinalgKernels& kernels,
                                               const GoOn& goOn) {
  double *d = squared.diagonal.data(), *squares = squared.offDiagonal.data();
  for (size_t last = squared.diagonal.size() - 1; last > 0;) {
    const size_t first = block_start(negligible, squared.diagonal, last, [&](size_t i) { return squares[i]; });
    if (first == last) {
      negligible.found_one();
      --last;
      continue;
    }
    if (!goOn()) return std::nullopt;
    negligible.count_step();
    const size_t size = last - first + 1;
    if (size < 2 * kernels.shiftsAtOnce) {
      const double shift = shift_of(d[last - 1], squares[last - 1], d[last]);
      kernels.qrSteps(d + first, squares + first, size, &shift, 1);
    } else {
      const std::vector<double> shifts = shifts_of(d + first, squares + first, size, negligible, kernels);
      kernels.qrSteps(d + first, squares + first, size, shifts.data(), shifts.size());
    }
  }
  return std::move(squared.diagonal);
}

}  // namespace

std::optional<std::vector<double>> tridiagonal_values(Tridiagonal t, const LinalgKernels& kernels, const GoOn& goOn) {
  // Eigenvalues are found at the end; small ones that come first would be mixed with large ones on their way there.
  if (std::fabs(t.diagonal.front()) < std::fabs(t.diagonal.back())) {
    std::reverse(t.diagonal.begin(), t.diagonal.end());
    std::reverse(t.offDiagonal.begin(), t.offDiagonal.end());
  }
  const Negligible negligible(t);
  for (double& b : t.offDiagonal) b *= b;
  std::optional<std::vector<double>> values = find_values(std::move(t), negligible, kernels, goOn);
  if (values) std::sort(values->begin(), values->end());
  return values;
}

void rotate_to_diagonal(Tridiagonal& t, double* rows, size_t stride, size_t columns) {
  Negligible negligible(t);
  const std::vector<double>&d = t.diagonal, &e = t.offDiagonal;
  for (size_t last = d.size() - 1; last > 0;) {
    const size_t first = block_start(negligible, d, last, [&](size_t i) { return e[i] * e[i]; });
    if (first == last) {
      negligible.found_one();
      --last;
    } else {
      negligible.count_step();
      const double shift = shift_of(d[last - 1], e[last - 1] * e[last - 1], d[last]);
      implicit_step(t, first, last, shift, rows, stride, columns);
    }
  }
}

}  // namespace basin
