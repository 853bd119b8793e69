#include "curvature_question.h"

#include "../src/curvature/session_objective.h"
#include "options.h"

namespace basin {

SharedQuestion parse_question(Session& session, Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadArgument, "question");
  const auto question = std::make_shared<Question>();
  const SampleSet set = parse_filled_set(object.Get("set"), session);
  const Napi::Value given = object.Get("operator");
  if (!given.IsUndefined()) {
    const std::string op = string_argument(given, ErrorCode::BadArgument, "operator");
    if (op != "hessian" && op != "gauss-newton") {
      throw Error(ErrorCode::BadArgument, "operator must be 'hessian' or 'gauss-newton'");
    }
    question->op = op == "hessian" ? Operator::Hessian : Operator::GaussNewton;
  }
  const Napi::Value count = object.Get("samples");
  // Nothing below runs JavaScript: the question is about one state of the session.
  ObjectiveOptions& objective = question->objective;
  objective = objective_of(session, set, 0);
  if (!count.IsUndefined()) {
    const auto most = static_cast<double>(objective.samples->size);
    objective.count = integer_argument(count, ErrorCode::BadArgument, "samples", 1, most);
  }
  question->theta.resize(session.parameterCount());
  session.getParameters(question->theta.data());
  return question;
}

std::shared_ptr<Task> asked(Napi::Env env, SharedQuestion question, Computation compute, ComputeTask::Result result) {
  return std::make_shared<ComputeTask>(
      env,
      [question, compute = std::move(compute)](const GoOn& goOn) {
        Objective objective(question->objective);
        compute(objective, question->theta.data(), question->op, goOn);
      },
      std::move(result));
}

}  // namespace basin
