// Bracketing and zooming.
#include "line_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "smooth_function.h"

namespace basin {
namespace {

bool is_finite(const LinePoint& p) { return std::isfinite(p.value) && std::isfinite(p.slope); }

/// Where the cubic through two values and slopes has its minimum; NaN where it has none.
double cubic_minimum(const LinePoint& a, const LinePoint& b) {
  const double width = b.step - a.step;
  const double d1 = a.slope + b.slope - 3 * (b.value - a.value) / width;
  const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
  return b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

double clamped(double value, double one, double other) {
  return std::clamp(value, std::min(one, other), std::max(one, other));
}

class Search {
 public:
  Search(Line& line, const LinePoint& start, const LineSearchOptions& options)
      : line_(line),
        start_(start),
        options_(options),
        noise_(rounding_of(start.value)),
        low_(start),
        previous_(start) {}

  bool run(double trial) {
    for (int i = 0; i < options_.maxEvaluations; ++i) {
      if (take(line_.at(trial))) return true;
      trial = high_ ? inside() : beyond();
      if (trial == low_.step || (high_ && trial == high_->step) || !std::isfinite(trial)) break;
    }
    // Equal values with a steep slope would be a step for nothing, perhaps for ever.
    return low_.value < start_.value;
  }

 private:
  /// Narrows the bracket by a point; true if it satisfies both conditions.
  bool take(const LinePoint& point) {
    if (!is_finite(point) || !isLower(point) || point.value > low_.value + noise_) {
      high_ = point;
      return false;
    }
    const double ahead = high_ ? high_->step - low_.step : 1;
    if (point.slope * ahead >= 0) high_ = low_;
    previous_ = low_;
    low_ = point;
    line_.keep();
    return std::fabs(point.slope) <= -options_.curvature * start_.slope;
  }

  bool isLower(const LinePoint& point) const {
    if (point.value <= start_.value + options_.decrease * point.step * start_.slope) return true;
    return std::fabs(point.value - start_.value) <= noise_ && point.slope <= (2 * options_.decrease - 1) * start_.slope;
  }

  /// A step in the bracket: the cubic's minimum away from its ends, or its middle where that has not narrowed it enough.
  double inside() {
    const double width = high_->step - low_.step;
    // Too far by an unknown amount: most of the way back to what is known.
    if (!is_finite(*high_)) return low_.step + (low_.step > 0 ? 0.5 : 0.1) * width;
    const bool slow = std::fabs(width) > 0.66 * widths_[1];
    widths_[1] = widths_[0];
    widths_[0] = std::fabs(width);
    const double middle = low_.step + 0.5 * width;
    const double best = cubic_minimum(low_, *high_);
    if (slow || !std::isfinite(best)) return middle;
    return clamped(best, low_.step + 0.1 * width, high_->step - 0.1 * width);
  }

  /// A longer step: nothing has turned upwards yet.
  double beyond() const {
    const double way = low_.step - previous_.step;
    const double best = cubic_minimum(previous_, low_);
    const double shortest = low_.step + 1.1 * way, longest = low_.step + 9 * way;
    return best > low_.step ? clamped(best, shortest, longest) : longest;
  }

  Line& line_;
  const LinePoint start_;
  const LineSearchOptions options_;
  const double noise_;
  /// The lowest point so far, the one before it, and the other end of the bracket around a good step.
  LinePoint low_, previous_;
  std::optional<LinePoint> high_;
  /// Of the brackets one and two interpolations ago.
  double widths_[2] = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
};

}  // namespace

bool search_line(Line& line, const LinePoint& start, double firstStep, const LineSearchOptions& options) {
  return Search(line, start, options).run(firstStep);
}

}  // namespace basin
