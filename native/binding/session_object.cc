// Arguments in, typed arrays out.
#include "session_object.h"

#include <algorithm>

#include "curvature_methods.h"
#include "gradient_norm_task.h"
#include "options.h"
#include "training_task.h"

namespace basin {
namespace {

/// The number of rows of `width` values; throws unless there is a whole number of them, at least one.
size_t row_count(size_t size, int width, const char* name) {
  if (size == 0 || size % static_cast<size_t>(width) != 0) {
    throw Error(ErrorCode::BadData, std::string(name) + ": the length must be a positive multiple of " +
                                        std::to_string(width) + ", not " + std::to_string(size));
  }
  return size / static_cast<size_t>(width);
}

bool always() { return true; }

}  // namespace

Napi::Function SessionObject::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, "Session",
                     {InstanceAccessor<&SessionObject::parameterCount>("parameterCount"),
                      InstanceAccessor<&SessionObject::simd>("simd"),
                      InstanceMethod<&SessionObject::setSamples>("setSamples"),
                      InstanceMethod<&SessionObject::shareSamples>("shareSamples"),
                      InstanceMethod<&SessionObject::setProbe>("setProbe"),
                      InstanceMethod<&SessionObject::getParameters<float>>("getParameters"),
                      InstanceMethod<&SessionObject::getParameters<double>>("getParameters64"),
                      InstanceMethod<&SessionObject::setParameters>("setParameters"),
                      InstanceMethod<&SessionObject::getBuffers>("getBuffers"),
                      InstanceMethod<&SessionObject::setBuffers>("setBuffers"),
                      InstanceMethod<&SessionObject::getState>("getState"),
                      InstanceMethod<&SessionObject::setState>("setState"),
                      InstanceMethod<&SessionObject::evaluate>("evaluate"),
                      InstanceMethod<&SessionObject::predict>("predict"),
                      InstanceMethod<&SessionObject::gradient>("gradient"),
                      InstanceMethod<&SessionObject::train>("train"),
                      InstanceMethod<&SessionObject::minimizeGradientNorm>("minimizeGradientNorm"),
                      InstanceMethod<&SessionObject::curvature>("curvature"),
                      InstanceMethod<&SessionObject::pause>("pause"),
                      InstanceMethod<&SessionObject::resume>("resume"),
                      InstanceMethod<&SessionObject::hold>("hold"),
                      InstanceMethod<&SessionObject::stop>("stop"),
                      InstanceMethod<&SessionObject::dispose>("dispose")});
  // Each JavaScript environment (worker threads have their own) keeps its own class.
  auto* kept = new Napi::FunctionReference(Napi::Persistent(constructor));
  env.SetInstanceData(kept);
  return constructor;
}

bool SessionObject::isSession(const Napi::Object& object) {
  const auto* constructor = object.Env().GetInstanceData<Napi::FunctionReference>();
  return constructor != nullptr && object.InstanceOf(constructor->Value());
}

SessionObject::SessionObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SessionObject>(info) {
  guarded(info.Env(), [&] {
    session_ = make_session(parse_session_options(info[0]));
    account(info.Env());
  });
}

SessionObject::~SessionObject() {
  *alive_ = false;
  if (task_) task_->control().stop();
}

void SessionObject::Finalize(Napi::Env env) {
  session_.reset();
  account(env);
}

void SessionObject::account(Napi::Env env) {
  const auto now = session_ ? static_cast<int64_t>(session_->memoryUse()) : 0;
  if (now != accounted_) Napi::MemoryManagement::AdjustExternalMemory(env, now - accounted_);
  accounted_ = now;
}

Session& SessionObject::idle() {
  if (task_) throw Error(ErrorCode::BadArgument, std::string("the session is ") + task_->activity());
  if (!session_) throw Error(ErrorCode::BadArgument, "the session has been disposed of");
  return *session_;
}

Napi::Value SessionObject::parameterCount(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!session_) throw Error(ErrorCode::BadArgument, "the session has been disposed of");
    return Napi::Number::New(info.Env(), static_cast<double>(session_->parameterCount()));
  });
}

Napi::Value SessionObject::simd(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!session_) throw Error(ErrorCode::BadArgument, "the session has been disposed of");
    return Napi::String::New(info.Env(), session_->simd());
  });
}

void SessionObject::setSamples(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    Session& session = idle();
    const SampleSet set = parse_set(info[0]);
    const auto inputs = array_argument<float>(info[1], ErrorCode::BadData, "inputs");
    const auto samples = std::make_shared<Samples>();
    samples->size = row_count(inputs.size, session.inputSize(), "inputs");
    require_memory(static_cast<double>(inputs.size) * sizeof(float), "inputs");
    samples->inputs.assign(inputs.data, inputs.data + inputs.size);
    if (session.classifies()) {
      const auto labels = array_argument<uint8_t>(info[3], ErrorCode::BadData, "labels");
      samples->labels.assign(labels.data, labels.data + labels.size);
    } else {
      const auto values = array_argument<float>(info[2], ErrorCode::BadData, "values");
      samples->values.assign(values.data, values.data + values.size);
    }
    session.setSamples(set, samples);
    account(info.Env());
  });
}

void SessionObject::setProbe(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    Session& session = idle();
    const auto inputs = array_argument<float>(info[0], ErrorCode::BadData, "probe");
    row_count(inputs.size, session.inputSize(), "probe");
    session.setProbe(std::vector<float>(inputs.data, inputs.data + inputs.size));
  });
}

void SessionObject::shareSamples(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    Session& session = idle();
    const SampleSet set = parse_set(info[0]);
    // Anything but a Session would be unwrapped as one.
    if (!info[1].IsObject() || !isSession(info[1].As<Napi::Object>())) {
      throw Error(ErrorCode::BadArgument, "the samples' owner must be a session");
    }
    const SessionObject* owner = Unwrap(info[1].As<Napi::Object>());
    if (!owner->session_) throw Error(ErrorCode::BadArgument, "the samples' owner has been disposed of");
    const auto& samples = owner->session_->samples(set);
    if (samples == nullptr) throw Error(ErrorCode::BadData, "the samples' owner has none in this set");
    if (owner->session_->inputSize() != session.inputSize()) {
      throw Error(ErrorCode::BadData, "inputs: the owner's samples have " + std::to_string(owner->session_->inputSize()) +
                                          " numbers each, not " + std::to_string(session.inputSize()));
    }
    session.setSamples(set, samples);
    account(info.Env());
  });
}

template <typename Number>
Napi::Value SessionObject::getParameters(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Session& session = idle();
    auto array = new_array<Number>(info.Env(), session.parameterCount(), "the parameters");
    session.getParameters(array.Data());
    return array;
  });
}

void SessionObject::setParameters(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    Session& session = idle();
    const auto put = [&](const auto values) {
      if (values.size != session.parameterCount()) {
        throw Error(ErrorCode::BadData, "parameters: the length must be " + std::to_string(session.parameterCount()) +
                                            ", not " + std::to_string(values.size));
      }
      session.setParameters(values.data);
    };
    const bool wide = info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_float64_array;
    if (wide) return put(array_argument<double>(info[0], ErrorCode::BadData, "parameters"));
    put(array_argument<float>(info[0], ErrorCode::BadData, "parameters"));
  });
}

Napi::Value SessionObject::getBuffers(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    return to_array(info.Env(), idle().buffers(), "the buffers");
  });
}

void SessionObject::setBuffers(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    std::vector<double>& buffers = idle().buffers();
    const auto values = array_argument<double>(info[0], ErrorCode::BadData, "buffers");
    if (values.size != buffers.size()) {
      throw Error(ErrorCode::BadData, "buffers: the length must be " + std::to_string(buffers.size()) + ", not " +
                                          std::to_string(values.size));
    }
    std::copy_n(values.data, values.size, buffers.begin());
  });
}

Napi::Value SessionObject::getState(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const double most = number_argument(info[0], ErrorCode::BadArgument, "mostBytes");
    Session& session = idle();
    const size_t size = session.stateSize();
    if (!(static_cast<double>(size) <= most)) return info.Env().Undefined();
    auto state = new_array<uint8_t>(info.Env(), size, "the state");
    session.saveState(state.Data());
    return state;
  });
}

void SessionObject::setState(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    Session& session = idle();
    const auto state = array_argument<uint8_t>(info[0], ErrorCode::BadData, "state");
    session.restoreState(state.data, state.size);
    account(info.Env());
  });
}

Napi::Value SessionObject::evaluate(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    Session& session = idle();
    const Evaluation result = session.evaluate(parse_filled_set(info[0], session), always);
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("loss", Napi::Number::New(info.Env(), result.loss));
    object.Set("accuracy", Napi::Number::New(info.Env(), result.accuracy));
    return object;
  });
}

Napi::Value SessionObject::predict(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    Session& session = idle();
    const size_t size = array_argument<float>(info[0], ErrorCode::BadData, "inputs").size;
    const size_t rows = row_count(size, session.inputSize(), "inputs");
    auto outputs = new_array<float>(info.Env(), rows * static_cast<size_t>(session.outputSize()), "the outputs");
    // Asked for again: making an array may have moved memory.
    const auto inputs = array_argument<float>(info[0], ErrorCode::BadData, "inputs");
    session.predict(inputs.data, rows, outputs.Data());
    return outputs;
  });
}

Napi::Value SessionObject::gradient(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    Session& session = idle();
    const SampleSet set = parse_filled_set(info[0], session);
    auto array = new_array<float>(info.Env(), session.parameterCount(), "the gradient");
    session.gradient(set, array.Data());
    return array;
  });
}

Napi::Value SessionObject::launch(const Napi::CallbackInfo& info, Napi::Function onProgress) {
  const auto settled = [this, alive = alive_] {
    if (*alive) task_.reset();
  };
  try {
    Task::start(task_, onProgress, info.This().As<Napi::Object>(), settled);
  } catch (...) {
    task_.reset();
    throw;
  }
  return task_->promise();
}

Napi::Value SessionObject::train(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    // Reading the options may run JavaScript (getters), so the state is looked at afterwards.
    TrainOptions options = parse_train_options(info[0]);
    if (!info[1].IsFunction()) throw Error(ErrorCode::BadArgument, "onProgress must be a function");
    check_options(idle(), options);
    task_ = std::make_shared<TrainingTask>(info.Env(), session_, std::move(options));
    return launch(info, info[1].As<Napi::Function>());
  });
}

Napi::Value SessionObject::minimizeGradientNorm(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const GradientNormOptions options = parse_gradient_norm_options(info[0]);
    if (!info[1].IsFunction()) throw Error(ErrorCode::BadArgument, "onProgress must be a function");
    check_options(idle(), options);
    task_ = std::make_shared<GradientNormTask>(info.Env(), session_, options);
    return launch(info, info[1].As<Napi::Function>());
  });
}

Napi::Value SessionObject::curvature(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const std::string name = string_argument(info[0], ErrorCode::BadArgument, "method");
    idle();
    // Reading the arguments may run JavaScript (getters), which may dispose of the session or start something.
    const std::shared_ptr<Session> session = session_;
    const std::shared_ptr<Task> task = curvature_task(info.Env(), *session, name, info);
    idle();
    task_ = task;
    return launch(info, Napi::Function());
  });
}

void SessionObject::pause(const Napi::CallbackInfo&) {
  if (task_) task_->control().pause();
}

void SessionObject::resume(const Napi::CallbackInfo&) {
  if (task_) task_->control().resume();
}

void SessionObject::hold(const Napi::CallbackInfo&) {
  if (task_) task_->control().hold();
}

void SessionObject::stop(const Napi::CallbackInfo&) {
  if (task_) task_->control().stop();
}

void SessionObject::dispose(const Napi::CallbackInfo& info) {
  // A running training keeps the core until its thread has ended, a step from now.
  if (task_) task_->control().stop();
  session_.reset();
  account(info.Env());
}

}  // namespace basin
