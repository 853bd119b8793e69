// Checks of a model before anything is allocated for it.
#include "model.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <unistd.h>
#endif

#include <cmath>
#include <cstdio>

#include "error.h"

namespace basin {
namespace {

constexpr uint32_t maxFeatures = 1u << 24;
constexpr size_t maxLayers = 10000;

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, bytes < 1e9 ? "%.2f GB" : "%.1f GB", bytes / 1e9);
  return text;
}

void check_optimizer(const OptimizerSpec& optimizer) {
  const auto fail = [](const char* what) { throw Error(ErrorCode::BadModel, std::string("optimizer: ") + what); };
  if (!(optimizer.learningRate > 0) || !std::isfinite(optimizer.learningRate)) fail("learningRate must be positive");
  if (!(optimizer.decay1 >= 0 && optimizer.decay1 < 1)) fail("momentum and beta1 must be in [0, 1)");
  if (!(optimizer.decay2 >= 0 && optimizer.decay2 < 1)) fail("alpha and beta2 must be in [0, 1)");
  if (!(optimizer.epsilon >= 0) || !std::isfinite(optimizer.epsilon)) fail("epsilon must not be negative");
}

}  // namespace

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

std::vector<DenseLayer> plan_layers(const ModelSpec& model) {
  if (model.inputSize < 1 || model.inputSize > maxFeatures) {
    throw Error(ErrorCode::BadModel, "inputSize must be an integer from 1 to " + std::to_string(maxFeatures));
  }
  if (model.layers.empty()) throw Error(ErrorCode::BadModel, "a model needs at least one layer");
  if (model.layers.size() > maxLayers) throw Error(ErrorCode::BadModel, "a model may have 10000 layers at most");
  check_optimizer(model.optimizer);
  std::vector<DenseLayer> layers;
  uint32_t inputs = model.inputSize;
  size_t offset = 0;
  for (const LayerSpec& spec : model.layers) {
    const std::string name = "layer" + std::to_string(layers.size());
    if (spec.units < 1 || spec.units > maxFeatures) {
      throw Error(ErrorCode::BadModel, name + ": units must be an integer from 1 to " + std::to_string(maxFeatures));
    }
    const size_t weights = static_cast<size_t>(inputs) * spec.units;
    // Parameters, gradient and two moments.
    require_memory(4.0 * sizeof(float) * static_cast<double>(offset + weights + spec.units), name);
    layers.push_back({name, static_cast<int>(inputs), static_cast<int>(spec.units), spec.activation, offset, offset + weights});
    offset += weights + spec.units;
    inputs = spec.units;
  }
  return layers;
}

size_t parameter_count(const std::vector<DenseLayer>& layers) {
  return layers.back().biasOffset + static_cast<size_t>(layers.back().outputs);
}

}  // namespace basin
