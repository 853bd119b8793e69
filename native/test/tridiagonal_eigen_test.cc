#include "../src/linalg/tridiagonal_eigen.h"

#include <cmath>
#include <limits>

#include "check.h"
#include "matrices.h"

using namespace basin;
using namespace basin::test;

namespace {

Matrix dense(const Tridiagonal& t) {
  return symmetric(t.diagonal.size(), [&](size_t i, size_t j) { return i == j ? t.diagonal[i] : i == j + 1 ? t.offDiagonal[j] : 0; });
}

void check_tridiagonal(const Tridiagonal& t, const std::string& what) {
  for (const LinalgKernels* kernels : available_linalg_kernels()) {
    check_eigen(dense(t), *tridiagonal_eigen(t, 1, always, *kernels), what + " " + kernels->name);
  }
}

/// Wilkinson's matrix W21+ many times over, joined by tiny elements: eigenvalues that agree to all digits, and vectors that do not.
Tridiagonal glued_wilkinson(size_t count, double glue) {
  Tridiagonal t;
  for (size_t i = 0; i < 21 * count; ++i) {
    t.diagonal.push_back(std::fabs(double(i % 21) - 10));
    if (i > 0) t.offDiagonal.push_back(i % 21 == 0 ? glue : 1);
  }
  return t;
}

}  // namespace

CASE("eigenvectors of tridiagonal matrices: random, glued, constant, broken into parts") {
  for (const size_t n : {1, 2, 24, 25, 50, 130}) {
    check_tridiagonal({random_vector(n, 1), random_vector(n - 1, 2)}, "random " + std::to_string(n));
  }
  check_tridiagonal(glued_wilkinson(8, 1e-12), "glued");
  check_tridiagonal(glued_wilkinson(8, 1e-3), "glued");
  check_tridiagonal({std::vector<double>(100, 3.0), std::vector<double>(99, -1e-9)}, "almost constant");
  check_tridiagonal({std::vector<double>(100, 0.0), std::vector<double>(99, 1.0)}, "zero diagonal");
  Tridiagonal parts = {random_vector(100, 3), random_vector(99, 4)};
  for (size_t i = 4; i < 99; i += 5) parts.offDiagonal[i] = 0;
  parts.offDiagonal[49] = -1e-300;
  check_tridiagonal(parts, "parts");
}

CASE("Gauss-Legendre quadrature integrates polynomials up to degree 2 n - 1 exactly") {
  for (const size_t n : {1, 2, 5, 40}) {
    Tridiagonal jacobi = {std::vector<double>(n), {}};
    for (size_t k = 1; k < n; ++k) jacobi.offDiagonal.push_back(double(k) / std::sqrt(4.0 * double(k * k) - 1));
    const GaussQuadrature rule = gauss_quadrature(jacobi);
    for (size_t degree = 0; degree < 2 * n; ++degree) {
      double sum = 0;
      for (size_t k = 0; k < n; ++k) sum += rule.weights[k] * std::pow(rule.nodes[k], double(degree));
      // The mean of x^degree over [-1, 1].
      CHECK_NEAR(sum, degree % 2 == 1 ? 0 : 1 / double(degree + 1), 1e-14);
    }
  }
}

CASE("weights of a quadrature are the squared first elements of the eigenvectors") {
  const Tridiagonal t = {random_vector(60, 5), random_vector(59, 6)};
  const GaussQuadrature rule = gauss_quadrature(t);
  const SymmetricEigen eigen = *tridiagonal_eigen(t, 1, always);
  for (size_t k = 0; k < 60; ++k) {
    CHECK_NEAR(rule.nodes[k], eigen.values[k], 1e-13);
    CHECK_NEAR(rule.weights[k], eigen.vectors[k * 60] * eigen.vectors[k * 60], 1e-13);
  }
}

CASE("what is no tridiagonal matrix is refused") {
  CHECK_ERROR(gauss_quadrature({{}, {}}), ErrorCode::BadData, "n diagonal");
  CHECK_ERROR(gauss_quadrature({{1, 2}, {}}), ErrorCode::BadData, "n diagonal");
  CHECK_ERROR(tridiagonal_eigen({{1, NAN}, {1}}, 1, always), ErrorCode::BadData, "not finite");
}
