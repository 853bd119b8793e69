// One call of minimizeGradientNorm.
#pragma once

#include "../src/optimizers/gradient_norm.h"
#include "task.h"

namespace basin {

class GradientNormTask final : public Task {
 public:
  GradientNormTask(Napi::Env env, std::shared_ptr<Session> session, const GradientNormOptions& options);
  const char* activity() const override { return "minimizing the gradient norm"; }

 protected:
  void work() override;
  void deliver(Napi::Env env, Napi::Function onProgress) override;
  Napi::Value result(Napi::Env env) override;
  void release() override { session_.reset(); }

 private:
  std::shared_ptr<Session> session_;
  const GradientNormOptions options_;
  ProgressMailbox mailbox_;
  GradientNormResult result_;
};

/// GradientNormOptions of engine.ts. Throws Error BadArgument.
GradientNormOptions parse_gradient_norm_options(Napi::Value value);

}  // namespace basin
