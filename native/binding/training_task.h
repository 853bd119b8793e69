// One call of train: its thread, the reports on their way to JavaScript, and the promise.
#pragma once

#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "../src/trainer.h"

namespace basin {

class TrainingTask {
 public:
  /// Starts the thread. `settled` runs on the JavaScript thread just before the promise settles; `owner` is kept alive until then.
  static std::shared_ptr<TrainingTask> start(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options,
                                             Napi::Function onProgress, Napi::Object owner, std::function<void()> settled);
  TrainingTask(const TrainingTask&) = delete;
  TrainingTask& operator=(const TrainingTask&) = delete;
  ~TrainingTask();

  TrainControl& control() { return control_; }
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  static void call(Napi::Env env, Napi::Function onProgress, TrainingTask* task, void* nothing);
  static void cleanUp(void* task);
  using Callback = Napi::TypedThreadSafeFunction<TrainingTask, void, &TrainingTask::call>;

  TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options, std::function<void()> settled);
  void run();
  void deliver(Napi::Env env, Napi::Function onProgress);
  void settle(Napi::Env env);
  void join();

  const napi_env env_;
  std::shared_ptr<Session> session_;
  const TrainOptions options_;
  std::function<void()> settled_;
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference owner_;
  TrainControl control_;
  ProgressMailbox mailbox_;
  Callback callback_;
  std::thread thread_;
  /// A callback is on its way that has not yet looked into the mailbox.
  std::atomic<bool> queued_{false};
  /// Set by the thread when the members below are final.
  std::atomic<bool> finished_{false};
  EndReason reason_ = EndReason::Finished;
  const char* errorCode_ = nullptr;
  std::string errorMessage_;
  /// What onProgress threw.
  Napi::ObjectReference thrown_;
  bool isSettled_ = false;
  /// Keeps this alive until the thread-safe function is gone.
  std::shared_ptr<TrainingTask> self_;
};

}  // namespace basin
