// What to build and how to train it, checked: layers with their shapes, loss and optimiser, and where each layer's parameters lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace basin {

/// The most parameters for what solves with a full matrix [P, P] in each step.
constexpr size_t maxDenseParameters = 4096;

/// One sample between two layers. Numbers without a place are [n, 1, 1].
struct Shape {
  int channels = 1, height = 1, width = 1;
  size_t size() const { return static_cast<size_t>(channels) * static_cast<size_t>(height) * static_cast<size_t>(width); }
};

enum class LayerType { Dense, Conv2d, MaxPool, AveragePool, Flatten, Dropout, BatchNorm, Residual };

struct Extent2d {
  uint32_t height = 1, width = 1;
};

/// A layer as it was asked for; what a type does not use stays as it is.
struct LayerSpec {
  LayerType type = LayerType::Dense;
  /// Units of a dense layer, filters of a convolution.
  uint32_t units = 0;
  Extent2d kernel, stride, padding{0, 0};
  /// Dropout: probability of zero.
  double rate = 0;
  /// Batch normalisation.
  double epsilon = 1e-5;
  double momentum = 0.1;
  Activation activation = Activation::Linear;
  /// Of a residual block.
  std::vector<LayerSpec> layers;
};

enum class Loss { MeanSquaredError, SoftmaxCrossEntropy };

enum class OptimizerType { Sgd, RmsProp, Adam, AdamW, Lbfgs, LevenbergMarquardt };

/// Those whose steps take the loss of all training samples, as often as they need it.
inline bool needs_full_batch(OptimizerType type) {
  return type == OptimizerType::Lbfgs || type == OptimizerType::LevenbergMarquardt;
}

enum class ScheduleType { Constant, Step, Cosine };

/// Factor on the learning rate: shared/models/schedule.ts.
struct Schedule {
  ScheduleType type = ScheduleType::Constant;
  bool perEpoch = false;
  /// Steps or epochs between two factors, or the length of the cosine.
  uint64_t period = 1;
  /// Factor of each step, or the share that is left at the end of the cosine.
  double factor = 1;
  uint64_t warmUpSteps = 0;
  double at(uint64_t steps, uint64_t epochs) const;
};

struct OptimizerSpec {
  OptimizerType type = OptimizerType::Sgd;
  double learningRate = 0;
  /// SGD: momentum. Adam: beta1.
  double decay1 = 0;
  /// RMSprop: alpha. Adam: beta2.
  double decay2 = 0;
  double epsilon = 0;
  double weightDecay = 0;
  bool nesterov = false;
  Schedule schedule;
  /// L-BFGS: pairs kept; learningRate is the first trial of each line search, as a share of the quasi-Newton step.
  uint32_t history = 10;
  /// Levenberg-Marquardt.
  double damping = 1e-2, decrease = 0.1, increase = 10;
};

struct ModelSpec {
  Shape input;
  std::vector<LayerSpec> layers;
  Loss loss = Loss::MeanSquaredError;
  OptimizerSpec optimizer;
};

/// A layer in place. Weights in PyTorch's shape, row-major, then the bias, in the flat parameter vector.
struct PlannedLayer {
  LayerSpec spec;
  std::string name;
  Shape input, output;
  size_t weightOffset = 0, weights = 0;
  size_t biasOffset = 0, biases = 0;
  /// Batch normalisation: running means [C], then variances [C].
  size_t bufferOffset = 0;
  /// Index among the dropout layers.
  uint32_t dropoutIndex = 0;
  std::vector<PlannedLayer> inner;
};

struct Plan {
  Shape input, output;
  std::vector<PlannedLayer> layers;
  size_t parameters = 0;
  size_t buffers = 0;
  uint32_t dropouts = 0;
};

/// The layers of a model. Throws Error BadModel naming the layer, or OutOfMemory when training it cannot fit this machine.
Plan plan_layers(const ModelSpec& model);

/// Numbers that come out of all layers for one sample, those inside of blocks included.
size_t features_of(const std::vector<PlannedLayer>& layers);
/// The first batch normalisation of layers without pixels, which needs more than one sample in each batch; null if there is none.
const PlannedLayer* norm_without_pixels(const std::vector<PlannedLayer>& layers);
/// Multiplications and additions of one way through the layers, for one sample.
double operations_of(const std::vector<PlannedLayer>& layers);

/// Bytes of memory in this machine.
double physical_memory();

/// Throws Error OutOfMemory when `bytes` are more than most of the machine's memory; `what` needs them.
void require_memory(double bytes, const std::string& what);

}  // namespace basin
