// The JavaScript class Session: checks what it is given, keeps calls and a running training apart, and owns the core session.
#pragma once

#include <napi.h>

#include <memory>

#include "training_task.h"

namespace basin {

class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit SessionObject(const Napi::CallbackInfo& info);
  ~SessionObject() override;
  void Finalize(Napi::Env env) override;

 private:
  Napi::Value parameterCount(const Napi::CallbackInfo& info);
  Napi::Value simd(const Napi::CallbackInfo& info);
  void setSamples(const Napi::CallbackInfo& info);
  void shareSamples(const Napi::CallbackInfo& info);
  void setProbe(const Napi::CallbackInfo& info);
  template <typename Number>
  Napi::Value getParameters(const Napi::CallbackInfo& info);
  void setParameters(const Napi::CallbackInfo& info);
  Napi::Value getBuffers(const Napi::CallbackInfo& info);
  void setBuffers(const Napi::CallbackInfo& info);
  Napi::Value getState(const Napi::CallbackInfo& info);
  void setState(const Napi::CallbackInfo& info);
  Napi::Value evaluate(const Napi::CallbackInfo& info);
  Napi::Value predict(const Napi::CallbackInfo& info);
  Napi::Value gradient(const Napi::CallbackInfo& info);
  Napi::Value train(const Napi::CallbackInfo& info);
  Napi::Value minimizeGradientNorm(const Napi::CallbackInfo& info);
  Napi::Value curvature(const Napi::CallbackInfo& info);
  void pause(const Napi::CallbackInfo& info);
  void resume(const Napi::CallbackInfo& info);
  void hold(const Napi::CallbackInfo& info);
  void stop(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);

  /// Starts task_.
  Napi::Value launch(const Napi::CallbackInfo& info, Napi::Function onProgress);
  static bool isSession(const Napi::Object& object);
  /// The core session; throws when it has been disposed of or is training.
  Session& idle();

  /// Tells the garbage collector how much memory hangs on this small object.
  void account(Napi::Env env);

  std::shared_ptr<Session> session_;
  int64_t accounted_ = 0;
  std::shared_ptr<Task> task_;
  /// False once the JavaScript object is gone; a training may end after it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace basin
