// The search of critical_point.h between a session and its reports.
#include "gradient_norm.h"

#include <cmath>

#include "../curvature/session_objective.h"
#include "../reporter.h"

namespace basin {
namespace {

TwiceSmooth derivatives_of(Objective& objective, const GoOn& goOn) {
  TwiceSmooth function;
  function.size = objective.parameterCount();
  function.function = [&](const double* theta, double* gradient) {
    return objective.lossAndGradient(theta, gradient, goOn);
  };
  function.product = [&](const double* theta, const double* vector, double* out) {
    objective.product(Operator::Hessian, theta, vector, out, goOn);
  };
  function.hessian = [&](const double* theta, double* matrix) {
    objective.matrix(Operator::Hessian, theta, matrix, goOn);
  };
  return function;
}

void require_nonnegative(double value, const char* name) {
  if (!(value >= 0)) throw Error(ErrorCode::BadArgument, std::string(name) + " must not be negative");
}

}  // namespace

void check_options(const Session& session, const GradientNormOptions& options) {
  if (session.samples(SampleSet::Training) == nullptr) {
    throw Error(ErrorCode::BadData, "training samples: none have been set");
  }
  if (!(options.learningRate > 0 && std::isfinite(options.learningRate))) {
    throw Error(ErrorCode::BadArgument, "learningRate must be positive");
  }
  require_nonnegative(options.targetNorm, "targetNorm");
  require_nonnegative(options.progressEveryMs, "progressEveryMs");
  const size_t size = session.parameterCount();
  if (needs_hessian(options.method) && size > maxDenseParameters) {
    throw Error(ErrorCode::BadArgument, "method: newton and levenberg-marquardt are for " + std::to_string(maxDenseParameters) +
                                            " parameters at most; this model has " + std::to_string(size));
  }
}

GradientNormResult minimize_gradient_norm(Session& session, const GradientNormOptions& options, TrainControl& control,
                                          const std::function<void(ProgressReport&)>& publish) {
  check_options(session, options);
  Objective objective(objective_of(session, SampleSet::Training, 0));
  Reporter reporter(control, options.progressEveryMs, publish);
  const GoOn goOn = [&] { return reporter.goOn(); };
  Place place;
  place.x.resize(session.parameterCount());
  session.getParameters(place.x.data());
  CriticalPointOptions search = options;
  search.threads = session.options().threads;
  const auto note = [&](double loss, double norm) {
    ProgressReport& report = reporter.report();
    ++report.step;
    report.batchLoss.push_back(static_cast<float>(loss));
    report.gradientNorm.push_back(static_cast<float>(norm));
  };
  const CriticalPointResult result = find_critical_point(derivatives_of(objective, goOn), search, goOn, note, place);
  if (result.steps > 0) session.setParameters(place.x.data());
  reporter.publish();
  return {result.reason, result.steps, place.value, place.norm};
}

}  // namespace basin
