// A computation without reports: work on a thread, then a value made of what it left.
#pragma once

#include "../src/go_on.h"
#include "arguments.h"
#include "task.h"

namespace basin {

class ComputeTask final : public Task {
 public:
  using Work = std::function<void(const GoOn& goOn)>;
  using Result = std::function<Napi::Value(Napi::Env env)>;

  ComputeTask(Napi::Env env, Work computation, Result outcome)
      : Task(env), computation_(std::move(computation)), outcome_(std::move(outcome)) {}
  const char* activity() const override { return "computing"; }

 protected:
  void work() override {
    computation_([this] {
      if (control().paused()) control().waitWhilePaused();
      return !control().stopped();
    });
  }
  Napi::Value result(Napi::Env env) override { return outcome_(env); }
  void release() override {
    computation_ = nullptr;
    outcome_ = nullptr;
  }

 private:
  Work computation_;
  Result outcome_;
};

/// An array that JavaScript owns and a thread may write to until it is handed out: nobody else knows it before.
class OutputArray {
 public:
  OutputArray(Napi::Env env, size_t size, const char* what) {
    auto array = new_array<double>(env, size, what);
    data = array.Data();
    reference_ = std::make_shared<Napi::ObjectReference>(Napi::Persistent(array.As<Napi::Object>()));
  }
  Napi::Value value() const { return reference_->Value(); }
  double* data;

 private:
  std::shared_ptr<Napi::ObjectReference> reference_;
};

}  // namespace basin
