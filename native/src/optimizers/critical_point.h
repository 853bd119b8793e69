// Points where a gradient vanishes, of whatever index: descent on half its squared norm, 1/2 |g|^2, whose gradient is H g, H being the
// Hessian. Knows functions alone; gradient_norm.h puts a session's training loss in.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "../go_on.h"
#include "smooth_function.h"

namespace basin {

/// A function of `size` numbers with its first two derivatives. They may throw; Error Canceled ends a search well.
struct TwiceSmooth {
  size_t size = 0;
  SmoothFunction function;
  /// out = H(x) vector.
  std::function<void(const double* x, const double* vector, double* out)> product;
  /// H(x) [n, n].
  MatrixFunction hessian;
};

enum class GradientNormMethod { Adam, Lbfgs, Newton, LevenbergMarquardt };

/// Those that take the Hessian apart.
inline bool needs_hessian(GradientNormMethod method) {
  return method == GradientNormMethod::Newton || method == GradientNormMethod::LevenbergMarquardt;
}

struct CriticalPointOptions {
  GradientNormMethod method = GradientNormMethod::Lbfgs;
  /// Of Adam.
  double learningRate = 1e-3;
  /// Ends when the gradient norm is at most this.
  double targetNorm = 0;
  uint64_t maxSteps = 0;
  int threads = 1;
};

/// A place and what is there; not numbers before anybody has looked.
struct Place {
  /// [n] each.
  std::vector<double> x, gradient;
  double value = std::numeric_limits<double>::quiet_NaN(), norm = value;
};

/// `Stalled`: no step of this method lowers the norm any more, or many steps through the Hessian together hardly do (2 % in 25).
/// `Diverged`: value or norm were no longer finite.
enum class GradientNormEnd { Reached, Finished, Stalled, Stopped, Diverged };

struct CriticalPointResult {
  GradientNormEnd reason;
  uint64_t steps;
};

/// Moves `place` (whose x counts) until an end; then it holds what is really there. `onStep` hears value and norm before each step that
/// is taken. All methods but Adam lower the norm in every step.
CriticalPointResult find_critical_point(const TwiceSmooth& function, const CriticalPointOptions& options, const GoOn& goOn,
                                        const std::function<void(double value, double norm)>& onStep, Place& place);

}  // namespace basin
