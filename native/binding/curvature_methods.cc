// One function for each method of Curvature: what it takes, what it computes on a thread, what it hands out.
#include "curvature_methods.h"

#include <algorithm>

#include "../src/aligned.h"
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

/// Finite numbers, whole rows of `width` and at least one, copied.
std::vector<double> rows_argument(Napi::Value value, const std::string& name, size_t width) {
  const auto view = array_argument<double>(value, ErrorCode::BadData, name);
  if (view.size == 0 || view.size % width != 0) {
    throw Error(ErrorCode::BadData, name + ": the length must be a positive multiple of " + std::to_string(width) + ", not " +
                                        std::to_string(view.size));
  }
  check_finite(view.data, view.size, name, width);
  return {view.data, view.data + view.size};
}

std::shared_ptr<Task> losses(Napi::Env env, SharedQuestion question, Napi::Value given) {
  const Napi::Object places = object_argument(given, ErrorCode::BadArgument, "places");
  const size_t parameters = question->theta.size();
  const std::vector<double> directions = rows_argument(places.Get("directions"), "directions", parameters);
  const size_t axes = directions.size() / parameters;
  const std::vector<double> coordinates = rows_argument(places.Get("coordinates"), "coordinates", axes);
  const size_t count = coordinates.size() / axes;
  const OutputArray out(env, count, "the losses");
  return asked(
      env, std::move(question),
      [=](Objective& objective, const double* theta, Operator, const GoOn& goOn) {
        Aligned<double> place(parameters);
        for (size_t i = 0; i < count; ++i) {
          require_go_on(goOn);
          std::copy_n(theta, parameters, place.data());
          for (size_t axis = 0; axis < axes; ++axis) {
            const double along = coordinates[i * axes + axis];
            const double* direction = &directions[axis * parameters];
            // Where it is 0 the place is theta to the last bit, and a plane its own axes.
            for (size_t p = 0; along != 0 && p < parameters; ++p) place[p] += along * direction[p];
          }
          out.data[i] = objective.loss(place.data(), goOn);
        }
      },
      [=](Napi::Env) { return out.value(); });
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
  if (name == "losses") return losses(env, std::move(question), info[2]);
  if (name == "product") return product(env, std::move(question), info[2]);
  if (name == "matrix") return matrix(env, std::move(question));
  if (const std::shared_ptr<Task> task = spectrum_task(env, question, name, info[2])) return task;
  throw Error(ErrorCode::BadArgument, "curvature has no method '" + name + "'");
}

}  // namespace basin
