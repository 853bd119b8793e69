#include "eigen_method.h"

#include <cmath>

#include "../src/linalg/symmetric_eigen.h"
#include "compute_task.h"

namespace basin {

Napi::Value symmetric_eigen_method(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Napi::Env env = info.Env();
    const auto given = array_argument<double>(info[0], ErrorCode::BadData, "matrix");
    const auto size = static_cast<size_t>(std::llround(std::sqrt(static_cast<double>(given.size))));
    if (size == 0 || size * size != given.size) {
      throw Error(ErrorCode::BadData, "matrix: " + std::to_string(given.size) + " numbers are not a square matrix");
    }
    if (!info[1].IsBoolean()) throw Error(ErrorCode::BadArgument, "vectors must be true or false");
    const bool vectors = info[1].As<Napi::Boolean>();
    const auto threads = static_cast<int>(integer_argument(info[2], ErrorCode::BadArgument, "threads", 1, 256));
    require_memory(3.0 * static_cast<double>(given.size) * sizeof(double), "the matrix");
    const auto matrix = std::make_shared<std::vector<double>>(given.data, given.data + given.size);
    const auto eigen = std::make_shared<SymmetricEigen>();
    const auto task = std::make_shared<ComputeTask>(
        env,
        [=](const GoOn& goOn) {
          std::optional<SymmetricEigen> found = symmetric_eigen(matrix->data(), size, vectors, threads, goOn);
          if (!found) cancel();
          *eigen = std::move(*found);
        },
        [=](Napi::Env here) {
          Napi::Object object = Napi::Object::New(here);
          object.Set("values", to_array(here, eigen->values, "the eigenvalues"));
          if (vectors) object.Set("vectors", to_array(here, eigen->vectors, "the eigenvectors"));
          return object;
        });
    Task::start(task, Napi::Function(), info[0].As<Napi::Object>(), [] {});
    Napi::Object started = Napi::Object::New(env);
    started.Set("result", task->promise());
    started.Set("stop", Napi::Function::New(env, [weak = std::weak_ptr<Task>(task)](const Napi::CallbackInfo&) {
      if (const std::shared_ptr<Task> running = weak.lock()) running->control().stop();
    }));
    return started;
  });
}

}  // namespace basin
