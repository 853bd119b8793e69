// What the methods of critical_point.h have in common, and how each is made.
#pragma once

#include <memory>

#include "critical_point.h"

namespace basin {

class CriticalPointMethod {
 public:
  virtual ~CriticalPointMethod() = default;
  enum class Outcome { Moved, Stalled, Diverged };
  /// One step from a place. Whatever is thrown and whatever comes out but Moved, the place is as it was.
  virtual Outcome step(Place& place) = 0;
};

/// Fills in what is at place.x.
void look_around(const TwiceSmooth& function, Place& place);
bool is_finite(const Place& place);

std::unique_ptr<CriticalPointMethod> norm_adam(const TwiceSmooth& function, double learningRate);
std::unique_ptr<CriticalPointMethod> norm_lbfgs(const TwiceSmooth& function);
std::unique_ptr<CriticalPointMethod> norm_newton(const TwiceSmooth& function, GradientNormMethod method, int threads,
                                                 const GoOn& goOn);

}  // namespace basin
