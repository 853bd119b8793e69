// A step length that satisfies the strong Wolfe conditions. Knows one dimension alone; what moves along the line is the caller's.
#pragma once

namespace basin {

/// A function along a line from x in direction d: f(x + step d) and its slope, grad f . d.
struct LinePoint {
  double step = 0, value = 0, slope = 0;
};

class Line {
 public:
  virtual ~Line() = default;
  /// Goes to a step. Values that are not finite mean that it is too far. What it throws ends the search.
  virtual LinePoint at(double step) = 0;
  /// The place that `at` gave last is the best so far.
  virtual void keep() = 0;
};

struct LineSearchOptions {
  /// Constants c1 and c2 of the sufficient decrease and of the curvature condition.
  double decrease = 1e-4, curvature = 0.9;
  int maxEvaluations = 25;
};

/// Searches from `start` (step 0, slope < 0), first at `firstStep`. If true, the place that was kept last lowers the value enough, by
/// Armijo's condition or, where values differ by their rounding alone, by the slopes; nearly always it satisfies the strong Wolfe
/// conditions too, but not when the evaluations ran out before.
///
/// Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6 as one loop; cubic interpolation (equation 3.59)
/// with safeguards. The condition on slopes is the approximate Wolfe condition of Hager and Zhang (2005), equation 4.1: it finds
/// minima to the precision of the gradient, whereas values tell steps apart only down to the square root of theirs.
bool search_line(Line& line, const LinePoint& start, double firstStep, const LineSearchOptions& options = {});

}  // namespace basin
