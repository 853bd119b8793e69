#include "lanczos.h"

#include <algorithm>
#include <cmath>

#include "../linalg/vectors.h"
#include "basis.h"
#include "random_vectors.h"

namespace basin {
namespace {

/// Of a product of length 1, beside the matrix' size: what is less is rounding.
constexpr double rounding = 1e-13;

}  // namespace

LanczosRun run_lanczos(const SymmetricOperator& a, size_t steps, double* start) {
  const size_t most = std::min(steps, a.size);
  Basis basis(most, a.size, "Lanczos vectors");
  Aligned<double> next(a.size);
  std::copy_n(start, a.size, next.data());
  LanczosRun run;
  // Of the rows of T; a bound for its eigenvalues, which are within those of A.
  double largest = 0;
  for (;;) {
    basis.push(next.data(), a.goOn);
    const double* q = basis.vector(basis.count() - 1);
    a.apply(q, next.data());
    const double alpha = dot(q, next.data(), a.size);
    basis.orthogonalize(next.data(), a.goOn);
    const double before = run.next;
    run.next = norm2(next.data(), a.size);
    run.t.diagonal.push_back(alpha);
    largest = std::max(largest, std::fabs(alpha) + before + run.next);
    // A matrix that is not finite ends here too.
    if (run.steps() == most || !(run.next > rounding * largest)) return run;
    run.t.offDiagonal.push_back(run.next);
    scale(1 / run.next, next.data(), a.size);
  }
}

LanczosResult lanczos(const SymmetricOperator& a, size_t steps, RandomKey key) {
  if (steps == 0) throw Error(ErrorCode::BadArgument, "steps must be at least 1");
  Aligned<double> start(a.size);
  fill_normal(start.data(), a.size, key, 0, a.goOn);
  scale(1 / norm2(start.data(), a.size), start.data(), a.size);
  LanczosRun run = run_lanczos(a, steps, start.data());
  // Turned round, the first elements of the eigenvectors are those at the end: |A y - value y| = |A Q - Q T| |last element of y in Q|.
  std::reverse(run.t.diagonal.begin(), run.t.diagonal.end());
  std::reverse(run.t.offDiagonal.begin(), run.t.offDiagonal.end());
  const GaussQuadrature rule = gauss_quadrature(std::move(run.t));
  LanczosResult result{rule.nodes, {}};
  for (const double weight : rule.weights) result.residuals.push_back(run.next * std::sqrt(weight));
  return result;
}

}  // namespace basin
