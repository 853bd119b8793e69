// A session's parameters on their way to where the gradient of its training loss vanishes.
#pragma once

#include "../trainer.h"
#include "critical_point.h"

namespace basin {

/// The session's threads count, whatever `threads` is.
struct GradientNormOptions : CriticalPointOptions {
  double progressEveryMs = 0;
};

/// What is at the session's parameters now.
struct GradientNormResult {
  GradientNormEnd reason = GradientNormEnd::Finished;
  uint64_t steps = 0;
  double loss = 0, gradientNorm = 0;
};

/// Throws Error when the session lacks training samples, or the method is not for a network of its size.
void check_options(const Session& session, const GradientNormOptions& options);

/// Minimises half the squared gradient norm of the mean training loss, in evaluation mode and in double, from the session's parameters, which
/// it replaces (a session in float keeps them unrounded, as setParameters says). The loss is without weight decay. Reports have
/// steps, batchLoss and gradientNorm alone; steps count from 1 in each call. `publish` is called on this thread, as `train` does.
GradientNormResult minimize_gradient_norm(Session& session, const GradientNormOptions& options, TrainControl& control,
                                          const std::function<void(ProgressReport&)>& publish);

}  // namespace basin
