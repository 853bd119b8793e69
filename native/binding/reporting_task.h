// A loop of steps in a session that reports on its way: what train and minimizeGradientNorm have in common.
#pragma once

#include "task.h"

namespace basin {

class ReportingTask : public Task {
 protected:
  ReportingTask(Napi::Env env, std::shared_ptr<Session> session) : Task(env), session_(std::move(session)) {}

  /// What the loop on the thread calls with each report; JavaScript gets them as TrainProgress.
  const std::function<void(ProgressReport&)> publish_ = [this](ProgressReport& report) {
    mailbox_.put(report);
    notify();
  };
  std::shared_ptr<Session> session_;

 private:
  void deliver(Napi::Env env, Napi::Function onProgress) override;
  void release() override { session_.reset(); }

  ProgressMailbox mailbox_;
};

}  // namespace basin
