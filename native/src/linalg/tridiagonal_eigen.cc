#include "tridiagonal_eigen.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "../error.h"
#include "../model.h"
#include "divide_and_conquer.h"
#include "layout.h"
#include "scaling.h"

namespace basin {
namespace {

/// Brings the largest element near 1 and returns the factor. Throws for what is no matrix.
double rescale(Tridiagonal& t) {
  if (t.diagonal.empty() || t.offDiagonal.size() + 1 != t.diagonal.size()) {
    throw Error(ErrorCode::BadData, "tridiagonal eigenvalues: n diagonal and n - 1 other elements make a matrix");
  }
  double largest = 0;
  for (const std::vector<double>* elements : {&t.diagonal, &t.offDiagonal}) {
    for (const double element : *elements) {
      if (!std::isfinite(element)) throw Error(ErrorCode::BadData, "tridiagonal eigenvalues: an element is not finite");
      largest = std::max(largest, std::fabs(element));
    }
  }
  const double scale = scale_to_one(largest);
  for (double& element : t.diagonal) element *= scale;
  for (double& element : t.offDiagonal) element *= scale;
  return scale;
}

}  // namespace

std::optional<SymmetricEigen> tridiagonal_eigen(Tridiagonal t, int threads, const GoOn& goOn,
                                                const LinalgKernels& kernels) {
  const double scale = rescale(t);
  const size_t n = t.diagonal.size();
  const double square = sizeof(double) * static_cast<double>(n) * static_cast<double>(n);
  require_memory(DivideAndConquer::memory_of(n) + square, "eigenvectors of a tridiagonal matrix of " + std::to_string(n) + " rows");
  Team team(team_size(n, threads));
  DivideAndConquer parts(std::move(t), kernels);
  if (!parts.solve(team, goOn)) return std::nullopt;
  return parts.result(1 / scale);
}

GaussQuadrature gauss_quadrature(Tridiagonal t) {
  const double scale = rescale(t);
  const size_t n = t.diagonal.size();
  std::vector<double> first(n);
  first[0] = 1;
  rotate_to_diagonal(t, first.data(), 1, 1);
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return t.diagonal[a] < t.diagonal[b]; });
  GaussQuadrature rule;
  for (const size_t k : order) {
    rule.nodes.push_back(t.diagonal[k] / scale);
    rule.weights.push_back(first[k] * first[k]);
  }
  return rule;
}

}  // namespace basin
