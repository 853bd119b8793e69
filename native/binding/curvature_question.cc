#include "curvature_question.h"

#include "arguments.h"

namespace basin {

SharedQuestion parse_question(Session& session, Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadArgument, "question");
  const std::string name = string_argument(object.Get("set"), ErrorCode::BadArgument, "set");
  if (name != "training" && name != "test") throw Error(ErrorCode::BadData, "set must be 'training' or 'test'");
  const auto question = std::make_shared<Question>();
  const Napi::Value given = object.Get("operator");
  if (!given.IsUndefined()) {
    const std::string op = string_argument(given, ErrorCode::BadArgument, "operator");
    if (op != "hessian" && op != "gauss-newton") {
      throw Error(ErrorCode::BadArgument, "operator must be 'hessian' or 'gauss-newton'");
    }
    question->op = op == "hessian" ? Operator::Hessian : Operator::GaussNewton;
  }
  ObjectiveOptions& objective = question->objective;
  objective.samples = session.samples(name == "training" ? SampleSet::Training : SampleSet::Test);
  if (objective.samples == nullptr) throw Error(ErrorCode::BadData, name + " samples: none have been set");
  const Napi::Value count = object.Get("samples");
  if (!count.IsUndefined()) {
    const auto most = static_cast<double>(objective.samples->size);
    objective.count = integer_argument(count, ErrorCode::BadArgument, "samples", 1, most);
  }
  objective.model = session.options().model;
  objective.buffers = session.buffers();
  objective.threads = session.options().threads;
  objective.simd = session.options().simd;
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
