// What to build and how to train it, checked: layers, loss and optimiser, and where each layer's parameters lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace basin {

struct LayerSpec {
  uint32_t units;
  Activation activation;
};

enum class Loss { MeanSquaredError, SoftmaxCrossEntropy };

enum class OptimizerType { Sgd, RmsProp, Adam };

struct OptimizerSpec {
  OptimizerType type = OptimizerType::Sgd;
  double learningRate = 0;
  /// SGD: momentum. Adam: beta1.
  double decay1 = 0;
  /// RMSprop: alpha. Adam: beta2.
  double decay2 = 0;
  double epsilon = 0;
};

struct ModelSpec {
  uint32_t inputSize = 0;
  std::vector<LayerSpec> layers;
  Loss loss = Loss::MeanSquaredError;
  OptimizerSpec optimizer;
};

/// A dense layer in place: weights row-major [outputs, inputs], then bias [outputs], in the flat parameter vector.
struct DenseLayer {
  std::string name;
  int inputs;
  int outputs;
  Activation activation;
  size_t weightOffset;
  size_t biasOffset;
};

/// The layers of a model. Throws Error BadModel naming the layer, or OutOfMemory when training it cannot fit this machine.
std::vector<DenseLayer> plan_layers(const ModelSpec& model);

size_t parameter_count(const std::vector<DenseLayer>& layers);

/// Bytes of memory in this machine.
double physical_memory();

/// Throws Error OutOfMemory when `bytes` are more than most of the machine's memory; `what` needs them.
void require_memory(double bytes, const std::string& what);

}  // namespace basin
