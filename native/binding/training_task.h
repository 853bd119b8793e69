// One call of train.
#pragma once

#include "task.h"

namespace basin {

class TrainingTask final : public Task {
 public:
  TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options);
  const char* activity() const override { return "training"; }

 protected:
  void work() override;
  void deliver(Napi::Env env, Napi::Function onProgress) override;
  Napi::Value result(Napi::Env env) override;
  void release() override { session_.reset(); }

 private:
  std::shared_ptr<Session> session_;
  const TrainOptions options_;
  ProgressMailbox mailbox_;
  EndReason reason_ = EndReason::Finished;
};

/// A report as TrainProgress.
Napi::Object to_object(Napi::Env env, const ProgressReport& report);

}  // namespace basin
