#include "matrices.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "check.h"

namespace basin {
namespace test {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// A rotation of rows and columns p and q that makes their common element zero.
void jacobi_rotation(Matrix& a, size_t p, size_t q) {
  if (a.at(p, q) == 0) return;
  const double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
  const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::hypot(theta, 1.0));
  const double c = 1 / std::hypot(t, 1.0), s = c * t;
  for (size_t k = 0; k < a.n; ++k) {
    const double x = a.at(k, p), y = a.at(k, q);
    a.at(k, p) = c * x - s * y;
    a.at(k, q) = s * x + c * y;
  }
  for (size_t k = 0; k < a.n; ++k) {
    const double x = a.at(p, k), y = a.at(q, k);
    a.at(p, k) = c * x - s * y;
    a.at(q, k) = s * x + c * y;
  }
}

double off_diagonal(const Matrix& a) {
  double sum = 0;
  for (size_t i = 0; i < a.n; ++i) {
    for (size_t j = 0; j < i; ++j) sum = std::max(sum, std::fabs(a.at(i, j)));
  }
  return sum;
}

}  // namespace

Matrix symmetric(size_t n, const std::function<double(size_t, size_t)>& element) {
  Matrix a(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) a.at(i, j) = a.at(j, i) = element(i, j);
  }
  return a;
}

Matrix random_symmetric(size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  return symmetric(n, [&](size_t, size_t) { return normal(generator); });
}

Matrix with_values(const std::vector<double>& values, unsigned seed) {
  const size_t n = values.size();
  Matrix a(n);
  for (size_t i = 0; i < n; ++i) a.at(i, i) = values[i];
  // Three reflections (I - 2 v v^T) A (I - 2 v v^T) mix everything.
  for (unsigned round = 0; round < 3; ++round) {
    std::vector<double> v = random_vector(n, seed + round), product(n);
    double squares = 0;
    for (const double x : v) squares += x * x;
    for (double& x : v) x /= std::sqrt(squares);
    double along = 0;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) product[i] += a.at(i, j) * v[j];
      along += product[i] * v[i];
    }
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j <= i; ++j) {
        a.at(i, j) += 4 * along * v[i] * v[j] - 2 * v[i] * product[j] - 2 * product[i] * v[j];
        a.at(j, i) = a.at(i, j);
      }
    }
  }
  return a;
}

std::vector<double> random_vector(size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(n);
  for (double& value : values) value = normal(generator);
  return values;
}

double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::fabs(value));
  return most;
}

std::vector<double> jacobi_values(Matrix a) {
  const double enough = epsilon * largest(a.elements) * 0.01;
  for (int sweep = 0; sweep < 30 && off_diagonal(a) > enough; ++sweep) {
    for (size_t p = 0; p < a.n; ++p) {
      for (size_t q = p + 1; q < a.n; ++q) jacobi_rotation(a, p, q);
    }
  }
  std::vector<double> values(a.n);
  for (size_t i = 0; i < a.n; ++i) values[i] = a.at(i, i);
  std::sort(values.begin(), values.end());
  return values;
}

void check_eigen(const Matrix& a, const SymmetricEigen& eigen, const std::string& what, double tolerance) {
  const size_t n = a.n;
  const double unit = epsilon * static_cast<double>(std::max<size_t>(n, 4)) * tolerance;
  check::expect(eigen.values.size() == n && eigen.vectors.size() == n * n, CHECK_PLACE, (what + ": sizes").c_str());
  if (eigen.values.size() != n || eigen.vectors.size() != n * n) return;
  check::expect(std::is_sorted(eigen.values.begin(), eigen.values.end()), CHECK_PLACE, (what + ": ascending").c_str());
  // The spectral norm is the largest eigenvalue.
  const double norm = largest(eigen.values);
  double residual = 0, together = 0;
  for (size_t k = 0; k < n; ++k) {
    const double* v = &eigen.vectors[k * n];
    for (size_t i = 0; i < n; ++i) {
      double product = 0;
      for (size_t j = 0; j < n; ++j) product += a.at(i, j) * v[j];
      const double error = std::fabs(product - eigen.values[k] * v[i]);
      // A NaN must not pass.
      residual = error <= residual ? residual : error;
    }
    for (size_t l = 0; l <= k; ++l) {
      double product = 0;
      for (size_t i = 0; i < n; ++i) product += v[i] * eigen.vectors[l * n + i];
      const double error = std::fabs(product - (k == l ? 1 : 0));
      together = error <= together ? together : error;
    }
  }
  check::expect_near(residual / (norm > 0 ? norm : 1), 0, unit, CHECK_PLACE, (what + ": residual of A V = V L").c_str());
  check::expect_near(together, 0, unit, CHECK_PLACE, (what + ": V V^T - 1").c_str());
}

}  // namespace test
}  // namespace basin
