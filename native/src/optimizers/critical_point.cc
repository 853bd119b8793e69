// Steps until an end.
#include "critical_point.h"

#include <cmath>

#include "../linalg/vectors.h"
#include "critical_point_method.h"

namespace basin {
namespace {

std::unique_ptr<CriticalPointMethod> make_method(const TwiceSmooth& function, const CriticalPointOptions& options,
                                                 const GoOn& goOn) {
  if (options.method == GradientNormMethod::Adam) return norm_adam(function, options.learningRate);
  if (options.method == GradientNormMethod::Lbfgs) return norm_lbfgs(function);
  return norm_newton(function, options.method, options.threads, goOn);
}

}  // namespace

void look_around(const TwiceSmooth& function, Place& place) {
  place.gradient.resize(function.size);
  place.value = function.function(place.x.data(), place.gradient.data());
  place.norm = norm2(place.gradient.data(), function.size);
}

bool is_finite(const Place& place) { return std::isfinite(place.value) && std::isfinite(place.norm); }

CriticalPointResult find_critical_point(const TwiceSmooth& function, const CriticalPointOptions& options, const GoOn& goOn,
                                        const std::function<void(double value, double norm)>& onStep, Place& place) {
  uint64_t steps = 0;
  const auto ended = [&](GradientNormEnd reason) { return CriticalPointResult{reason, steps}; };
  try {
    require_go_on(goOn);
    look_around(function, place);
    if (!is_finite(place)) return ended(GradientNormEnd::Diverged);
    const std::unique_ptr<CriticalPointMethod> method = make_method(function, options, goOn);
    while (place.norm > options.targetNorm) {
      if (steps == options.maxSteps) return ended(GradientNormEnd::Finished);
      require_go_on(goOn);
      const double value = place.value, norm = place.norm;
      const CriticalPointMethod::Outcome outcome = method->step(place);
      if (outcome == CriticalPointMethod::Outcome::Stalled) return ended(GradientNormEnd::Stalled);
      if (outcome == CriticalPointMethod::Outcome::Diverged) return ended(GradientNormEnd::Diverged);
      ++steps;
      onStep(value, norm);
    }
    return ended(GradientNormEnd::Reached);
  } catch (const Error& error) {
    if (error.code != ErrorCode::Canceled) throw;
    return ended(GradientNormEnd::Stopped);
  }
}

}  // namespace basin
