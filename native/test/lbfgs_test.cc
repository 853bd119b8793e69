// L-BFGS on functions whose minima are known.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "../src/optimizers/lbfgs.h"
#include "check.h"
#include "rosenbrock.h"

using namespace basin;

namespace {

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
