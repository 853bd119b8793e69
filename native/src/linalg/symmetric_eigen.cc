#include "symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "../error.h"
#include "../model.h"
#include "divide_and_conquer.h"
#include "layout.h"
#include "scaling.h"
#include "tridiagonalization.h"

namespace basin {
namespace {

/// How far mirror images may differ, relative to the largest element.
constexpr double asymmetry = 1e-10;

std::string place(size_t row, size_t column) { return "[" + std::to_string(row) + ", " + std::to_string(column) + "]"; }

/// The largest absolute value.
double largest_element(const double* matrix, size_t n) {
  double largest = 0;
  for (size_t i = 0; i < n * n; ++i) {
    if (!std::isfinite(matrix[i])) throw Error(ErrorCode::BadData, "eigenvalues: element " + place(i / n, i % n) + " is not finite");
    largest = std::max(largest, std::fabs(matrix[i]));
  }
  return largest;
}

/// Fills the lower triangle in tiles, of which both images stay in the cache.
void fill(Tridiagonalization& reduction, const double* matrix, size_t n, double scale) {
  constexpr size_t tile = 32;
  for (size_t top = 0; top < n; top += tile) {
    for (size_t left = 0; left <= top; left += tile) {
      for (size_t i = top; i < std::min(top + tile, n); ++i) {
        double* row = reduction.row(i);
        for (size_t j = left; j < std::min(left + tile, i + 1); ++j) {
          const double below = scale * matrix[i * n + j], above = scale * matrix[j * n + i];
          if (std::fabs(below - above) > asymmetry) {
            throw Error(ErrorCode::BadData, "eigenvalues: the matrix is not symmetric at " + place(i, j));
          }
          row[j] = 0.5 * (below + above);
        }
      }
    }
  }
}

}  // namespace

std::optional<SymmetricEigen> symmetric_eigen(const double* matrix, size_t n, bool vectors, int threads,
                                              const std::function<bool()>& goOn, const LinalgKernels& kernels) {
  if (n == 0) throw Error(ErrorCode::BadData, "eigenvalues: the matrix is empty");
  const double square = sizeof(double) * static_cast<double>(n) * static_cast<double>(n);
  require_memory(Tridiagonalization::memory_of(n) + (vectors ? DivideAndConquer::memory_of(n) + square : 0),
                 "eigenvalues of a matrix of " + std::to_string(n) + " rows");
  const double scale = scale_to_one(largest_element(matrix, n));

  Team team(team_size(n, threads));
  Tridiagonalization reduction(n, kernels);
  fill(reduction, matrix, n, scale);
  if (!reduction.reduce(team, goOn)) return std::nullopt;

  if (!vectors) {
    std::optional<std::vector<double>> values = tridiagonal_values(reduction.tridiagonal(), goOn);
    if (!values) return std::nullopt;
    for (double& value : *values) value /= scale;
    return SymmetricEigen{std::move(*values), {}};
  }
  DivideAndConquer parts(reduction.tridiagonal(), kernels);
  if (!parts.solve(team, goOn) || !reduction.transform_back(parts.vectors(), parts.stride(), team, goOn)) return std::nullopt;
  return parts.result(1 / scale);
}

}  // namespace basin
