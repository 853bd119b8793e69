// The root is sought relative to the nearer pole, so that its distance from there keeps its digits. Each step solves the equation with
// the poles on the left and on the right of the root as one each ("middle way"); a bracket catches what goes astray.
#include "secular.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace basin {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// Four or five are the rule; after more, every other step halves the bracket.
constexpr int usualSteps = 10, maxSteps = 200;

struct Bracket {
  double low, high;
  bool contains(double x) const { return x > low && x < high; }
  double middle() const { return 0.5 * (low + high); }
};

/// The root of c + left / (a - x) + right / (b - x) inside the bracket, or NaN; left and right are not negative.
double two_pole_root(double c, double left, double a, double right, double b, const Bracket& bracket) {
  // c x^2 - (c (a + b) + left + right) x + c a b + left b + right a = 0
  const double half = 0.5 * (c * (a + b) + left + right);
  const double constant = c * a * b + left * b + right * a;
  const double root = std::sqrt(std::max(0.0, half * half - c * constant));
  const double stable = half >= 0 ? half + root : half - root;
  const double first = stable / c, second = constant / stable;
  if (bracket.contains(second)) return second;
  if (bracket.contains(first)) return first;
  return std::numeric_limits<double>::quiet_NaN();
}

class Search {
 public:
  Search(const SecularProblem& problem, size_t k, double* poles)
      : problem_(problem), last_(k + 1 == problem.size), left_(last_ ? k - 1 : k), poles_(poles), start_(1 / problem.rho) {}

  void shift_to(size_t origin) {
    for (size_t i = 0; i < problem_.size; ++i) poles_[i] = problem_.poles[i] - problem_.poles[origin];
  }

  /// Value at x, the poles being relative to the origin.
  double evaluate(double x) {
    sums_ = problem_.kernels->secularSums(poles_, problem_.weights, problem_.size, left_ + 1, x);
    return start_ + sums_.left + sums_.right;
  }

  /// As far as rounding lets the value be known.
  double noise(double x) const {
    const double slope = sums_.leftSlope + sums_.rightSlope;
    return epsilon * (8 * (std::fabs(sums_.left) + std::fabs(sums_.right)) + start_ + std::fabs(x) * slope);
  }

  /// All but the two poles next to the root as a constant.
  double first_guess(double at, double value, const Bracket& bracket) const {
    const double a = poles_[left_], b = poles_[left_ + 1];
    const double ofA = problem_.weights[left_], ofB = problem_.weights[left_ + 1];
    return two_pole_root(value - ofA / (a - at) - ofB / (b - at), ofA, a, ofB, b, bracket);
  }

  double next(double x, double value, const Bracket& bracket) const {
    const double a = poles_[left_] - x, b = poles_[left_ + 1] - x;
    const double constant = value - a * sums_.leftSlope - b * sums_.rightSlope;
    const Bracket relative = {bracket.low - x, bracket.high - x};
    return x + two_pole_root(constant, a * a * sums_.leftSlope, a, b * b * sums_.rightSlope, b, relative);
  }

 private:
  const SecularProblem& problem_;
  const bool last_;
  /// The poles up to this one are left of the root, or, past the last one, all but the last.
  const size_t left_;
  double* poles_;
  const double start_;
  SecularSums sums_ = {};
};

}  // namespace

double secular_root(const SecularProblem& problem, size_t k, double* differences) {
  const double* poles = problem.poles;
  if (problem.size == 1) {
    const double shift = problem.rho * problem.weights[0];
    differences[0] = -shift;
    return poles[0] + shift;
  }
  Search search(problem, k, differences);
  const bool last = k + 1 == problem.size;
  size_t origin = k;
  Bracket bracket;
  double x, value;
  if (last) {
    double total = 0;
    for (size_t i = 0; i < problem.size; ++i) total += problem.weights[i];
    // A little more: rounding must not put the root outside.
    bracket = {0, problem.rho * total * (1 + 16 * epsilon * static_cast<double>(problem.size))};
    search.shift_to(origin);
    x = bracket.middle();
    value = search.evaluate(x);
    (value < 0 ? bracket.low : bracket.high) = x;
  } else {
    const double gap = poles[k + 1] - poles[k];
    search.shift_to(origin);
    x = 0.5 * gap;
    value = search.evaluate(x);
    if (value >= 0) {
      bracket = {0, x};
    } else {
      origin = k + 1;
      search.shift_to(origin);
      bracket = {-x, 0};
      x = -x;
    }
  }
  double guess = search.first_guess(x, value, bracket);
  for (int step = 0; step < maxSteps; ++step) {
    const bool slow = step >= usualSteps && step % 2 == 0;
    if (slow || !bracket.contains(guess)) guess = bracket.middle();
    const double moved = std::fabs(guess - x);
    x = guess;
    value = search.evaluate(x);
    if (std::fabs(value) <= search.noise(x) || moved <= epsilon * std::fabs(x)) break;
    (value < 0 ? bracket.low : bracket.high) = x;
    if (!bracket.contains(bracket.middle())) break;
    guess = search.next(x, value, bracket);
  }
  for (size_t i = 0; i < problem.size; ++i) differences[i] -= x;
  return poles[origin] + x;
}

}  // namespace basin
