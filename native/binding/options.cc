// The words of shared/models and of TrainOptions, one by one. An unknown or missing one is named in the error.
#include "options.h"

#include "../src/kernels/select.h"

namespace basin {
namespace {

constexpr double maxInteger = 9007199254740991.0;

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

std::vector<LayerSpec> parse_layers(Napi::Value value) {
  if (!value.IsArray()) throw Error(ErrorCode::BadModel, "layers must be an array");
  const auto array = value.As<Napi::Array>();
  std::vector<LayerSpec> layers;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const std::string name = "layer" + std::to_string(i);
    const Napi::Object layer = object_argument(array.Get(i), ErrorCode::BadModel, name.c_str());
    const std::string type = string_argument(layer.Get("type"), ErrorCode::BadModel, name + ": type");
    if (type != "dense") throw Error(ErrorCode::BadModel, name + ": there is no layer type '" + type + "'");
    const double most = 4294967295.0;
    const uint64_t units = integer_argument(layer.Get("units"), ErrorCode::BadModel, name + ": units", 1, most);
    const std::string activation = string_argument(layer.Get("activation"), ErrorCode::BadModel, name + ": activation");
    layers.push_back({static_cast<uint32_t>(units), activation_named(activation, name)});
    if (layers.size() > 10000) throw Error(ErrorCode::BadModel, "a model may have 10000 layers at most");
  }
  return layers;
}

OptimizerSpec parse_optimizer(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadModel, "optimizer");
  const auto number = [&](const char* name) {
    return number_argument(object.Get(name), ErrorCode::BadModel, std::string("optimizer: ") + name);
  };
  const std::string type = string_argument(object.Get("type"), ErrorCode::BadModel, "optimizer: type");
  OptimizerSpec spec;
  spec.learningRate = number("learningRate");
  if (type == "sgd") {
    spec.type = OptimizerType::Sgd;
    spec.decay1 = number("momentum");
  } else if (type == "rmsprop") {
    spec.type = OptimizerType::RmsProp;
    spec.decay2 = number("alpha");
    spec.epsilon = number("epsilon");
  } else if (type == "adam") {
    spec.type = OptimizerType::Adam;
    spec.decay1 = number("beta1");
    spec.decay2 = number("beta2");
    spec.epsilon = number("epsilon");
  } else {
    throw Error(ErrorCode::BadModel, "there is no optimizer '" + type + "'");
  }
  return spec;
}

RandomKey parse_key(Napi::Value value) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() != 2) {
    throw Error(ErrorCode::BadArgument, "shuffleKey must be two integers");
  }
  const auto array = value.As<Napi::Array>();
  const auto word = [&](uint32_t i) {
    const uint64_t number = integer_argument(array.Get(i), ErrorCode::BadArgument, "shuffleKey", 0, 4294967295.0);
    return static_cast<uint32_t>(number);
  };
  return {word(0), word(1)};
}

}  // namespace

ModelSpec parse_model(const Napi::Object& options) {
  ModelSpec model;
  const Napi::Object object = object_argument(options.Get("model"), ErrorCode::BadModel, "model");
  model.inputSize = static_cast<uint32_t>(
      integer_argument(object.Get("inputSize"), ErrorCode::BadModel, "model: inputSize", 1, 4294967295.0));
  model.layers = parse_layers(object.Get("layers"));
  const std::string loss = string_argument(options.Get("loss"), ErrorCode::BadModel, "loss");
  if (loss != "mean-squared-error" && loss != "softmax-cross-entropy") {
    throw Error(ErrorCode::BadModel, "there is no loss '" + loss + "'");
  }
  model.loss = loss == "mean-squared-error" ? Loss::MeanSquaredError : Loss::SoftmaxCrossEntropy;
  model.optimizer = parse_optimizer(options.Get("optimizer"));
  return model;
}

const KernelTable<float>& parse_kernels(const Napi::Object& options) {
  const Napi::Value value = options.Get("simd");
  if (value.IsUndefined()) return default_kernels<float>();
  const std::string name = string_argument(value, ErrorCode::BadArgument, "simd");
  const KernelTable<float>* table = kernels_named<float>(name);
  if (table == nullptr) throw Error(ErrorCode::BadArgument, "simd: this machine has no '" + name + "'");
  return *table;
}

TrainOptions parse_train_options(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadArgument, "options");
  const auto integer = [&](const char* name, double low) {
    return integer_argument(object.Get(name), ErrorCode::BadArgument, name, low, maxInteger);
  };
  TrainOptions options;
  options.epochs = integer("epochs", 0);
  const bool limited = !object.Get("maxSteps").IsUndefined();
  options.maxSteps = limited ? integer("maxSteps", 0) : static_cast<uint64_t>(maxInteger);
  options.batchSize = integer("batchSize", 1);
  const Napi::Value key = object.Get("shuffleKey");
  if (!key.IsUndefined()) options.shuffleKey = parse_key(key);
  options.evaluateEveryEpochs = integer("evaluateEveryEpochs", 0);
  options.progressEveryMs = number_argument(object.Get("progressEveryMs"), ErrorCode::BadArgument, "progressEveryMs");
  if (!(options.progressEveryMs >= 0)) throw Error(ErrorCode::BadArgument, "progressEveryMs must not be negative");
  const auto probes = array_argument<uint32_t>(object.Get("probeEpochs"), ErrorCode::BadArgument, "probeEpochs");
  options.probeEpochs.assign(probes.data, probes.data + probes.size);
  return options;
}

}  // namespace basin
