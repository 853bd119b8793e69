// One function for each method of Curvature: what it takes, what it computes on a thread, what it hands out.
#include "curvature_methods.h"

#include "arguments.h"
#include "curvature_question.h"
#include "spectrum_methods.h"

namespace basin {
namespace {

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
  if (const std::shared_ptr<Task> task = spectrum_task(env, question, name, info[2])) return task;
  throw Error(ErrorCode::BadArgument, "curvature has no method '" + name + "'");
}

}  // namespace basin
