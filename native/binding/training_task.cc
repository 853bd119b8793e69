#include "training_task.h"

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
    case EndReason::Held:
      return "held";
  }
  return "finished";
}

}  // namespace

TrainingTask::TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options)
    : ReportingTask(env, std::move(session)), options_(std::move(options)) {}

void TrainingTask::work() { reason_ = train(*session_, options_, control(), publish_); }

Napi::Value TrainingTask::result(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("reason", reason_text(reason_));
  object.Set("step", to_number(env, session_->progress.step));
  object.Set("epoch", to_number(env, session_->progress.epoch));
  return object;
}

}  // namespace basin
