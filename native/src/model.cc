// Checks of a model before anything is allocated for it.
#include "model.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <unistd.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "error.h"

namespace basin {
namespace {

constexpr double maxFeatures = 1u << 24;
constexpr size_t maxLayers = 10000;

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, bytes < 1e9 ? "%.2f GB" : "%.1f GB", bytes / 1e9);
  return text;
}

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw Error(ErrorCode::BadModel, where + ": " + what);
}

bool is_share(double value) { return value >= 0 && value < 1; }
bool is_positive(double value) { return value > 0 && std::isfinite(value); }

void check_optimizer(const OptimizerSpec& optimizer) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) refuse("optimizer", what);
  };
  if (optimizer.type != OptimizerType::LevenbergMarquardt) {
    require(is_positive(optimizer.learningRate), "learningRate must be positive");
  }
  require(is_share(optimizer.decay1), "momentum and beta1 must be in [0, 1)");
  require(is_share(optimizer.decay2), "alpha and beta2 must be in [0, 1)");
  require(optimizer.epsilon >= 0 && std::isfinite(optimizer.epsilon), "epsilon must not be negative");
  require(optimizer.weightDecay >= 0 && std::isfinite(optimizer.weightDecay), "weightDecay must not be negative");
  require(!optimizer.nesterov || optimizer.decay1 > 0, "nesterov needs a momentum");
  require(optimizer.history >= 1, "history must be at least 1");
  require(is_positive(optimizer.damping), "damping must be positive");
  require(optimizer.decrease > 0 && optimizer.decrease < 1, "decrease must be between 0 and 1");
  require(optimizer.increase > 1 && std::isfinite(optimizer.increase), "increase must be above 1");
  const Schedule& schedule = optimizer.schedule;
  require(schedule.period >= 1, "the schedule's length must be at least 1");
  require(schedule.factor >= 0 && schedule.factor <= 1, "the schedule's factor must be in [0, 1]");
}

/// L-BFGS and Levenberg-Marquardt compare the loss at many parameters, so it must be the same function each time: no layer may depend on
/// chance, and none on the batch, as their curvature is that of the evaluated network.
void check_full_batch(const std::vector<PlannedLayer>& layers) {
  for (const PlannedLayer& layer : layers) {
    const LayerType type = layer.spec.type;
    if (type == LayerType::Dropout || type == LayerType::BatchNorm) {
      refuse(layer.name, std::string(type == LayerType::Dropout ? "dropout" : "batch normalisation") +
                             " does not go with lbfgs and levenberg-marquardt");
    }
    check_full_batch(layer.inner);
  }
}

/// Steps of a window along `length` numbers with padding at both ends.
int64_t window_steps(int length, uint32_t size, uint32_t stride, uint32_t padding) {
  const int64_t room = static_cast<int64_t>(length) + 2 * static_cast<int64_t>(padding) - static_cast<int64_t>(size);
  return room < 0 ? 0 : room / static_cast<int64_t>(stride) + 1;
}

class Planner {
 public:
  explicit Planner(Plan& plan) : plan_(plan) {}

  std::vector<PlannedLayer> place(const std::vector<LayerSpec>& specs, Shape shape, const std::string& prefix, int depth) {
    std::vector<PlannedLayer> layers;
    for (const LayerSpec& spec : specs) {
      if (++count_ > maxLayers) throw Error(ErrorCode::BadModel, "a model may have 10000 layers at most");
      PlannedLayer layer;
      layer.spec = spec;
      layer.name = prefix + std::to_string(layers.size());
      layer.input = shape;
      if (spec.activation == Activation::Softmax && spec.type != LayerType::Dense) {
        refuse(layer.name, "softmax is for dense layers");
      }
      layer.output = outputOf(layer);
      require_memory(static_cast<double>(layer.output.size()) * 64 * sizeof(float), layer.name);
      takeParameters(layer);
      if (spec.type == LayerType::Residual) placeInner(layer, depth);
      shape = layer.output;
      layers.push_back(std::move(layer));
    }
    return layers;
  }

 private:
  static Shape outputOf(const PlannedLayer& layer) {
    const LayerSpec& spec = layer.spec;
    switch (spec.type) {
      case LayerType::Dense:
        return {checkedUnits(layer, "units"), 1, 1};
      case LayerType::Conv2d:
        return windowed(layer, checkedUnits(layer, "filters"), "kernel");
      case LayerType::MaxPool:
      case LayerType::AveragePool:
        if (2 * uint64_t{spec.padding.height} > spec.kernel.height || 2 * uint64_t{spec.padding.width} > spec.kernel.width) {
          refuse(layer.name, "the padding must be at most half of the window");
        }
        return windowed(layer, layer.input.channels, "window");
      case LayerType::Flatten:
        return {static_cast<int>(layer.input.size()), 1, 1};
      case LayerType::Dropout:
        if (!is_share(spec.rate)) refuse(layer.name, "rate must be in [0, 1)");
        return layer.input;
      case LayerType::BatchNorm:
        if (!is_positive(spec.epsilon)) refuse(layer.name, "epsilon must be positive");
        if (!(spec.momentum >= 0 && spec.momentum <= 1)) refuse(layer.name, "momentum must be in [0, 1]");
        return layer.input;
      case LayerType::Residual:
        return layer.input;
    }
    refuse(layer.name, "unknown type");
  }

  static int checkedUnits(const PlannedLayer& layer, const char* what) {
    const uint32_t units = layer.spec.units;
    if (units >= 1 && units <= maxFeatures) return static_cast<int>(units);
    refuse(layer.name, std::string(what) + " must be an integer from 1 to 16777216");
  }

  static Shape windowed(const PlannedLayer& layer, int channels, const char* what) {
    const LayerSpec& spec = layer.spec;
    for (const Extent2d& extent : {spec.kernel, spec.stride}) {
      if (extent.height < 1 || extent.width < 1) refuse(layer.name, std::string(what) + " and stride must be at least 1");
    }
    if (spec.padding.height > maxFeatures || spec.padding.width > maxFeatures) {
      refuse(layer.name, "the padding must be at most 16777216");
    }
    const Shape in = layer.input;
    const int64_t height = window_steps(in.height, spec.kernel.height, spec.stride.height, spec.padding.height);
    const int64_t width = window_steps(in.width, spec.kernel.width, spec.stride.width, spec.padding.width);
    if (height < 1 || width < 1) {
      refuse(layer.name, std::string("a ") + what + " of " + std::to_string(spec.kernel.height) + " x " +
                             std::to_string(spec.kernel.width) + " does not fit into " + std::to_string(in.height) + " x " +
                             std::to_string(in.width));
    }
    if (static_cast<double>(height) * static_cast<double>(width) * channels > maxFeatures) {
      refuse(layer.name, "it has more than 16777216 outputs");
    }
    return {channels, static_cast<int>(height), static_cast<int>(width)};
  }

  void takeParameters(PlannedLayer& layer) {
    const LayerSpec& spec = layer.spec;
    double weights = 0;
    const auto channels = static_cast<double>(layer.input.channels);
    if (spec.type == LayerType::Dense) weights = static_cast<double>(layer.input.size()) * spec.units;
    if (spec.type == LayerType::Conv2d) weights = channels * spec.units * spec.kernel.height * spec.kernel.width;
    if (spec.type == LayerType::BatchNorm) weights = channels;
    // Parameters, gradient and two moments.
    require_memory(4.0 * sizeof(float) * (static_cast<double>(plan_.parameters) + weights), layer.name);
    layer.weights = static_cast<size_t>(weights);
    layer.biases = weights > 0 ? static_cast<size_t>(layer.output.channels) : 0;
    layer.weightOffset = plan_.parameters;
    layer.biasOffset = plan_.parameters + layer.weights;
    plan_.parameters = layer.biasOffset + layer.biases;
    layer.bufferOffset = plan_.buffers;
    if (spec.type == LayerType::BatchNorm) plan_.buffers += 2 * layer.biases;
    if (spec.type == LayerType::Dropout) layer.dropoutIndex = plan_.dropouts++;
  }

  void placeInner(PlannedLayer& layer, int depth) {
    if (depth >= 8) refuse(layer.name, "residual blocks may be nested eight deep at most");
    if (layer.spec.layers.empty()) refuse(layer.name, "a residual block needs at least one layer");
    layer.inner = place(layer.spec.layers, layer.input, layer.name + ".", depth + 1);
    const Shape end = layer.inner.back().output;
    if (end.channels != layer.input.channels || end.height != layer.input.height || end.width != layer.input.width) {
      refuse(layer.name, "its layers change the shape, so that their output cannot be added to their input");
    }
  }

  Plan& plan_;
  size_t count_ = 0;
};

}  // namespace

double Schedule::at(uint64_t steps, uint64_t epochs) const {
  const double warm = steps < warmUpSteps ? static_cast<double>(steps + 1) / static_cast<double>(warmUpSteps) : 1;
  const uint64_t time = perEpoch ? epochs : steps;
  constexpr double pi = 3.14159265358979323846;
  const double way = std::min(1.0, static_cast<double>(time) / static_cast<double>(period));
  switch (type) {
    case ScheduleType::Constant:
      return warm;
    case ScheduleType::Step:
      return warm * std::pow(factor, static_cast<double>(time / period));
    case ScheduleType::Cosine:
      return warm * (factor + (1 - factor) * 0.5 * (1 + std::cos(pi * way)));
  }
  throw Error(ErrorCode::BadModel, "there is no such schedule");
}

size_t features_of(const std::vector<PlannedLayer>& layers) {
  size_t features = 0;
  for (const PlannedLayer& layer : layers) features += layer.output.size() + features_of(layer.inner);
  return features;
}

const PlannedLayer* norm_without_pixels(const std::vector<PlannedLayer>& layers) {
  for (const PlannedLayer& layer : layers) {
    if (layer.spec.type == LayerType::BatchNorm && layer.input.height * layer.input.width == 1) return &layer;
    if (const PlannedLayer* inner = norm_without_pixels(layer.inner)) return inner;
  }
  return nullptr;
}

double operations_of(const std::vector<PlannedLayer>& layers) {
  double sum = 0;
  for (const PlannedLayer& layer : layers) {
    const double pixels = static_cast<double>(layer.output.height) * layer.output.width;
    sum += 2 * static_cast<double>(layer.weights) * pixels + static_cast<double>(layer.input.size() + layer.output.size());
    sum += operations_of(layer.inner);
  }
  return sum;
}

double physical_memory() {
#if defined(_WIN32)
  MEMORYSTATUSEX status;
  status.dwLength = sizeof status;
  return GlobalMemoryStatusEx(&status) ? static_cast<double>(status.ullTotalPhys) : 4e9;
#else
  const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return bytes > 0 ? bytes : 4e9;
#endif
}

void require_memory(double bytes, const std::string& what) {
  const double limit = 0.8 * physical_memory();
  if (bytes <= limit) return;
  throw Error(ErrorCode::OutOfMemory,
              what + " would need " + gigabytes(bytes) + "; this machine can give " + gigabytes(limit));
}

Plan plan_layers(const ModelSpec& model) {
  const Shape in = model.input;
  const double features = static_cast<double>(in.channels) * in.height * in.width;
  if (in.channels < 1 || in.height < 1 || in.width < 1 || features > maxFeatures) {
    throw Error(ErrorCode::BadModel, "inputSize must be an integer from 1 to 16777216");
  }
  if (model.layers.empty()) throw Error(ErrorCode::BadModel, "a model needs at least one layer");
  check_optimizer(model.optimizer);
  Plan plan;
  plan.input = in;
  plan.layers = Planner(plan).place(model.layers, in, "layer", 0);
  plan.output = plan.layers.back().output;
  if (plan.parameters == 0) throw Error(ErrorCode::BadModel, "a model needs at least one layer with parameters");
  if (needs_full_batch(model.optimizer.type)) check_full_batch(plan.layers);
  if (model.optimizer.type == OptimizerType::LevenbergMarquardt && plan.parameters > maxDenseParameters) {
    throw Error(ErrorCode::BadModel, "optimizer: levenberg-marquardt is for " + std::to_string(maxDenseParameters) +
                                         " parameters at most; this model has " + std::to_string(plan.parameters));
  }
  return plan;
}

}  // namespace basin
