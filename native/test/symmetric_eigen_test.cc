#include "../src/linalg/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../src/linalg/layout.h"
#include "check.h"
#include "matrices.h"

using namespace basin;
using namespace basin::test;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

SymmetricEigen solve(const Matrix& a, bool vectors, int threads = 1, const LinalgKernels& kernels = default_linalg_kernels()) {
  return *symmetric_eigen(a.elements.data(), a.n, vectors, threads, always, kernels);
}

/// Values with and without vectors against `expected`, within `tolerance` n units in the last place of the largest; and the vectors.
void check_all(const Matrix& a, const std::vector<double>& expected, const std::string& what,
               const LinalgKernels& kernels = default_linalg_kernels()) {
  const SymmetricEigen alone = solve(a, false, 1, kernels), whole = solve(a, true, 1, kernels);
  check_eigen(a, whole, what);
  CHECK(alone.vectors.empty());
  const double tolerance = 4 * epsilon * static_cast<double>(std::max<size_t>(a.n, 4)) * largest(expected);
  for (size_t k = 0; k < a.n; ++k) {
    check::expect_near(alone.values[k], expected[k], tolerance, CHECK_PLACE, (what + ": values alone").c_str());
    check::expect_near(whole.values[k], expected[k], tolerance, CHECK_PLACE, (what + ": values").c_str());
  }
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

void check_spectrum(const std::vector<double>& values, const std::string& what) {
  const Matrix a = with_values(values, 7);
  check_all(a, sorted(values), what);
}

}  // namespace

CASE("eigenvalues and eigenvectors of random matrices are those of Jacobi's method, on every instruction set") {
  // Around the sizes of vectors, leaves and blocks.
  for (const size_t n : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 33, 48, 49, 63, 64, 65, 80, 97, 100, 129}) {
    const Matrix a = random_symmetric(n, static_cast<unsigned>(n));
    const std::vector<double> expected = jacobi_values(a);
    for (const LinalgKernels* kernels : available_linalg_kernels()) {
      check_all(a, expected, "random " + std::to_string(n) + " " + kernels->name, *kernels);
    }
  }
}

CASE("a matrix of 400 rows has small residuals") {
  const Matrix a = random_symmetric(400, 3);
  check_eigen(a, solve(a, true), "random 400", 1);
}

CASE("the second difference has its closed form") {
  for (const size_t n : {5, 50, 300}) {
    const Matrix a = symmetric(n, [](size_t i, size_t j) { return i == j ? 2.0 : i == j + 1 ? -1.0 : 0.0; });
    std::vector<double> expected(n);
    for (size_t k = 0; k < n; ++k) expected[k] = 2 - 2 * std::cos(std::acos(-1.0) * double(k + 1) / double(n + 1));
    check_all(a, expected, "second difference");
  }
}

CASE("matrices that are diagonal, zero, or of rank one") {
  const size_t n = 60;
  std::vector<double> values = random_vector(n, 5);
  values[7] = values[30];
  check_all(symmetric(n, [&](size_t i, size_t j) { return i == j ? values[i] : 0; }), sorted(values), "diagonal");
  check_all(symmetric(n, [](size_t i, size_t j) { return i == j ? 1 : 0; }), std::vector<double>(n, 1.0), "identity");
  check_all(symmetric(n, [](size_t, size_t) { return 0.0; }), std::vector<double>(n), "zero");
  std::vector<double> one(n);
  one[n - 1] = static_cast<double>(n);
  check_all(symmetric(n, [](size_t, size_t) { return 1.0; }), one, "ones");
}

CASE("clustered, graded and rank-deficient spectra") {
  const size_t n = 150;
  std::vector<double> clusters(n), graded(n), deficient(n), halves(n);
  for (size_t i = 0; i < n; ++i) {
    clusters[i] = double(i % 3) - 1 + 1e-15 * double(i);
    graded[i] = std::pow(10.0, -0.2 * double(i));
    deficient[i] = i < 20 ? double(i) - 10 : 0;
    halves[i] = i % 2 == 0 ? 1 : -1;
  }
  check_spectrum(clusters, "clusters");
  check_spectrum(graded, "graded");
  check_spectrum(deficient, "rank-deficient");
  check_spectrum(halves, "plus and minus one");
}

CASE("a matrix graded along its diagonal, either way") {
  for (const int sign : {-1, 1}) {
    const Matrix a = symmetric(90, [&](size_t i, size_t j) { return std::pow(10.0, sign * 0.1 * double(i + j)); });
    check_eigen(a, solve(a, true), "graded elements");
  }
}

CASE("huge and tiny elements scale the eigenvalues and nothing else") {
  const Matrix a = random_symmetric(70, 11);
  const SymmetricEigen plain = solve(a, true);
  for (const int exponent : {-1060, -500, 500, 1015}) {
    Matrix b = a;
    for (double& element : b.elements) element = std::ldexp(element, exponent);
    // Elements near the smallest number have lost digits.
    const double tolerance = exponent < -1000 ? 1e-3 : 0;
    for (const bool vectors : {false, true}) {
      const SymmetricEigen scaled = solve(b, vectors);
      const std::vector<double> expected = vectors ? plain.values : solve(a, false).values;
      for (size_t k = 0; k < a.n; ++k) CHECK_NEAR(std::ldexp(scaled.values[k], -exponent), expected[k], tolerance);
    }
  }
}

CASE("columns of very different size") {
  const std::vector<double> sizes = random_vector(64, 2);
  const Matrix a = symmetric(64, [&](size_t i, size_t j) { return std::pow(10.0, 60 * (sizes[i] + sizes[j])); });
  check_eigen(a, solve(a, true), "columns of different size");
}

CASE("the number of threads does not change a bit") {
  // Smaller ones are not shared.
  const Matrix a = random_symmetric(rowsWorthSharing + 9, 19);
  const SymmetricEigen one = solve(a, true, 1);
  CHECK(team_size(a.n, 2) == 2);
  const SymmetricEigen two = solve(a, true, 2);
  CHECK(two.values == one.values);
  CHECK(two.vectors == one.vectors);
}

CASE("a solver that is told to stop stops, wherever it is") {
  const Matrix a = random_symmetric(300, 23);
  for (const int threads : {1, 2}) {
    for (const bool vectors : {false, true}) {
      int all = 0;
      (void)symmetric_eigen(a.elements.data(), a.n, vectors, threads, [&] { return ++all > 0; });
      CHECK(all > 300);
      for (const int last : {1, 2, 299, 301, all / 2, all - 1, all}) {
        int asked = 0;
        const auto eigen = symmetric_eigen(a.elements.data(), a.n, vectors, threads, [&] { return ++asked < last; });
        CHECK(!eigen.has_value());
        CHECK(asked >= last);
      }
    }
  }
}

CASE("mirror images that differ by rounding count with their mean") {
  Matrix a = random_symmetric(30, 29), b = a;
  b.at(3, 20) += 1e-12;
  b.at(20, 3) -= 1e-12;
  const std::vector<double> expected = solve(a, false).values, values = solve(b, false).values;
  for (size_t k = 0; k < a.n; ++k) CHECK_NEAR(values[k], expected[k], 1e-14);
}

CASE("what is no symmetric matrix is refused") {
  Matrix a = random_symmetric(40, 31);
  a.at(33, 12) += 0.5;
  CHECK_ERROR(solve(a, false), ErrorCode::BadData, "[33, 12]");
  a = random_symmetric(40, 31);
  a.at(5, 6) = std::nan("");
  CHECK_ERROR(solve(a, false), ErrorCode::BadData, "[5, 6] is not finite");
  a.at(5, 6) = INFINITY;
  CHECK_ERROR(solve(a, true), ErrorCode::BadData, "not finite");
  CHECK_ERROR(symmetric_eigen(nullptr, 0, false, 1, always), ErrorCode::BadData, "empty");
  CHECK_ERROR(symmetric_eigen(nullptr, size_t{1} << 26, true, 1, always), ErrorCode::OutOfMemory, "67108864 rows");
}
