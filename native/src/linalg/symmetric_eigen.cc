#include "symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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

/// The largest absolute value; throws where one is not finite.
double largest_element(const double* matrix, size_t n) {
  // Several at once, which the compiler makes vectors of. A NaN would get lost in comparisons; it stays in sums of zeros.
  constexpr size_t lanes = 8;
  double most[lanes] = {0}, zeros[lanes] = {0};
  size_t i = 0;
  for (; i + lanes <= n * n; i += lanes) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const double value = std::fabs(matrix[i + lane]);
      most[lane] = value > most[lane] ? value : most[lane];
      zeros[lane] += value * 0;
    }
  }
  for (; i < n * n; ++i) {
    most[0] = std::max(most[0], std::fabs(matrix[i]));
    zeros[0] += matrix[i] * 0;
  }
  if (std::accumulate(zeros, zeros + lanes, 0.0) == 0) return *std::max_element(most, most + lanes);
  const size_t at = static_cast<size_t>(std::find_if(matrix, matrix + n * n, [](double x) { return !std::isfinite(x); }) - matrix);
  throw Error(ErrorCode::BadData, "eigenvalues: element " + place(at / n, at % n) + " is not finite");
}

/// Fills the lower triangle in tiles, of which both images stay in the cache. False when goOn, asked for each row of tiles, said so.
bool fill(Tridiagonalization& reduction, const double* matrix, size_t n, double scale, const GoOn& goOn) {
  constexpr size_t tile = 32;
  double mirrored[tile];
  for (size_t top = 0; top < n; top += tile) {
    if (!goOn()) return false;
    for (size_t left = 0; left <= top; left += tile) {
      for (size_t i = top; i < std::min(top + tile, n); ++i) {
        double* row = reduction.row(i) + left;
        const double* below = matrix + i * n + left;
        const size_t count = std::min(tile, i + 1 - left);
        for (size_t j = 0; j < count; ++j) mirrored[j] = scale * matrix[(left + j) * n + i];
        double apart = 0;
        for (size_t j = 0; j < count; ++j) {
          const double difference = std::fabs(scale * below[j] - mirrored[j]);
          apart = difference > apart ? difference : apart;
          row[j] = 0.5 * (scale * below[j] + mirrored[j]);
        }
        if (apart <= asymmetry) continue;
        size_t j = 0;
        while (std::fabs(scale * below[j] - mirrored[j]) <= asymmetry) ++j;
        throw Error(ErrorCode::BadData, "eigenvalues: the matrix is not symmetric at " + place(i, left + j));
      }
    }
  }
  return true;
}

}  // namespace

std::optional<SymmetricEigen> symmetric_eigen(const double* matrix, size_t n, bool vectors, int threads,
                                              const GoOn& goOn, const LinalgKernels& kernels) {
  if (n == 0) throw Error(ErrorCode::BadData, "eigenvalues: the matrix is empty");
  const double square = sizeof(double) * static_cast<double>(n) * static_cast<double>(n);
  require_memory(Tridiagonalization::memory_of(n) + (vectors ? DivideAndConquer::memory_of(n) + square : 0),
                 "eigenvalues of a matrix of " + std::to_string(n) + " rows");
  const double scale = scale_to_one(largest_element(matrix, n));

  Team team(team_size(n, threads));
  Tridiagonalization reduction(n, kernels);
  if (!fill(reduction, matrix, n, scale, goOn) || !reduction.reduce(team, goOn)) return std::nullopt;

  if (!vectors) {
    std::optional<std::vector<double>> values = tridiagonal_values(reduction.tridiagonal(), kernels, goOn);
    if (!values) return std::nullopt;
    for (double& value : *values) value /= scale;
    return SymmetricEigen{std::move(*values), {}};
  }
  DivideAndConquer parts(reduction.tridiagonal(), kernels);
  if (!parts.solve(team, goOn) || !reduction.transform_back(parts.vectors(), parts.stride(), team, goOn)) return std::nullopt;
  return parts.result(1 / scale);
}

}  // namespace basin
