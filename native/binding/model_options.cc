// The words of shared/models, one by one. An unknown or missing one is named in the error. What contradicts itself is model.cc's work.
#include "model_options.h"

namespace basin {
namespace {

constexpr uint32_t maxLayers = 10000;

Activation activation_named(const std::string& name, const std::string& layer) {
  const struct {
    const char* name;
    Activation activation;
  } known[] = {{"linear", Activation::Linear},     {"relu", Activation::Relu},       {"leaky-relu", Activation::LeakyRelu},
               {"tanh", Activation::Tanh},         {"sigmoid", Activation::Sigmoid}, {"softplus", Activation::Softplus},
               {"gelu", Activation::Gelu},         {"sin", Activation::Sin},         {"softmax", Activation::Softmax}};
  for (const auto& entry : known) {
    if (name == entry.name) return entry.activation;
  }
  throw Error(ErrorCode::BadModel, layer + ": there is no activation '" + name + "'");
}

LayerType type_named(const std::string& name, const std::string& layer) {
  const struct {
    const char* name;
    LayerType type;
  } known[] = {{"dense", LayerType::Dense},       {"conv2d", LayerType::Conv2d},   {"max-pool", LayerType::MaxPool},
               {"average-pool", LayerType::AveragePool}, {"flatten", LayerType::Flatten}, {"dropout", LayerType::Dropout},
               {"batch-norm", LayerType::BatchNorm},     {"residual", LayerType::Residual}};
  for (const auto& entry : known) {
    if (name == entry.name) return entry.type;
  }
  throw Error(ErrorCode::BadModel, layer + ": there is no layer type '" + name + "'");
}

/// Reads the fields of one layer; errors name it.
class LayerReader {
 public:
  LayerReader(const Napi::Object& object, std::string name) : object_(object), name_(std::move(name)) {}

  uint32_t word(const char* field) const {
    return word_argument(object_.Get(field), ErrorCode::BadModel, named(field), 1);
  }
  double number(const char* field) const { return number_argument(object_.Get(field), ErrorCode::BadModel, named(field)); }
  bool has(const char* field) const { return !object_.Get(field).IsUndefined(); }
  Activation activation() const {
    return activation_named(string_argument(object_.Get("activation"), ErrorCode::BadModel, named("activation")), name_);
  }
  /// [height, width]
  Extent2d extent(const char* field, double least) const {
    const Napi::Value value = object_.Get(field);
    if (!value.IsArray() || value.As<Napi::Array>().Length() != 2) {
      throw Error(ErrorCode::BadModel, named(field) + " must be two integers");
    }
    const auto array = value.As<Napi::Array>();
    const auto at = [&](uint32_t i) {
      return static_cast<uint32_t>(integer_argument(array.Get(i), ErrorCode::BadModel, named(field), least, 65536));
    };
    return {at(0), at(1)};
  }

 private:
  std::string named(const char* field) const { return name_ + ": " + field; }

  const Napi::Object object_;
  const std::string name_;
};

std::vector<LayerSpec> parse_layers(Napi::Value value, const std::string& prefix, const std::string& what, int depth);

LayerSpec parse_layer(Napi::Value value, const std::string& name, int depth) {
  const Napi::Object object = object_argument(value, ErrorCode::BadModel, name.c_str());
  const LayerReader reader(object, name);
  LayerSpec spec;
  spec.type = type_named(string_argument(object.Get("type"), ErrorCode::BadModel, name + ": type"), name);
  switch (spec.type) {
    case LayerType::Dense:
      spec.units = reader.word("units");
      spec.activation = reader.activation();
      break;
    case LayerType::Conv2d:
      spec.units = reader.word("filters");
      spec.kernel = reader.extent("kernel", 1);
      spec.stride = reader.extent("stride", 1);
      spec.padding = reader.extent("padding", 0);
      spec.activation = reader.activation();
      break;
    case LayerType::MaxPool:
    case LayerType::AveragePool:
      spec.kernel = reader.extent("size", 1);
      spec.stride = reader.has("stride") ? reader.extent("stride", 1) : spec.kernel;
      spec.padding = reader.extent("padding", 0);
      break;
    case LayerType::Flatten:
      break;
    case LayerType::Dropout:
      spec.rate = reader.number("rate");
      break;
    case LayerType::BatchNorm:
      spec.epsilon = reader.number("epsilon");
      spec.momentum = reader.number("momentum");
      spec.activation = reader.activation();
      break;
    case LayerType::Residual:
      if (depth >= 8) throw Error(ErrorCode::BadModel, name + ": residual blocks may be nested eight deep at most");
      spec.layers = parse_layers(object.Get("layers"), name + ".", name + ": layers", depth + 1);
      spec.activation = reader.activation();
      break;
  }
  return spec;
}

std::vector<LayerSpec> parse_layers(Napi::Value value, const std::string& prefix, const std::string& what, int depth) {
  if (!value.IsArray()) throw Error(ErrorCode::BadModel, what + " must be an array");
  const auto array = value.As<Napi::Array>();
  std::vector<LayerSpec> layers;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(array.Env());
    layers.push_back(parse_layer(array.Get(i), prefix + std::to_string(i), depth));
    if (layers.size() > maxLayers) throw Error(ErrorCode::BadModel, "a model may have 10000 layers at most");
  }
  return layers;
}

Schedule parse_schedule(Napi::Value value) {
  Schedule schedule;
  if (value.IsUndefined()) return schedule;
  const Napi::Object object = object_argument(value, ErrorCode::BadModel, "schedule");
  const auto integer = [&](const char* name, double least) {
    return integer_argument(object.Get(name), ErrorCode::BadModel, std::string("schedule: ") + name, least, maxInteger);
  };
  const auto number = [&](const char* name) {
    return number_argument(object.Get(name), ErrorCode::BadModel, std::string("schedule: ") + name);
  };
  const std::string type = string_argument(object.Get("type"), ErrorCode::BadModel, "schedule: type");
  if (!object.Get("warmUpSteps").IsUndefined()) schedule.warmUpSteps = integer("warmUpSteps", 0);
  if (type == "constant") return schedule;
  if (type != "step" && type != "cosine") throw Error(ErrorCode::BadModel, "there is no schedule '" + type + "'");
  const std::string unit = string_argument(object.Get("unit"), ErrorCode::BadModel, "schedule: unit");
  if (unit != "step" && unit != "epoch") throw Error(ErrorCode::BadModel, "schedule: unit must be 'step' or 'epoch'");
  schedule.perEpoch = unit == "epoch";
  schedule.type = type == "step" ? ScheduleType::Step : ScheduleType::Cosine;
  schedule.period = integer(type == "step" ? "every" : "length", 1);
  schedule.factor = number(type == "step" ? "factor" : "final");
  return schedule;
}

}  // namespace

void parse_layers_of(const Napi::Object& model, ModelSpec& to) {
  const uint64_t size = integer_argument(model.Get("inputSize"), ErrorCode::BadModel, "model: inputSize", 1, 16777216);
  to.input = {static_cast<int>(size), 1, 1};
  const Napi::Value shape = model.Get("inputShape");
  if (!shape.IsUndefined()) {
    if (!shape.IsArray() || shape.As<Napi::Array>().Length() != 3) {
      throw Error(ErrorCode::BadModel, "model: inputShape must be [channels, height, width]");
    }
    const auto array = shape.As<Napi::Array>();
    const auto at = [&](uint32_t i) {
      return static_cast<int>(integer_argument(array.Get(i), ErrorCode::BadModel, "model: inputShape", 1, 16777216));
    };
    to.input = {at(0), at(1), at(2)};
    const double product = static_cast<double>(to.input.channels) * to.input.height * to.input.width;
    if (product != static_cast<double>(size)) {
      throw Error(ErrorCode::BadModel, "model: the product of inputShape must be inputSize, " + std::to_string(size));
    }
  }
  to.layers = parse_layers(model.Get("layers"), "layer", "layers", 0);
}

OptimizerSpec parse_optimizer(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadModel, "optimizer");
  const auto named = [](const char* name) { return std::string("optimizer: ") + name; };
  const auto number = [&](const char* name) { return number_argument(object.Get(name), ErrorCode::BadModel, named(name)); };
  const auto has = [&](const char* name) { return !object.Get(name).IsUndefined(); };
  const std::string type = string_argument(object.Get("type"), ErrorCode::BadModel, "optimizer: type");
  OptimizerSpec spec;
  if (has("weightDecay")) spec.weightDecay = number("weightDecay");
  spec.schedule = parse_schedule(object.Get("schedule"));
  if (type == "levenberg-marquardt") {
    spec.type = OptimizerType::LevenbergMarquardt;
    spec.damping = number("damping");
    spec.decrease = number("decrease");
    spec.increase = number("increase");
    return spec;
  }
  spec.learningRate = number("learningRate");
  if (type == "sgd") {
    spec.type = OptimizerType::Sgd;
    spec.decay1 = number("momentum");
    if (has("nesterov")) {
      const Napi::Value nesterov = object.Get("nesterov");
      if (!nesterov.IsBoolean()) throw Error(ErrorCode::BadModel, "optimizer: nesterov must be true or false");
      spec.nesterov = nesterov.As<Napi::Boolean>();
    }
  } else if (type == "rmsprop") {
    spec.type = OptimizerType::RmsProp;
    spec.decay2 = number("alpha");
    spec.epsilon = number("epsilon");
  } else if (type == "adam" || type == "adamw") {
    spec.type = type == "adam" ? OptimizerType::Adam : OptimizerType::AdamW;
    spec.decay1 = number("beta1");
    spec.decay2 = number("beta2");
    spec.epsilon = number("epsilon");
  } else if (type == "lbfgs") {
    spec.type = OptimizerType::Lbfgs;
    spec.history = static_cast<uint32_t>(integer_argument(object.Get("history"), ErrorCode::BadModel, named("history"), 1, 1000));
  } else {
    throw Error(ErrorCode::BadModel, "there is no optimizer '" + type + "'");
  }
  return spec;
}

}  // namespace basin
