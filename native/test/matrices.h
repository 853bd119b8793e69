// Symmetric matrices for the tests of linear algebra, and plain ways to judge what is computed from them.
#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../src/linalg/symmetric_eigen.h"

namespace basin {
namespace test {

/// Square, row-major.
struct Matrix {
  size_t n;
  std::vector<double> elements;
  explicit Matrix(size_t rows) : n(rows), elements(rows * rows) {}
  double& at(size_t i, size_t j) { return elements[i * n + j]; }
  double at(size_t i, size_t j) const { return elements[i * n + j]; }
};

/// element(i, j) for j <= i and its mirror image.
Matrix symmetric(size_t n, const std::function<double(size_t, size_t)>& element);
Matrix random_symmetric(size_t n, unsigned seed);
/// A random rotation of a diagonal matrix: these are its eigenvalues, up to rounding.
Matrix with_values(const std::vector<double>& values, unsigned seed);
std::vector<double> random_vector(size_t n, unsigned seed);

/// The largest element.
double largest(const std::vector<double>& values);

/// Eigenvalues, ascending, by Jacobi's rotations: slow, and nothing in common with what it judges.
std::vector<double> jacobi_values(Matrix a);

/// Checks that the values ascend, that the vectors are orthonormal and that A V = V L, all to `tolerance` n units in the last place.
void check_eigen(const Matrix& a, const SymmetricEigen& eigen, const std::string& what, double tolerance = 4);

inline bool always() { return true; }

}  // namespace test
}  // namespace basin
