// GradientNormOptions in, GradientNormResult out.
#include "gradient_norm_task.h"

#include "arguments.h"

namespace basin {
namespace {

GradientNormMethod method_named(const std::string& name) {
  if (name == "adam") return GradientNormMethod::Adam;
  if (name == "lbfgs") return GradientNormMethod::Lbfgs;
  if (name == "newton") return GradientNormMethod::Newton;
  if (name == "levenberg-marquardt") return GradientNormMethod::LevenbergMarquardt;
  throw Error(ErrorCode::BadArgument, "there is no method '" + name + "'");
}

const char* reason_text(GradientNormEnd reason) {
  switch (reason) {
    case GradientNormEnd::Reached:
      return "reached";
    case GradientNormEnd::Finished:
      return "finished";
    case GradientNormEnd::Stalled:
      return "stalled";
    case GradientNormEnd::Stopped:
      return "stopped";
    case GradientNormEnd::Diverged:
      return "diverged";
  }
  return "finished";
}

}  // namespace

GradientNormOptions parse_gradient_norm_options(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadArgument, "options");
  const auto number = [&](const char* name) { return number_argument(object.Get(name), ErrorCode::BadArgument, name); };
  GradientNormOptions options;
  options.method = method_named(string_argument(object.Get("method"), ErrorCode::BadArgument, "method"));
  if (!object.Get("learningRate").IsUndefined()) options.learningRate = number("learningRate");
  options.targetNorm = number("targetNorm");
  options.maxSteps = integer_argument(object.Get("maxSteps"), ErrorCode::BadArgument, "maxSteps", 0, maxInteger);
  options.progressEveryMs = number("progressEveryMs");
  return options;
}

GradientNormTask::GradientNormTask(Napi::Env env, std::shared_ptr<Session> session, const GradientNormOptions& options)
    : ReportingTask(env, std::move(session)), options_(options) {}

void GradientNormTask::work() { result_ = minimize_gradient_norm(*session_, options_, control(), publish_); }

Napi::Value GradientNormTask::result(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("reason", reason_text(result_.reason));
  object.Set("steps", to_number(env, result_.steps));
  object.Set("loss", Napi::Number::New(env, result_.loss));
  object.Set("gradientNorm", Napi::Number::New(env, result_.gradientNorm));
  return object;
}

}  // namespace basin
