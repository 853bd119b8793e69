// SessionOptions and TrainOptions, field by field.
#include "options.h"

#include "model_options.h"

namespace basin {
namespace {

Precision precision_named(const std::string& name) {
  if (name == "float32") return Precision::Float32;
  if (name == "float64") return Precision::Float64;
  throw Error(ErrorCode::BadArgument, "precision must be 'float32' or 'float64'");
}

}  // namespace

RandomKey parse_key(Napi::Value value, const char* name) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() != 2) {
    throw Error(ErrorCode::BadArgument, std::string(name) + " must be two integers");
  }
  const auto array = value.As<Napi::Array>();
  const auto word = [&](uint32_t i) { return word_argument(array.Get(i), ErrorCode::BadArgument, name); };
  return {word(0), word(1)};
}

SampleSet parse_set(Napi::Value value) {
  const std::string name = string_argument(value, ErrorCode::BadData, "set");
  if (name != "training" && name != "test") throw Error(ErrorCode::BadData, "set must be 'training' or 'test'");
  return name == "training" ? SampleSet::Training : SampleSet::Test;
}

SampleSet parse_filled_set(Napi::Value value, const Session& session) {
  const SampleSet set = parse_set(value);
  const char* name = set == SampleSet::Training ? "training" : "test";
  if (session.samples(set) == nullptr) throw Error(ErrorCode::BadData, std::string(name) + " samples: none have been set");
  return set;
}

SessionOptions parse_session_options(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadModel, "options");
  SessionOptions options;
  const Napi::Object model = object_argument(object.Get("model"), ErrorCode::BadModel, "model");
  parse_layers_of(model, options.model);
  const std::string loss = string_argument(object.Get("loss"), ErrorCode::BadModel, "loss");
  if (loss != "mean-squared-error" && loss != "softmax-cross-entropy") {
    throw Error(ErrorCode::BadModel, "there is no loss '" + loss + "'");
  }
  options.model.loss = loss == "mean-squared-error" ? Loss::MeanSquaredError : Loss::SoftmaxCrossEntropy;
  options.model.optimizer = parse_optimizer(object.Get("optimizer"));
  const auto given = [&](const char* name) { return !object.Get(name).IsUndefined(); };
  if (given("precision")) {
    options.precision = precision_named(string_argument(object.Get("precision"), ErrorCode::BadArgument, "precision"));
  }
  if (given("threads")) {
    options.threads = static_cast<int>(integer_argument(object.Get("threads"), ErrorCode::BadArgument, "threads", 1, 256));
  }
  if (given("simd")) options.simd = string_argument(object.Get("simd"), ErrorCode::BadArgument, "simd");
  return options;
}

TrainOptions parse_train_options(Napi::Value value) {
  const Napi::Object object = object_argument(value, ErrorCode::BadArgument, "options");
  const auto integer = [&](const char* name, double low) {
    return integer_argument(object.Get(name), ErrorCode::BadArgument, name, low, maxInteger);
  };
  const auto positive = [&](const char* name) {
    const double number = number_argument(object.Get(name), ErrorCode::BadArgument, name);
    if (!(number >= 0)) throw Error(ErrorCode::BadArgument, std::string(name) + " must not be negative");
    return number;
  };
  const auto given = [&](const char* name) { return !object.Get(name).IsUndefined(); };
  TrainOptions options;
  options.epochs = integer("epochs", 0);
  options.maxSteps = given("maxSteps") ? integer("maxSteps", 0) : static_cast<uint64_t>(maxInteger);
  options.batchSize = integer("batchSize", 1);
  if (given("shuffleKey")) options.shuffleKey = parse_key(object.Get("shuffleKey"), "shuffleKey");
  if (given("dropoutKey")) options.dropoutKey = parse_key(object.Get("dropoutKey"), "dropoutKey");
  if (given("untilGradientNorm")) options.untilGradientNorm = positive("untilGradientNorm");
  options.evaluateEveryEpochs = integer("evaluateEveryEpochs", 0);
  const auto flag = [&](const char* name, bool absent) {
    const Napi::Value given = object.Get(name);
    if (given.IsUndefined()) return absent;
    if (!given.IsBoolean()) throw Error(ErrorCode::BadArgument, std::string(name) + " must be true or false");
    return given.As<Napi::Boolean>().Value();
  };
  options.evaluateFirst = flag("evaluateFirst", false);
  options.evaluateLast = flag("evaluateLast", true);
  options.layerGradients = flag("layerGradients", false);
  options.progressEveryMs = positive("progressEveryMs");
  const auto probes = array_argument<uint32_t>(object.Get("probeEpochs"), ErrorCode::BadArgument, "probeEpochs");
  options.probeEpochs.assign(probes.data, probes.data + probes.size);
  return options;
}

}  // namespace basin
