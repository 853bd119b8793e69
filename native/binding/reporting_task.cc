// Progress reports as JavaScript objects, in typed arrays that JavaScript owns.
#include "reporting_task.h"

#include "arguments.h"

namespace basin {
namespace {

/// A report as TrainProgress.
Napi::Object to_object(Napi::Env env, const ProgressReport& report) {
  const auto array = [&](const auto& values) { return to_array(env, values, "a progress report"); };
  const auto number = [&](uint64_t value) { return to_number(env, value); };
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", number(report.step));
  object.Set("epoch", number(report.epoch));
  object.Set("firstStep", number(report.firstStep));
  object.Set("batchLoss", array(report.batchLoss));
  object.Set("gradientNorm", array(report.gradientNorm));
  if (!report.layerGradientNorm.empty()) object.Set("layerGradientNorm", array(report.layerGradientNorm));
  object.Set("epochSteps", array(report.epochSteps));
  object.Set("trainLoss", array(report.trainLoss));
  object.Set("trainAccuracy", array(report.trainAccuracy));
  object.Set("testSteps", array(report.testSteps));
  object.Set("testLoss", array(report.testLoss));
  object.Set("testAccuracy", array(report.testAccuracy));
  Napi::Array probes = Napi::Array::New(env, report.probes.size());
  for (uint32_t i = 0; i < report.probes.size(); ++i) {
    const ProbeValues& values = report.probes[i];
    Napi::Object probe = Napi::Object::New(env);
    probe.Set("step", number(values.step));
    probe.Set("epoch", number(values.epoch));
    probe.Set("values", array(values.values));
    probes.Set(i, probe);
  }
  object.Set("probes", probes);
  return object;
}

}  // namespace

void ReportingTask::deliver(Napi::Env env, Napi::Function onProgress) {
  const ProgressReport report = mailbox_.take();
  if (!report.empty()) onProgress.Call({to_object(env, report)});
}

}  // namespace basin
