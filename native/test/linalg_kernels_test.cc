// Each level's kernels against the plain loops, for sizes around those of vectors and their blocks.
#include <cmath>
#include <limits>

#include "../src/linalg/layout.h"
#include "../src/linalg/vectors.h"
#include "check.h"
#include "matrices.h"

using namespace basin;
using namespace basin::test;

namespace {

template <typename Check>
void each_level(const Check& check) {
  for (const LinalgKernels* kernels : available_linalg_kernels()) check(*kernels);
}

constexpr double tolerance = 1e-13;

void check_equal(const std::vector<double>& actual, const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) CHECK_NEAR(actual[i], expected[i], tolerance);
}

}  // namespace

CASE("dot, axpy and scale of every length write nothing behind it") {
  const LinalgKernels& plain = referenceLinalgKernels();
  each_level([&](const LinalgKernels& kernels) {
    for (size_t size = 0; size < 80; ++size) {
      const std::vector<double> x = random_vector(size, 1), y = random_vector(size + 1, 2);
      CHECK_NEAR(kernels.dot(x.data(), y.data(), size), plain.dot(x.data(), y.data(), size), tolerance);
      std::vector<double> actual = y, expected = y;
      kernels.axpy(0.7, x.data(), actual.data(), size);
      plain.axpy(0.7, x.data(), expected.data(), size);
      kernels.scale(-3, actual.data(), size);
      plain.scale(-3, expected.data(), size);
      check_equal(actual, expected);
      CHECK(actual[size] == y[size]);
    }
  });
}

CASE("dots with rows and sums of rows, any number of them") {
  const LinalgKernels& plain = referenceLinalgKernels();
  each_level([&](const LinalgKernels& kernels) {
    for (const size_t size : {0, 1, 7, 8, 9, 31, 64}) {
      const size_t stride = size + 3;
      for (size_t count = 0; count < 20; ++count) {
        const std::vector<double> rows = random_vector(stride * count, 3), x = random_vector(size, 4);
        std::vector<double> actual(count), expected(count);
        kernels.rowDots(rows.data(), stride, count, x.data(), size, actual.data());
        plain.rowDots(rows.data(), stride, count, x.data(), size, expected.data());
        check_equal(actual, expected);
        std::vector<double> sum = x, expected_sum = x;
        kernels.addRows(rows.data(), stride, count, expected.data(), sum.data(), size);
        plain.addRows(rows.data(), stride, count, expected.data(), expected_sum.data(), size);
        check_equal(sum, expected_sum);
      }
    }
  });
}

CASE("products with a symmetric matrix read its lower triangle, in any parts") {
  each_level([&](const LinalgKernels& kernels) {
    for (const size_t n : {1, 5, 8, 9, 40, 61}) {
      const Matrix a = random_symmetric(n, 5);
      const std::vector<double> x = random_vector(n, 6);
      const size_t padded = round_up(n, symmetricMultiple), stride = padded + 8;
      std::vector<double> lower(padded * stride), padded_x(padded), y(padded);
      for (size_t i = 0; i < n; ++i) {
        padded_x[i] = x[i];
        for (size_t j = 0; j < n; ++j) {
          if (j < round_up(i + 1, symmetricMultiple)) lower[i * stride + j] = a.at(i, j);
        }
      }
      const size_t middle = round_up(n / 2, symmetricMultiple);
      kernels.symmetricProduct(lower.data(), stride, 0, middle, padded_x.data(), y.data());
      kernels.symmetricProduct(lower.data(), stride, middle, padded, padded_x.data(), y.data());
      for (size_t i = 0; i < n; ++i) {
        double expected = 0;
        for (size_t j = 0; j < n; ++j) expected += a.at(i, j) * x[j];
        CHECK_NEAR(y[i], expected, tolerance);
      }
    }
  });
}

CASE("sums of the secular equation, split anywhere") {
  const LinalgKernels& plain = referenceLinalgKernels();
  each_level([&](const LinalgKernels& kernels) {
    for (const size_t size : {1, 2, 9, 16, 37}) {
      std::vector<double> poles(size), weights = random_vector(size, 7);
      for (size_t i = 0; i < size; ++i) poles[i] = double(i);
      for (size_t split = 0; split <= size; ++split) {
        const double x = double(split) - 0.3;
        const SecularSums actual = kernels.secularSums(poles.data(), weights.data(), size, split, x);
        const SecularSums expected = plain.secularSums(poles.data(), weights.data(), size, split, x);
        CHECK_NEAR(actual.left, expected.left, tolerance);
        CHECK_NEAR(actual.leftSlope, expected.leftSlope, tolerance);
        CHECK_NEAR(actual.right, expected.right, tolerance);
        CHECK_NEAR(actual.rightSlope, expected.rightSlope, tolerance);
      }
    }
  });
}

CASE("steps of the QR algorithm with many shifts at once are the same as one after the other") {
  const LinalgKernels& plain = referenceLinalgKernels();
  each_level([&](const LinalgKernels& kernels) {
    for (const size_t size : {1, 2, 3, 4, 7, 8, 15, 16, 17, 40}) {
      for (size_t count = 0; count < 18; ++count) {
        const std::vector<double> shifts = random_vector(count, 8);
        std::vector<double> diagonal = random_vector(size, 9), squares = random_vector(size, 10);
        for (double& square : squares) square *= square;
        if (size > 5) squares[4] = 0;
        std::vector<double> expected = diagonal, expected_squares = squares;
        kernels.qrSteps(diagonal.data(), squares.data(), size, shifts.data(), count);
        plain.qrSteps(expected.data(), expected_squares.data(), size, shifts.data(), count);
        // Each step multiplies rounding; many random shifts are not a stable way to anything.
        const double factor = std::pow(4.0, double(count));
        for (size_t i = 0; i < size; ++i) CHECK_NEAR(diagonal[i], expected[i], tolerance * factor);
        for (size_t i = 0; i < size; ++i) CHECK_NEAR(squares[i], expected_squares[i], tolerance * factor);
      }
    }
  });
}

CASE("the length of a vector whose squares are no numbers") {
  const std::vector<double> x = {3, -4, 12};
  for (const int exponent : {-1060, -600, 0, 600, 1015}) {
    std::vector<double> scaled = x;
    for (double& value : scaled) value = std::ldexp(value, exponent);
    CHECK(norm2(scaled.data(), 3) == std::ldexp(13.0, exponent));
  }
  CHECK(norm2(x.data(), 0) == 0);
  const double infinite[] = {1, -INFINITY}, undefined[] = {1e200, NAN};
  CHECK(norm2(infinite, 2) == INFINITY);
  CHECK(std::isnan(norm2(undefined, 2)));
}
