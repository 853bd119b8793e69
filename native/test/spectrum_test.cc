// What is learnt of a spectrum from products alone, against matrices whose spectrum is known.
#include <algorithm>
#include <cmath>

#include "../src/curvature/lanczos.h"
#include "../src/curvature/power_iteration.h"
#include "../src/curvature/random_vectors.h"
#include "../src/curvature/spectral_density.h"
#include "../src/curvature/trace.h"
#include "../src/linalg/symmetric_eigen.h"
#include "check.h"
#include "objective_cases.h"

using namespace basin;
using namespace basin::cases;

namespace {

constexpr RandomKey key{5, 8};

/// A dense matrix [n, n] and the operator that multiplies with it.
struct Dense {
  size_t n;
  std::vector<double> matrix;
  SymmetricOperator by(const GoOn& goOn = go_on) const {
    const auto apply = [this](const double* x, double* y) {
      for (size_t r = 0; r < n; ++r) {
        y[r] = 0;
        for (size_t c = 0; c < n; ++c) y[r] += matrix[r * n + c] * x[c];
      }
    };
    return {n, apply, goOn};
  }
};

/// The eigenvalues in a random orthogonal basis: reflected at three random planes.
Dense with_eigenvalues(const std::vector<double>& values) {
  const size_t n = values.size();
  Dense dense{n, std::vector<double>(n * n)};
  for (size_t i = 0; i < n; ++i) dense.matrix[i * n + i] = values[i];
  for (uint32_t plane = 0; plane < 3; ++plane) {
    const std::vector<double> normal = numbers(n, 40 + plane);
    double squares = 0;
    for (const double x : normal) squares += x * x;
    // From both sides: rows, then columns.
    for (const size_t step : {size_t{1}, n}) {
      for (size_t line = 0; line < n; ++line) {
        double* at = dense.matrix.data() + line * (step == 1 ? n : 1);
        double along = 0;
        for (size_t i = 0; i < n; ++i) along += at[i * step] * normal[i];
        for (size_t i = 0; i < n; ++i) at[i * step] -= 2 * along / squares * normal[i];
      }
    }
  }
  return dense;
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

double nearest(double value, const std::vector<double>& values) {
  double best = INFINITY;
  for (const double other : values) best = std::fmin(best, std::fabs(other - value));
  return best;
}

/// |A v - value v|
double residual_of(const Dense& dense, double value, const double* vector) {
  std::vector<double> rest(dense.n);
  dense.by().apply(vector, rest.data());
  double squares = 0;
  for (size_t i = 0; i < dense.n; ++i) squares += (rest[i] - value * vector[i]) * (rest[i] - value * vector[i]);
  return std::sqrt(squares);
}

void check_pairs(const Dense& dense, const Eigenpairs& pairs, const std::vector<double>& expected, double tolerance) {
  CHECK(pairs.values.size() == expected.size());
  for (size_t k = 0; k < expected.size(); ++k) {
    CHECK_NEAR(pairs.values[k], expected[k], tolerance);
    const double* vector = pairs.vectors.data() + k * dense.n;
    CHECK_NEAR(pairs.residuals[k], residual_of(dense, pairs.values[k], vector), 1e-12 * (1 + std::fabs(expected[0])));
    for (size_t other = 0; other <= k; ++other) {
      double product = 0;
      for (size_t i = 0; i < dense.n; ++i) product += vector[i] * pairs.vectors[other * dense.n + i];
      CHECK_NEAR(product, other == k, 1e-13);
    }
  }
}

}  // namespace

CASE("random vectors are Philox words, as documented") {
  for (const size_t size : {1, 2, 33, 40000}) {
    std::vector<double> signs(size), normal(size);
    fill_signs(signs.data(), size, key, 3, go_on);
    fill_normal(normal.data(), size, key, 3, go_on);
    const auto word = [](size_t i) { return philox(key, {static_cast<uint32_t>(i / 4), 0, 3, 0})[i % 4]; };
    for (size_t i = 0; i < size; ++i) {
      CHECK(signs[i] == (word(i / 32) >> (i % 32) & 1 ? 1 : -1));
      const size_t first = i / 2 * 2;
      const double radius = std::sqrt(-2 * std::log(1 - (word(first) >> 8) / 16777216.0));
      const double angle = 2 * 3.14159265358979323846 * (word(first + 1) >> 8) / 16777216.0;
      CHECK_NEAR(normal[i], radius * (i % 2 == 0 ? std::cos(angle) : std::sin(angle)), 1e-14);
    }
  }
}

CASE("as many Lanczos steps as rows find all eigenvalues") {
  const std::vector<double> values = sorted(numbers(40, 3));
  const LanczosResult result = lanczos(with_eigenvalues(values).by(), 100, key);
  CHECK(result.values.size() == 40);
  CHECK_NEAR(distance(result.values, values), 0, 1e-13);
}

CASE("fewer steps give Ritz values with what they may be off, and no eigenvalue twice") {
  // One far from the others: without re-orthogonalisation it is found again and again.
  std::vector<double> values = numbers(300, 4);
  values[0] = 1e6;
  values[1] = -2e3;
  const LanczosResult result = lanczos(with_eigenvalues(values).by(), 80, key);
  CHECK(result.values.size() == 80);
  CHECK(std::is_sorted(result.values.begin(), result.values.end()));
  for (size_t i = 0; i < 80; ++i) CHECK(nearest(result.values[i], values) <= result.residuals[i] + 1e-9);
  CHECK_NEAR(result.values[79], 1e6, 1e-8);
  CHECK_NEAR(result.values[0], -2e3, 1e-8);
  CHECK(result.values[78] < 1.01 && result.values[1] > -1.01);
  CHECK(result.residuals[79] < 1e-8);
}

CASE("Lanczos ends where the start spans an invariant subspace") {
  std::vector<double> values;
  for (size_t i = 0; i < 60; ++i) values.push_back(static_cast<double>(i % 5) - 1.5);
  const LanczosResult few = lanczos(with_eigenvalues(values).by(), 30, key);
  CHECK_NEAR(distance(few.values, {-1.5, -0.5, 0.5, 1.5, 2.5}), 0, 1e-13);
  for (const double residual : few.residuals) CHECK(residual < 1e-12);
  const LanczosResult nothing = lanczos(with_eigenvalues(std::vector<double>(9)).by(), 4, key);
  CHECK(nothing.values == std::vector<double>{0} && nothing.residuals == std::vector<double>{0});
  const LanczosResult one = lanczos(with_eigenvalues({-3}).by(), 7, key);
  CHECK_NEAR(distance(one.values, {-3}), 0, 1e-15);
}

CASE("the spectral density has the moments of the spectrum") {
  const std::vector<double> values = numbers(200, 6);
  const Dense dense = with_eigenvalues(values);
  const size_t probes = 60;
  const SpectralDensity density = spectral_density(dense.by(), probes, 20, key);
  CHECK(density.nodes.size() == probes * 20);
  CHECK_NEAR(sum(density.weights), 1, 1e-12);
  for (int power = 1; power <= 6; ++power) {
    double moment = 0, exact = 0, squares = 0;
    for (size_t i = 0; i < density.nodes.size(); ++i) moment += density.weights[i] * std::pow(density.nodes[i], power);
    for (const double value : values) {
      exact += std::pow(value, power) / 200;
      squares += std::pow(value, 2 * power);
    }
    // Four times the standard error, which is at most that of a matrix with nothing on its diagonal.
    CHECK_NEAR(moment, exact, 4 * std::sqrt(2 * squares / probes) / 200);
  }
  // With all steps a probe's quadrature is exact: the first moment is its estimate of the trace.
  const SpectralDensity full = spectral_density(dense.by(), 1, 500, key);
  double moment = 0;
  for (size_t i = 0; i < full.nodes.size(); ++i) moment += full.weights[i] * full.nodes[i];
  CHECK_NEAR(moment, estimate_trace(dense.by(), 1, key).mean / 200, 1e-13);
}

CASE("the trace is estimated with its standard error") {
  const std::vector<double> values = numbers(150, 8);
  const Dense dense = with_eigenvalues(values);
  double squares = 0, diagonal = 0;
  for (size_t i = 0; i < dense.matrix.size(); ++i) squares += dense.matrix[i] * dense.matrix[i];
  for (size_t i = 0; i < 150; ++i) diagonal += dense.matrix[i * 151] * dense.matrix[i * 151];
  const size_t probes = 400;
  const TraceEstimate estimate = estimate_trace(dense.by(), probes, key);
  // Avron and Toledo (2011): the variance is twice the squares off the diagonal.
  const double error = std::sqrt(2 * (squares - diagonal) / probes);
  CHECK_NEAR(estimate.mean, sum(values), 4 * error);
  CHECK_NEAR(estimate.standardError / error, 1, 0.15);
  CHECK_NEAR(estimate.mean, sum(estimate.samples) / probes, 1e-12);
  CHECK(std::isnan(estimate_trace(dense.by(), 1, key).standardError));
}

CASE("power iteration finds eigenvalues of either sign by magnitude") {
  std::vector<double> values = numbers(50, 9);
  for (double& value : values) value *= 0.5;
  values[3] = -4;
  values[4] = 3;
  values[5] = -2;
  const Dense dense = with_eigenvalues(values);
  const Eigenpairs pairs = top_eigenpairs(dense.by(), {3, 1e-10, 1000, key});
  check_pairs(dense, pairs, {-4, 3, -2}, 1e-12);
  for (const uint32_t iterations : pairs.iterations) CHECK(iterations > 2 && iterations < 150);
}

CASE("power iteration does not stall where eigenvalues are alike or opposite") {
  std::vector<double> values = numbers(60, 10);
  for (double& value : values) value *= 0.5;
  std::copy_n(std::vector<double>{2, -2, 2, -2, -1.5, 1.5}.data(), 6, values.data());
  const Dense dense = with_eigenvalues(values);
  const Eigenpairs pairs = top_eigenpairs(dense.by(), {6, 1e-10, 400, key});
  Eigenpairs turned = pairs;
  // Which of two opposite ones is first is a matter of rounding.
  std::sort(turned.values.begin(), turned.values.begin() + 4);
  std::sort(turned.values.begin() + 4, turned.values.end());
  CHECK_NEAR(distance(turned.values, {-2, -2, 2, 2, -1.5, 1.5}), 0, 1e-12);
  check_pairs(dense, pairs, pairs.values, 0);
  for (const uint32_t iterations : pairs.iterations) CHECK(iterations < 400);
}

CASE("power iteration finds all of a small matrix, also one of low rank") {
  const Dense dense = with_eigenvalues({5, -4, 0, 0, 1, 0});
  check_pairs(dense, top_eigenpairs(dense.by(), {6, 1e-12, 2000, key}), {5, -4, 1, 0, 0, 0}, 1e-12);
  const Dense nothing = with_eigenvalues(std::vector<double>(3));
  check_pairs(nothing, top_eigenpairs(nothing.by(), {3, 0, 10, key}), {0, 0, 0}, 0);
}

CASE("power iteration that is not allowed to converge says how far it came") {
  std::vector<double> values(30);
  for (size_t i = 0; i < 30; ++i) values[i] = 1 + 1e-3 * static_cast<double>(i);
  const Dense dense = with_eigenvalues(values);
  for (const uint32_t most : {1u, 2u, 7u}) {
    const Eigenpairs pairs = top_eigenpairs(dense.by(), {2, 1e-12, most, key});
    CHECK(pairs.iterations == (std::vector<uint32_t>{most, most}));
    for (const double residual : pairs.residuals) CHECK(residual > 1e-6);
    check_pairs(dense, pairs, pairs.values, 0);
  }
}

CASE("questions without an answer are refused, and all can be stopped") {
  Dense dense = with_eigenvalues(numbers(20, 3));
  CHECK_ERROR(lanczos(dense.by(), 0, key), ErrorCode::BadArgument, "steps");
  CHECK_ERROR(spectral_density(dense.by(), 0, 5, key), ErrorCode::BadArgument, "probes");
  CHECK_ERROR(spectral_density(dense.by(), 5, 0, key), ErrorCode::BadArgument, "steps");
  CHECK_ERROR(estimate_trace(dense.by(), 0, key), ErrorCode::BadArgument, "probes");
  CHECK_ERROR(top_eigenpairs(dense.by(), {0, 0.1, 10, key}), ErrorCode::BadArgument, "count");
  CHECK_ERROR(top_eigenpairs(dense.by(), {21, 0.1, 10, key}), ErrorCode::BadArgument, "20");
  CHECK_ERROR(top_eigenpairs(dense.by(), {1, std::nan(""), 10, key}), ErrorCode::BadArgument, "tolerance");
  CHECK_ERROR(top_eigenpairs(dense.by(), {1, 0.1, 0, key}), ErrorCode::BadArgument, "maxIterations");
  const SymmetricOperator huge{size_t{1} << 33, [](const double*, double*) {}, go_on};
  CHECK_ERROR(top_eigenpairs(huge, {100, 0.1, 10, key}), ErrorCode::OutOfMemory, "eigenvectors");
  int asked = 0;
  const GoOn goOn = [&] { return ++asked < 6; };
  CHECK_ERROR(lanczos(dense.by(goOn), 10, key), ErrorCode::Canceled, "stopped");
  CHECK_ERROR(top_eigenpairs(dense.by(goOn), {3, 0, 100, key}), ErrorCode::Canceled, "stopped");
  CHECK_ERROR(spectral_density(dense.by(goOn), 2, 5, key), ErrorCode::Canceled, "stopped");
  CHECK_ERROR(estimate_trace(dense.by(goOn), 2, key), ErrorCode::Canceled, "stopped");
  dense.matrix[33] = std::nan("");
  CHECK_ERROR(lanczos(dense.by(), 5, key), ErrorCode::BadData, "finite");
  CHECK_ERROR(spectral_density(dense.by(), 1, 5, key), ErrorCode::BadData, "finite");
  CHECK_ERROR(top_eigenpairs(dense.by(), {1, 0.1, 10, key}), ErrorCode::BadData, "finite");
}

CASE("the curvature of a network goes through the same methods") {
  Question question(model({3, 1, 1}, {dense(6, Activation::Tanh), dense(3)}), 50);
  const size_t size = question.parameters();
  for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
    std::vector<double> matrix(size * size);
    question.objective.matrix(op, question.theta.data(), matrix.data(), go_on);
    const std::vector<double> exact = symmetric_eigen(matrix.data(), size, false, 1, go_on)->values;
    const SymmetricOperator a = operator_of(question.objective, op, question.theta.data(), go_on);
    const LanczosResult result = lanczos(a, 25, key);
    CHECK_NEAR(result.values.back(), exact.back(), 1e-10);
    CHECK_NEAR(top_eigenpairs(a, {1, 1e-8, 5000, key}).values[0], exact.back(), 1e-10);
  }
}
