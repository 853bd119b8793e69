// Progress reports and results as JavaScript objects, in typed arrays that JavaScript owns.
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

}  // namespace

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

TrainingTask::TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options)
    : Task(env), session_(std::move(session)), options_(std::move(options)) {}

void TrainingTask::work() {
  reason_ = train(*session_, options_, control(), [this](ProgressReport& report) {
    mailbox_.put(report);
    notify();
  });
}

void TrainingTask::deliver(Napi::Env env, Napi::Function onProgress) {
  const ProgressReport report = mailbox_.take();
  if (!report.empty()) onProgress.Call({to_object(env, report)});
}

Napi::Value TrainingTask::result(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("reason", reason_text(reason_));
  object.Set("step", to_number(env, session_->progress.step));
  object.Set("epoch", to_number(env, session_->progress.epoch));
  return object;
}

}  // namespace basin
