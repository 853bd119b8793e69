// L-BFGS, its line search and Levenberg-Marquardt on functions whose minima are known.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../src/optimizers/lbfgs.h"
#include "../src/optimizers/levenberg_marquardt.h"
#include "../src/optimizers/line_search.h"
#include "check.h"

using namespace basin;

namespace {

/// A function of one number as a line from 0, and what the search asked it.
class Curve final : public Line {
 public:
  /// f(x) gives value and slope.
  using Function = std::pair<double, double> (*)(double x);
  explicit Curve(Function function) : function_(function) {}

  LinePoint at(double step) override {
    ++evaluations;
    if (evaluations > limit) throw Error(ErrorCode::Canceled, "enough");
    const auto [value, slope] = function_(step);
    return last_ = {step, value, slope};
  }
  void keep() override { kept = last_; }

  bool search(double firstStep, const LineSearchOptions& options = {}) {
    const auto [value, slope] = function_(0);
    return search_line(*this, {0, value, slope}, firstStep, options);
  }

  LinePoint kept;
  int evaluations = 0, limit = 1000;

 private:
  const Function function_;
  LinePoint last_;
};

/// A minimisation of a function of any length.
struct Descent {
  Descent(SmoothFunction f, std::vector<double> start, size_t history = 10)
      : function(std::move(f)), x(std::move(start)), gradient(x.size()), lbfgs(x.size(), history) {
    value = function(x.data(), gradient.data());
  }

  double norm() const {
    double sum = 0;
    for (const double g : gradient) sum += g * g;
    return std::sqrt(sum);
  }

  /// Steps until the gradient is so small, or an end.
  bool step() { return lbfgs.step(function, 1, x.data(), value, gradient.data()); }

  /// False where no step led on.
  bool run(double target, int maxSteps) {
    for (steps = 0; steps < maxSteps && norm() > target; ++steps) {
      const double before = value;
      if (!step()) return false;
      // Never up, but for rounding.
      CHECK(value <= before + 1e-14 * std::fabs(before));
    }
    return true;
  }

  SmoothFunction function;
  std::vector<double> x, gradient;
  double value = 0;
  Lbfgs lbfgs;
  int steps = 0;
};

/// Rosenbrock's valley in n dimensions, minimum 0 at (1, ..., 1).
SmoothFunction rosenbrock(size_t n) {
  return [n](const double* x, double* gradient) {
    double value = 0;
    std::fill(gradient, gradient + n, 0.0);
    for (size_t i = 0; i + 1 < n; ++i) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      value += 100 * a * a + b * b;
      gradient[i] += -400 * a * x[i] - 2 * b;
      gradient[i + 1] += 200 * a;
    }
    return value;
  };
}

/// sum of d[i] x[i]^2 / 2 with d from 1 to `condition`, plus `height`.
SmoothFunction bowl(size_t n, double condition, double height) {
  return [=](const double* x, double* gradient) {
    double value = height;
    for (size_t i = 0; i < n; ++i) {
      const double d = std::pow(condition, static_cast<double>(i) / static_cast<double>(n - 1));
      gradient[i] = d * x[i];
      value += 0.5 * gradient[i] * x[i];
    }
    return value;
  };
}

}  // namespace

CASE("a line search meets the strong Wolfe conditions from first steps of any size") {
  const Curve::Function curves[] = {
      [](double x) { return std::make_pair((x - 3) * (x - 3), 2 * (x - 3)); },
      // Moré and Thuente 1994, functions 1 and 2.
      [](double x) { return std::make_pair(-x / (x * x + 2), (x * x - 2) / ((x * x + 2) * (x * x + 2))); },
      [](double x) {
        const double y = x + 0.004;
        return std::make_pair(std::pow(y, 5) - 2 * std::pow(y, 4), 5 * std::pow(y, 4) - 8 * std::pow(y, 3));
      },
      [](double x) { return std::make_pair(-std::sin(x) - 0.1 * std::cos(30 * x), -std::cos(x) + 3 * std::sin(30 * x)); },
      [](double x) { return std::make_pair(std::exp(x) - 5 * x, std::exp(x) - 5); },
  };
  for (const Curve::Function curve : curves) {
    const auto [value, slope] = curve(0);
    for (const double first : {1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e6}) {
      for (const double curvature : {0.9, 0.1}) {
        LineSearchOptions options;
        options.curvature = curvature;
        options.maxEvaluations = 50;
        Curve line(curve);
        CHECK(line.search(first, options));
        CHECK(line.kept.value <= value + 1e-4 * line.kept.step * slope);
        CHECK(std::fabs(line.kept.slope) <= -curvature * slope);
        CHECK(line.evaluations <= 30);
      }
    }
  }
}

CASE("a line search comes back from where the function is not finite") {
  // x - log(1 - x) has its minimum at its edge's side of 0: not a number from 1 on, infinite at 1.
  const Curve::Function wall = [](double x) { return std::make_pair(-x - 0.1 * std::log(1 - x), -1 + 0.1 / (1 - x)); };
  for (const double first : {0.5, 1.0, 2.0, 1e3, 1e8}) {
    Curve line(wall);
    CHECK(line.search(first));
    CHECK(line.kept.step > 0 && line.kept.step < 1);
    CHECK(line.kept.value < 0);
    CHECK(std::fabs(line.kept.slope) <= 0.9 * 0.9);
  }
}

CASE("a line search ends where there is no lower place, no bottom, or where it is canceled") {
  // The slope lies: everything is higher.
  Curve liar([](double x) { return std::make_pair(1 + x, -1.0); });
  CHECK(!liar.search(1));
  CHECK(liar.evaluations <= 25);
  Curve nowhere([](double x) { return std::make_pair(x == 0 ? 0 : std::numeric_limits<double>::quiet_NaN(), -1.0); });
  CHECK(!nowhere.search(1));
  Curve bottomless([](double x) { return std::make_pair(-x, -1.0); });
  CHECK(bottomless.search(1));
  CHECK(bottomless.kept.step > 1e6);
  Curve canceled([](double x) { return std::make_pair(-x, -1.0); });
  canceled.limit = 3;
  CHECK_ERROR(canceled.search(1), ErrorCode::Canceled, "enough");
}

CASE("L-BFGS minimises Rosenbrock's function, short and long, to the last digits") {
  Descent classic(rosenbrock(2), {-1.2, 1});
  classic.run(1e-12, 200);
  CHECK(classic.norm() <= 1e-12);
  CHECK(classic.steps < 60);
  CHECK_NEAR(classic.x[0], 1, 1e-12);
  CHECK_NEAR(classic.x[1], 1, 1e-12);
  Descent valley(rosenbrock(100), std::vector<double>(100, -1.5));
  valley.run(1e-10, 2000);
  CHECK(valley.norm() <= 1e-10);
  CHECK(valley.steps < 700);
}

CASE("L-BFGS reaches gradients far below the root of the value's precision") {
  // Values near 1e6 tell places apart only to 1e-10, slopes to 1e-16.
  for (const double height : {0.0, 1.0, 1e6}) {
    Descent descent(bowl(50, 1e4, height), std::vector<double>(50, 1), 20);
    descent.run(1e-11, 2000);
    CHECK(descent.norm() <= 1e-11);
  }
}

CASE("a longer history needs fewer steps") {
  int steps[2];
  for (const size_t history : {3, 40}) {
    Descent descent(bowl(30, 1e3, 0), std::vector<double>(30, 1), history);
    descent.run(1e-9, 1000);
    CHECK(descent.norm() <= 1e-9);
    steps[history == 40] = descent.steps;
  }
  CHECK(2 * steps[1] < steps[0]);
}

CASE("L-BFGS stays where it is at a minimum, and says so") {
  Descent exact(bowl(3, 10, 5), {0, 0, 0});
  CHECK(!exact.step());
  CHECK(exact.x == std::vector<double>(3, 0.0));
  // To rounding: it ends by itself, no matter how small a gradient was asked for.
  Descent rounded(rosenbrock(6), std::vector<double>(6, 0.5));
  CHECK(!rounded.run(0, 3000) || rounded.norm() == 0);
  CHECK(rounded.norm() < 1e-11);
}

CASE("L-BFGS passes flat regions and walls") {
  // x^4 has no curvature at its minimum.
  Descent flat(
      [](const double* x, double* gradient) {
        gradient[0] = 4 * std::pow(x[0], 3);
        return std::pow(x[0], 4);
      },
      {10});
  flat.run(1e-12, 300);
  CHECK(flat.norm() <= 1e-12);
  // A plateau of slope 1e-8 ahead of a bowl.
  Descent plateau(
      [](const double* x, double* gradient) {
        const double e = std::exp(-0.5 * x[0] * x[0]);
        gradient[0] = x[0] * e;
        return 1 - e;
      },
      {6});
  plateau.run(1e-12, 300);
  CHECK(plateau.norm() <= 1e-12);
  CHECK(std::fabs(plateau.x[0]) < 1e-10);
  // Not a number outside of x > 0; the minimum is at 1e-3.
  Descent wall(
      [](const double* x, double* gradient) {
        gradient[0] = 1 - 1e-3 / x[0];
        return x[0] - 1e-3 * std::log(x[0]);
      },
      {5});
  wall.run(1e-12, 300);
  CHECK_NEAR(wall.x[0], 1e-3, 1e-12);
}

CASE("a step of L-BFGS that is canceled has changed nothing, and the next goes on as if it had never begun") {
  int left = 1000;
  const SmoothFunction inner = rosenbrock(4);
  const SmoothFunction counted = [&](const double* x, double* gradient) {
    if (left-- <= 0) throw Error(ErrorCode::Canceled, "enough");
    return inner(x, gradient);
  };
  Descent whole(inner, {-1.2, 1, -1.2, 1}), broken(counted, {-1.2, 1, -1.2, 1});
  whole.run(1e-10, 20);
  for (int step = 0; step < 20; ++step) {
    const auto before = broken.x;
    // Some steps need one evaluation alone.
    left = step % 3;
    try {
      broken.step();
      continue;
    } catch (const Error&) {
      CHECK(broken.x == before);
    }
    left = 1000;
    broken.step();
  }
  CHECK(broken.x == whole.x);
  CHECK(broken.value == whole.value);
}

CASE("a history too long for the machine is refused with its number") {
  CHECK_ERROR(Lbfgs(size_t{1} << 40, 200), ErrorCode::OutOfMemory, "history of 200");
}

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
  Descent valley(rosenbrock(2), {-1.2, 1});
  Team team(1);
  LevenbergMarquardt marquardt(2, {1e-12, 0.1, 10});
  int steps = 0;
  for (double before = valley.value; valley.norm() > 1e-12; before = valley.value, ++steps) {
    CHECK(marquardt.step(valley.function, matrix, team, [] { return true; }, valley.x.data(), valley.value,
                         valley.gradient.data()));
    CHECK(valley.value < before);
    if (steps == 0) CHECK(marquardt.damping() > 1e-6);
    if (steps == 100) break;
  }
  CHECK(steps < 60);
  CHECK_NEAR(valley.x[0], 1, 1e-12);
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
