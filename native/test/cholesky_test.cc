#include "../src/linalg/cholesky.h"

#include <cmath>

#include "check.h"
#include "matrices.h"

using namespace basin;
using namespace basin::test;

namespace {

Cholesky::Outcome factor(Cholesky& cholesky, const Matrix& a, int threads = 1) {
  for (size_t i = 0; i < a.n; ++i) {
    for (size_t j = 0; j < a.n; ++j) cholesky.row(i)[j] = j < i ? NAN : a.at(i, j);
  }
  Team team(threads);
  return cholesky.factor(team, always);
}

/// Eigenvalues from 0.1 to 1.
Matrix positive(size_t n) {
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) values[i] = 1 - 0.9 * double(i) / double(n);
  return with_values(values, static_cast<unsigned>(n));
}

}  // namespace

CASE("solutions of positive definite systems, on every instruction set and with threads") {
  for (const size_t n : {1, 2, 7, 47, 48, 49, 100, 161, 300}) {
    const Matrix a = positive(n);
    const std::vector<double> expected = random_vector(n, 9);
    for (const LinalgKernels* kernels : available_linalg_kernels()) {
      for (const int threads : {1, 3}) {
        Cholesky cholesky(n, *kernels);
        // Twice: what a factorisation leaves behind must not matter.
        for (int round = 0; round < 2; ++round) {
          CHECK(factor(cholesky, a, threads) == Cholesky::Outcome::Done);
          std::vector<double> x(n);
          for (size_t i = 0; i < n; ++i) {
            for (size_t j = 0; j < n; ++j) x[i] += a.at(i, j) * expected[j];
          }
          cholesky.solve(x.data());
          for (size_t i = 0; i < n; ++i) CHECK_NEAR(x[i], expected[i], 1e-14 * double(n + 10));
        }
      }
    }
  }
}

CASE("a matrix that is not positive definite is told with its row") {
  const size_t n = 150;
  const auto second_difference = [](size_t i, size_t j) { return i == j ? 2.0 : i == j + 1 ? -1.0 : 0.0; };
  for (const size_t row : {1, 47, 48, 60, 149}) {
    Matrix a = symmetric(n, second_difference);
    Cholesky cholesky(n);
    CHECK(factor(cholesky, a) == Cholesky::Outcome::Done);
    // A row's pivot is its element less the inverse of the pivot before, which is between 1 and 2.
    for (const double element : {0.45, -1.0, std::nan("")}) {
      a.at(row, row) = element;
      CHECK(factor(cholesky, a) == Cholesky::Outcome::NotPositiveDefinite);
      CHECK(cholesky.failed_row() == row);
    }
  }
  Cholesky one(1);
  CHECK(factor(one, symmetric(1, [](size_t, size_t) { return 0.0; })) == Cholesky::Outcome::NotPositiveDefinite);
}

CASE("a factorisation that is told to stop stops") {
  const Matrix a = positive(200);
  for (const int threads : {1, 2}) {
    Team team(threads);
    Cholesky cholesky(a.n);
    int asked = 0;
    CHECK(cholesky.factor(team, [&] { return ++asked < 1; }) == Cholesky::Outcome::Stopped);
    CHECK(asked == 1);
  }
}

CASE("a factor larger than the machine is refused") {
  CHECK_ERROR(Cholesky(size_t{1} << 24), ErrorCode::OutOfMemory, "16777216 rows");
}
