// Levenberg-Marquardt on functions whose minima are known.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "../src/optimizers/levenberg_marquardt.h"
#include "check.h"
#include "rosenbrock.h"

using namespace basin;

namespace {

/// Residuals of y = a e^(b t) at some times, their squares' mean, and its Gauss-Newton matrix.
struct Decay {
  std::vector<double> times, values;

  double function(const double* x, double* gradient) const {
    double sum = 0;
    gradient[0] = gradient[1] = 0;
    for (size_t i = 0; i < times.size(); ++i) {
      const double e = std::exp(x[1] * times[i]), r = x[0] * e - values[i];
      sum += r * r / static_cast<double>(times.size());
      gradient[0] += 2 * r * e / static_cast<double>(times.size());
      gradient[1] += 2 * r * x[0] * times[i] * e / static_cast<double>(times.size());
    }
    return sum;
  }

  void matrix(const double* x, double* m) const {
    std::fill(m, m + 4, 0.0);
    for (const double t : times) {
      const double e = std::exp(x[1] * t), j[2] = {e, x[0] * t * e};
      for (int r = 0; r < 2; ++r) {
        for (int c = 0; c < 2; ++c) m[2 * r + c] += 2 * j[r] * j[c] / static_cast<double>(times.size());
      }
    }
  }
};

struct Fit {
  Fit(const Decay& decay, std::vector<double> start, const DampingOptions& options = {})
      : data(decay), x(std::move(start)), gradient(2), marquardt(2, options) {
    value = data.function(x.data(), gradient.data());
  }

  bool step(const GoOn& goOn = [] { return true; }) {
    return marquardt.step([this](const double* at, double* g) { return data.function(at, g); },
                          [this](const double* at, double* m) { data.matrix(at, m); }, team, goOn, x.data(), value,
                          gradient.data());
  }

  const Decay data;
  std::vector<double> x, gradient;
  double value = 0;
  Team team{1};
  LevenbergMarquardt marquardt;
};

Decay decay_of(double a, double b, double noise) {
  Decay decay;
  for (int i = 0; i < 20; ++i) {
    decay.times.push_back(0.1 * i);
    decay.values.push_back(a * std::exp(b * 0.1 * i) + (i % 2 == 0 ? noise : -noise));
  }
  return decay;
}

}  // namespace

CASE("Levenberg-Marquardt fits an exponential from far away, at the end quadratically") {
  Fit fit(decay_of(2, -1.5, 0), {-10, 3});
  std::vector<double> values{fit.value};
  while (values.back() > 1e-28 && values.size() < 60 && fit.step()) values.push_back(fit.value);
  CHECK(std::is_sorted(values.rbegin(), values.rend()));
  CHECK(values.size() < 40);
  CHECK_NEAR(fit.x[0], 2, 1e-12);
  CHECK_NEAR(fit.x[1], -1.5, 1e-12);
  // The residuals of the last step: a hundredth of those before.
  CHECK(values.back() < 1e-4 * values[values.size() - 2]);
}

CASE("Levenberg-Marquardt ends by itself at a minimum with residuals, whatever its factors") {
  for (const double increase : {1.001, 10.0, 1e6}) {
    DampingOptions options;
    options.increase = increase;
    options.decrease = 0.5;
    Fit fit(decay_of(2, -1.5, 0.1), {1, 0}, options);
    int steps = 0;
    while (steps < 200 && fit.step()) ++steps;
    CHECK(steps < 200);
    CHECK(std::hypot(fit.gradient[0], fit.gradient[1]) < 1e-11);
    const auto there = fit.x;
    const double damping = fit.marquardt.damping();
    CHECK(!fit.step());
    CHECK(fit.x == there && fit.marquardt.damping() == damping);
  }
}

CASE("damping falls by its factor after each step that is taken") {
  Fit easy(decay_of(2, -1.5, 0), {2.1, -1.4});
  CHECK(easy.step());
  CHECK_NEAR(easy.marquardt.damping(), 1e-3, 1e-18);
  CHECK(easy.step());
  CHECK_NEAR(easy.marquardt.damping(), 1e-4, 1e-18);
}

CASE("a step of Levenberg-Marquardt that leads up is tried again with more damping") {
  // Rosenbrock's function as squares of 10 (y - x^2) and 1 - x: the undamped step from (-1.2, 1) leads to (1, -3.84) and up.
  const MatrixFunction matrix = [](const double* x, double* m) {
    m[0] = 2 * (400 * x[0] * x[0] + 1);
    m[1] = m[2] = -400 * x[0];
    m[3] = 200;
  };
  const SmoothFunction function = rosenbrock(2);
  std::vector<double> x{-1.2, 1}, gradient(2);
  double value = function(x.data(), gradient.data());
  Team team(1);
  LevenbergMarquardt marquardt(2, {1e-12, 0.1, 10});
  int steps = 0;
  for (double before = value; std::hypot(gradient[0], gradient[1]) > 1e-12; before = value, ++steps) {
    CHECK(marquardt.step(function, matrix, team, [] { return true; }, x.data(), value, gradient.data()));
    CHECK(value < before);
    if (steps == 0) CHECK(marquardt.damping() > 1e-6);
    if (steps == 100) break;
  }
  CHECK(steps < 60);
  CHECK_NEAR(x[0], 1, 1e-12);
}

CASE("Levenberg-Marquardt passes singular matrices, and a step that is stopped has changed nothing") {
  // The second number does not matter at all.
  const SmoothFunction function = [](const double* x, double* gradient) {
    gradient[0] = 2 * (x[0] - 3);
    gradient[1] = 0;
    return (x[0] - 3) * (x[0] - 3);
  };
  const MatrixFunction matrix = [](const double*, double* m) {
    std::fill(m, m + 4, 0.0);
    m[0] = 2;
  };
  std::vector<double> x{0, 7}, gradient(2);
  double value = function(x.data(), gradient.data());
  Team team(1);
  LevenbergMarquardt marquardt(2, {});
  const auto step = [&](const GoOn& goOn) {
    return marquardt.step(function, matrix, team, goOn, x.data(), value, gradient.data());
  };
  CHECK_ERROR(step([] { return false; }), ErrorCode::Canceled, "stopped");
  CHECK(x == std::vector<double>({0, 7}));
  for (int i = 0; i < 20; ++i) step([] { return true; });
  CHECK_NEAR(x[0], 3, 1e-12);
  CHECK(x[1] == 7);
}
