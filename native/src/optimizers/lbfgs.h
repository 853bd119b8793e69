// Limited-memory BFGS with a line search that satisfies the strong Wolfe conditions, for any smooth function.
#pragma once

#include <cstddef>
#include <vector>

#include "../aligned.h"
#include "../state_archive.h"
#include "smooth_function.h"

namespace basin {

/// Nocedal and Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5.
class Lbfgs {
 public:
  /// Memory for `history` pairs of steps and gradient changes. Throws Error OutOfMemory.
  Lbfgs(size_t size, size_t history);

  /// One step from x [n]; `value` and `gradient` [n] are those at x, before and after. Each search first tries `firstStep` times the
  /// quasi-Newton step; without pairs, where that is the gradient alone, a step of that length in the 1-norm at most.
  /// False if no step lowers the value any more, as far as numbers of this precision can tell; then nothing has changed, and neither has
  /// it when the function throws.
  bool step(const SmoothFunction& function, double firstStep, double* x, double& value, double* gradient);

  /// Forgets all pairs: x has changed by other means, or the function has.
  void forget() { pairs_ = 0; }

  size_t memoryUse() const;

  /// The pairs. Throws Error BadData.
  void exchangeState(StateArchive& archive);

 private:
  class Path;

  double* stepOf(size_t slot) { return steps_.data() + slot * stride_; }
  double* changeOf(size_t slot) { return changes_.data() + slot * stride_; }
  /// With so many of the pairs.
  void findDirection(const double* gradient, size_t pairs);
  bool search(const SmoothFunction& function, double firstStep, size_t pairs, double* x, double& value, double* gradient);
  void remember(double step, const double* oldGradient);

  const size_t size_, stride_, history_;
  /// Rings of [history, stride].
  Aligned<double> steps_, changes_;
  /// 1 / (s . y) of each pair, and the factors of the first loop.
  std::vector<double> curvatures_, factors_;
  size_t newest_ = 0, pairs_ = 0;
  Aligned<double> direction_, trial_, trialGradient_, bestGradient_;
};

}  // namespace basin
