// The line search on functions of one number.
#include <cmath>
#include <limits>
#include <utility>

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
