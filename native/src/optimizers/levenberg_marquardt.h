// Damped Gauss-Newton steps for functions of few parameters.
#pragma once

#include <cstddef>

#include "../aligned.h"
#include "../go_on.h"
#include "../linalg/cholesky.h"
#include "../state_archive.h"
#include "../team.h"
#include "smooth_function.h"

namespace basin {

struct DampingOptions {
  /// The first damping, and its factors after a step that lowers the value and after one that does not.
  double first = 1e-2, decrease = 0.1, increase = 10;
};

/// (G + damping I) d = -gradient, G being a positive semidefinite stand-in for the Hessian (Levenberg 1944), with Marquardt's rule for the
/// damping (1963). Marquardt's scale, each parameter's element of the diagonal in place of 1, lets those that hardly matter run away:
/// units saturate, and many small networks end in far worse minima.
class LevenbergMarquardt {
 public:
  /// Memory for two matrices. Throws Error OutOfMemory.
  LevenbergMarquardt(size_t size, const DampingOptions& options);

  /// One step from x [n]; `value` and `gradient` [n] are those at x, before and after. Steps that do not lower the value are taken back
  /// and tried again with more damping. False if none lowers it, however short; then nothing has changed, and neither has it when a
  /// function throws or goOn declines (Error Canceled).
  bool step(const SmoothFunction& function, const MatrixFunction& matrix, Team& team, const GoOn& goOn, double* x,
            double& value, double* gradient);

  double damping() const { return damping_; }
  void exchangeState(StateArchive& archive) { archive.number(damping_); }
  size_t memoryUse() const;

  static double memory_of(size_t size);

 private:
  bool solve(double damping, const double* gradient, Team& team, const GoOn& goOn);

  const size_t size_;
  const DampingOptions options_;
  double damping_;
  Aligned<double> matrix_, step_, trial_, trialGradient_;
  Cholesky factor_;
};

}  // namespace basin
