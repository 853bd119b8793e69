// The way of a report: thread -> one queued call -> JavaScript. The end goes the same way.
#include "task.h"

#include "arguments.h"

namespace basin {

Task::Task(Napi::Env env) : env_(env), deferred_(Napi::Promise::Deferred::New(env)) {}

Task::~Task() { join(); }

void Task::start(const std::shared_ptr<Task>& task, Napi::Function onProgress, Napi::Object owner,
                 std::function<void()> settled) {
  const Napi::Env env = owner.Env();
  task->settled_ = std::move(settled);
  const auto ended = [](Napi::Env, void*, Task* finished) { finished->self_.reset(); };
  void* const nothing = nullptr;
  if (onProgress.IsEmpty()) {
    task->callback_ = Callback::New(env, "basin", 0, 1, task.get(), ended, nothing);
  } else {
    task->callback_ = Callback::New(env, onProgress, "basin", 0, 1, task.get(), ended, nothing);
  }
  task->self_ = task;
  try {
    task->thread_ = std::thread([raw = task.get()] { raw->run(); });
  } catch (...) {
    // Releasing the function without a thread lets its finalizer free the task.
    task->callback_.Release();
    throw;
  }
  task->owner_ = Napi::Persistent(owner);
  // Added after the thread-safe function's own hook and so run before it: the thread ends while its function still exists.
  napi_add_env_cleanup_hook(env, cleanUp, task.get());
}

void Task::cleanUp(void* data) {
  auto* task = static_cast<Task*>(data);
  task->control_.stop();
  task->join();
}

void Task::join() {
  if (thread_.joinable()) thread_.join();
}

void Task::run() {
  try {
    const FlushDenormals flush;
    work();
  } catch (const Error& error) {
    errorCode_ = code_text(error.code);
    errorMessage_ = error.what();
  } catch (const std::exception&) {
    // Nothing in the core throws anything else but for want of memory.
    errorCode_ = code_text(ErrorCode::OutOfMemory);
    errorMessage_ = outOfMemoryMessage;
  }
  finished_.store(true);
  callback_.NonBlockingCall();
  callback_.Release();
}

void Task::notify() {
  if (!queued_.exchange(true)) callback_.NonBlockingCall();
}

void Task::call(Napi::Env env, Napi::Function onProgress, Task* task, void*) {
  // Without an environment the process is ending; nobody is left to tell.
  if (static_cast<napi_env>(env) == nullptr || task->isSettled_) return;
  try {
    const Napi::HandleScope scope(env);
    const bool finished = task->finished_.load();
    task->queued_.store(false);
    task->report(env, onProgress);
    if (finished) task->settle(env);
  } catch (...) {
    // A worker thread that is being terminated refuses every call into JavaScript, and says so by exceptions that nobody can
    // catch there. The clean-up hook is about to end the task.
    task->control_.stop();
  }
}

void Task::report(Napi::Env env, Napi::Function onProgress) {
  if (!thrown_.IsEmpty()) return;
  try {
    guarded(env, [&] { deliver(env, onProgress); });
  } catch (const Napi::Error& error) {
    control_.stop();
    thrown_ = Napi::Persistent(error.Value());
  }
}

void Task::settle(Napi::Env env) {
  isSettled_ = true;
  join();
  napi_remove_env_cleanup_hook(env_, cleanUp, this);
  Napi::Value value;
  Napi::Value reason;
  if (!thrown_.IsEmpty()) {
    reason = thrown_.Value();
  } else if (errorCode_ != nullptr) {
    reason = javascript_error(env, errorCode_, errorMessage_).Value();
  } else {
    try {
      value = guarded(env, [&] { return result(env); });
    } catch (const Napi::Error& error) {
      reason = error.Value();
    }
  }
  release();
  settled_();
  owner_.Reset();
  thrown_.Reset();
  if (reason.IsEmpty()) {
    deferred_.Resolve(value);
  } else {
    deferred_.Reject(reason);
  }
}

}  // namespace basin
