// One call of minimizeGradientNorm.
#pragma once

#include "../src/optimizers/gradient_norm.h"
#include "reporting_task.h"

namespace basin {

class GradientNormTask final : public ReportingTask {
 public:
  GradientNormTask(Napi::Env env, std::shared_ptr<Session> session, const GradientNormOptions& options);
  const char* activity() const override { return "minimizing the gradient norm"; }

 protected:
  void work() override;
  Napi::Value result(Napi::Env env) override;

 private:
  const GradientNormOptions options_;
  GradientNormResult result_;
};

/// GradientNormOptions of engine.ts. Throws Error BadArgument.
GradientNormOptions parse_gradient_norm_options(Napi::Value value);

}  // namespace basin
