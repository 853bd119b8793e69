// One call of train.
#pragma once

#include "reporting_task.h"

namespace basin {

class TrainingTask final : public ReportingTask {
 public:
  TrainingTask(Napi::Env env, std::shared_ptr<Session> session, TrainOptions options);
  const char* activity() const override { return "training"; }

 protected:
  void work() override;
  Napi::Value result(Napi::Env env) override;

 private:
  const TrainOptions options_;
  EndReason reason_ = EndReason::Finished;
};

}  // namespace basin
