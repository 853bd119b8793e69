// One function for each method of Curvature: what it takes, what it computes on a thread, what it hands out.
#include "curvature_methods.h"

#include <algorithm>
#include <cstring>

#include "../src/curvature/objective.h"
#include "arguments.h"
#include "options.h"

namespace basin {
namespace {

/// What all questions have in common: the function, the point and the matrix. Made on the JavaScript thread, asked on another.
struct Question {
  ObjectiveOptions objective;
  std::vector<double> theta;
  Operator op = Operator::Hessian;
};
using SharedQuestion = std::shared_ptr<Question>;

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

/// A vector [P] of finite numbers, copied.
std::vector<double> vector_argument(Napi::Value value, size_t size) {
  const auto view = array_argument<double>(value, ErrorCode::BadData, "vector");
  if (view.size != size) {
    throw Error(ErrorCode::BadData,
                "vector: the length must be " + std::to_string(size) + ", not " + std::to_string(view.size));
  }
  check_finite(view.data, view.size, "vector", view.size);
  return {view.data, view.data + view.size};
}

/// Wraps a computation that starts with an objective.
std::shared_ptr<Task> asked(Napi::Env env, SharedQuestion question,
                            std::function<void(Objective&, const double* theta, Operator, const GoOn&)> compute,
                            ComputeTask::Result result) {
  return std::make_shared<ComputeTask>(
      env,
      [question, compute = std::move(compute)](const GoOn& goOn) {
        Objective objective(question->objective);
        compute(objective, question->theta.data(), question->op, goOn);
      },
      std::move(result));
}

std::shared_ptr<Task> loss_and_gradient(Napi::Env env, SharedQuestion question) {
  const OutputArray gradient(env, question->theta.size(), "the gradient");
  const auto loss = std::make_shared<double>(0);
  return asked(
      env, std::move(question),
      [=](Objective& objective, const double* theta, Operator, const GoOn& goOn) {
        *loss = objective.lossAndGradient(theta, gradient.data, goOn);
      },
      [=](Napi::Env here) {
        Napi::Object object = Napi::Object::New(here);
        object.Set("loss", *loss);
        object.Set("gradient", gradient.value());
        return object;
      });
}

std::shared_ptr<Task> product(Napi::Env env, SharedQuestion question, Napi::Value given) {
  const std::vector<double> vector = vector_argument(given, question->theta.size());
  const OutputArray out(env, vector.size(), "the product");
  return asked(
      env, std::move(question),
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        objective.product(op, theta, vector.data(), out.data, goOn);
      },
      [=](Napi::Env) { return out.value(); });
}

std::shared_ptr<Task> matrix(Napi::Env env, SharedQuestion question) {
  const size_t size = question->theta.size();
  // The square of a count of parameters may not fit a size.
  require_memory(static_cast<double>(size) * static_cast<double>(size) * sizeof(double), "the matrix");
  const OutputArray out(env, size * size, "the matrix");
  return asked(
      env, std::move(question),
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        objective.matrix(op, theta, out.data, goOn);
      },
      [=](Napi::Env) { return out.value(); });
}

}  // namespace

std::shared_ptr<Task> curvature_task(Napi::Env env, Session& session, const std::string& name, const Napi::CallbackInfo& info) {
  SharedQuestion question = parse_question(session, info[1]);
  if (name == "lossAndGradient") return loss_and_gradient(env, std::move(question));
  if (name == "product") return product(env, std::move(question), info[2]);
  if (name == "matrix") return matrix(env, std::move(question));
  throw Error(ErrorCode::BadArgument, "curvature has no method '" + name + "'");
}

}  // namespace basin
