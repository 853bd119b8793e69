// The way of a report: thread -> mailbox -> one queued call -> typed arrays that JavaScript owns.
#include "training_task.h"

#include <cstring>

#include "arguments.h"

namespace basin {
namespace {

const char* reason_text(EndReason reason) {
  switch (reason) {
    case EndReason::Finished:
      return "finished";
    case EndReason::Stopped:
      return "stopped";
    case EndReason::Diverged:
      return "diverged";
    case EndReason::Reached:
      return "reached";
  }
  return "finished";
}

template <typename T>
Napi::Value to_array(Napi::Env env, const std::vector<T>& values) {
  auto array = new_array<T>(env, values.size(), "a progress report");
  if (!values.empty()) std::memcpy(array.Data(), values.data(), values.size() * sizeof(T));
  return array;
}

Napi::Number to_number(Napi::Env env, uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

Napi::Object to_object(Napi::Env env, const ProgressReport& report) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", to_number(env, report.step));
  object.Set("epoch", to_number(env, report.epoch));
  object.Set("firstStep", to_number(env, report.firstStep));
  object.Set("batchLoss", to_array(env, report.batchLoss));
  object.Set("gradientNorm", to_array(env, report.gradientNorm));
  object.Set("epochSteps", to_array(env, report.epochSteps));
  object.Set("trainLoss", to_array(env, report.trainLoss));
  object.Set("trainAccuracy", to_array(env, report.trainAccuracy));
  object.Set("testSteps", to_array(env, report.testSteps));
  object.Set("testLoss", to_array(env, report.testLoss));
  object.Set("testAccuracy", to_array(env, report.testAccuracy));
  Napi::Array probes = Napi::Array::New(env, report.probes.size());
  for (uint32_t i = 0; i < report.probes.size(); ++i) {
    const ProbeValues& values = report.probes[i];
    Napi::Object probe = Napi::Object::New(env);
    probe.Set("step", to_number(env, values.step));
    probe.Set("epoch", to_number(env, values.epoch));
    probe.Set("values", to_array(env, values.values));
    probes.Set(i, probe);
  }
  object.Set("probes", probes);
  return object;
}

}  // namespace

TrainingTask::TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options,
                           std::function<void()> settled)
    : env_(env),
      session_(std::move(session)),
      options_(std::move(options)),
      settled_(std::move(settled)),
      deferred_(Napi::Promise::Deferred::New(env)) {}

TrainingTask::~TrainingTask() { join(); }

std::shared_ptr<TrainingTask> TrainingTask::start(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options,
                                                  Napi::Function onProgress, Napi::Object owner,
                                                  std::function<void()> settled) {
  const std::shared_ptr<TrainingTask> task(
      new TrainingTask(env, std::move(session), std::move(options), std::move(settled)));
  task->callback_ = Callback::New(env, onProgress, "basin.train", 0, 1, task.get(),
                                  [](Napi::Env, void*, TrainingTask* finished) { finished->self_.reset(); },
                                  static_cast<void*>(nullptr));
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
  return task;
}

void TrainingTask::cleanUp(void* data) {
  auto* task = static_cast<TrainingTask*>(data);
  task->control_.stop();
  task->join();
}

void TrainingTask::join() {
  if (thread_.joinable()) thread_.join();
}

void TrainingTask::run() {
  try {
    const FlushDenormals flush;
    reason_ = train(*session_, options_, control_, [this](ProgressReport& report) {
      mailbox_.put(report);
      if (!queued_.exchange(true)) callback_.NonBlockingCall();
    });
  } catch (const Error& error) {
    errorCode_ = code_text(error.code);
    errorMessage_ = error.what();
  } catch (const std::exception&) {
    // Nothing in the loop throws anything else but for want of memory.
    errorCode_ = code_text(ErrorCode::OutOfMemory);
    errorMessage_ = outOfMemoryMessage;
  }
  finished_.store(true);
  callback_.NonBlockingCall();
  callback_.Release();
}

void TrainingTask::call(Napi::Env env, Napi::Function onProgress, TrainingTask* task, void*) {
  // Without an environment the process is ending; nobody is left to tell.
  if (static_cast<napi_env>(env) == nullptr || task->isSettled_) return;
  try {
    const Napi::HandleScope scope(env);
    const bool finished = task->finished_.load();
    task->queued_.store(false);
    task->deliver(env, onProgress);
    if (finished) task->settle(env);
  } catch (...) {
    // A worker thread that is being terminated refuses every call into JavaScript, and says so by exceptions that nobody can
    // catch there. The clean-up hook is about to end the training.
    task->control_.stop();
  }
}

void TrainingTask::deliver(Napi::Env env, Napi::Function onProgress) {
  const ProgressReport report = mailbox_.take();
  if (report.empty() || !thrown_.IsEmpty()) return;
  try {
    guarded(env, [&] { onProgress.Call({to_object(env, report)}); });
  } catch (const Napi::Error& error) {
    control_.stop();
    thrown_ = Napi::Persistent(error.Value());
  }
}

void TrainingTask::settle(Napi::Env env) {
  isSettled_ = true;
  join();
  napi_remove_env_cleanup_hook(env_, cleanUp, this);
  Napi::Object result = Napi::Object::New(env);
  result.Set("reason", reason_text(reason_));
  result.Set("step", to_number(env, session_->progress.step));
  result.Set("epoch", to_number(env, session_->progress.epoch));
  session_.reset();
  settled_();
  owner_.Reset();
  if (!thrown_.IsEmpty()) {
    deferred_.Reject(thrown_.Value());
    thrown_.Reset();
  } else if (errorCode_ != nullptr) {
    deferred_.Reject(javascript_error(env, errorCode_, errorMessage_).Value());
  } else {
    deferred_.Resolve(result);
  }
}

}  // namespace basin
