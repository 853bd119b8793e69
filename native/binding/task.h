// Work on a thread of its own behind a promise: reports on their way to JavaScript, the end, and what happens when the environment ends
// first.
#pragma once

#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "../src/trainer.h"

namespace basin {

class Task {
 public:
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task();

  TrainControl& control() { return control_; }
  Napi::Promise promise() const { return deferred_.Promise(); }
  /// What a session does meanwhile, for messages.
  virtual const char* activity() const = 0;

  /// Starts the thread. `settled` runs on the JavaScript thread just before the promise settles; `owner` is kept alive until then.
  /// `onProgress` may be empty.
  static void start(const std::shared_ptr<Task>& task, Napi::Function onProgress, Napi::Object owner,
                    std::function<void()> settled);

 protected:
  explicit Task(Napi::Env env);

  /// On the thread. Throws Error or std::bad_alloc.
  virtual void work() = 0;
  /// On the JavaScript thread: reports to onProgress. What JavaScript throws there ends the task and rejects the promise.
  virtual void deliver(Napi::Env, Napi::Function /*onProgress*/) {}
  /// On the JavaScript thread, when the thread has ended well.
  virtual Napi::Value result(Napi::Env env) = 0;
  /// On the JavaScript thread, at the end in any case: lets go of what the task held.
  virtual void release() {}

  /// From the thread: has `deliver` called soon.
  void notify();

 private:
  static void call(Napi::Env env, Napi::Function onProgress, Task* task, void* nothing);
  static void cleanUp(void* task);
  using Callback = Napi::TypedThreadSafeFunction<Task, void, &Task::call>;

  void run();
  void report(Napi::Env env, Napi::Function onProgress);
  void settle(Napi::Env env);
  void join();

  const napi_env env_;
  std::function<void()> settled_;
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference owner_;
  TrainControl control_;
  Callback callback_;
  std::thread thread_;
  /// A callback is on its way that has not yet been delivered.
  std::atomic<bool> queued_{false};
  /// Set by the thread when the members below are final.
  std::atomic<bool> finished_{false};
  const char* errorCode_ = nullptr;
  std::string errorMessage_;
  /// What onProgress threw.
  Napi::ObjectReference thrown_;
  bool isSettled_ = false;
  /// Keeps this alive until the thread-safe function is gone.
  std::shared_ptr<Task> self_;
};

}  // namespace basin
