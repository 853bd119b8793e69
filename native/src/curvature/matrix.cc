// The full matrices of an objective.
#include <algorithm>

#include "dense_chain.h"
#include "dense_hessian.h"
#include "gauss_newton.h"
#include "objective.h"

namespace basin {
namespace {

/// Rows of a square that is gone through together with its mirror image.
constexpr size_t tile = 32;

/// Calls pair(above, below) for each element above the diagonal and its mirror image.
template <typename Pair>
void each_pair(double* matrix, size_t size, const GoOn& goOn, const Pair& pair) {
  for (size_t rows = 0; rows < size; rows += tile) {
    require_go_on(goOn);
    for (size_t columns = rows; columns < size; columns += tile) {
      for (size_t r = rows; r < std::min(size, rows + tile); ++r) {
        for (size_t c = std::max(columns, r + 1); c < std::min(size, columns + tile); ++c) {
          pair(matrix[r * size + c], matrix[c * size + r]);
        }
      }
    }
  }
}

/// Products with unit vectors, for networks of any layers.
void hessian_by_products(Objective& objective, const double* theta, double* out, const GoOn& goOn) {
  const size_t size = objective.parameterCount();
  std::vector<double> unit(size);
  for (size_t i = 0; i < size; ++i) {
    unit[i] = 1;
    objective.product(Operator::Hessian, theta, unit.data(), out + i * size, goOn);
    unit[i] = 0;
  }
  each_pair(out, size, goOn, [](double& above, double& below) { above = 0.5 * (above + below); });
}

}  // namespace

void Objective::matrix(Operator op, const double* theta, double* out, const GoOn& goOn) {
  const size_t size = parameterCount();
  require_memory(static_cast<double>(size) * static_cast<double>(size) * sizeof(double), "a full matrix");
  const bool products = op == Operator::Hessian && !DenseChain::describes(network_.plan());
  if (op == Operator::GaussNewton) gauss_newton(*this, theta, out, goOn);
  else if (products) hessian_by_products(*this, theta, out, goOn);
  else dense_hessian(*this, theta, out, goOn);
  each_pair(out, size, goOn, [](double& above, double& below) { below = above; });
  // Products have it already.
  if (products) return;
  for (size_t i = 0; i < size; ++i) out[i * size + i] += ridge();
}

}  // namespace basin
