// Small models with samples and parameters to ask about, for the tests of curvature.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "../src/curvature/objective.h"
#include "../src/random.h"

namespace basin {
namespace cases {

inline bool go_on() { return true; }

/// Numbers on [-1, 1), a stream for each seed.
inline std::vector<double> numbers(size_t count, uint32_t seed) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) {
    const RandomBlock block = philox({seed, 99}, {static_cast<uint32_t>(i), 0, 0, 0});
    values[i] = block[0] / 2147483648.0 - 1;
  }
  return values;
}

const Activation activations[] = {Activation::Linear,   Activation::Relu, Activation::LeakyRelu, Activation::Tanh,   Activation::Sigmoid,
                                  Activation::Softplus, Activation::Gelu, Activation::Sin,       Activation::Softmax};

inline LayerSpec dense(uint32_t units, Activation activation = Activation::Linear) {
  LayerSpec layer;
  layer.units = units;
  layer.activation = activation;
  return layer;
}

inline LayerSpec plain(LayerType type, Activation activation = Activation::Linear) {
  LayerSpec layer;
  layer.type = type;
  layer.activation = activation;
  return layer;
}

inline LayerSpec dropout(double rate) {
  LayerSpec layer = plain(LayerType::Dropout);
  layer.rate = rate;
  return layer;
}

inline LayerSpec residual(std::vector<LayerSpec> inner, Activation activation = Activation::Linear) {
  LayerSpec layer = plain(LayerType::Residual, activation);
  layer.layers = std::move(inner);
  return layer;
}

/// A convolution of `units` filters, or pooling where that is 0 and `type` says which.
inline LayerSpec windowed(LayerType type, uint32_t units, Extent2d kernel, Extent2d stride, Extent2d padding,
                          Activation activation = Activation::Linear) {
  LayerSpec layer = plain(type, activation);
  layer.units = units;
  layer.kernel = kernel;
  layer.stride = stride;
  layer.padding = padding;
  return layer;
}

inline ModelSpec model(Shape input, std::vector<LayerSpec> layers, Loss loss = Loss::MeanSquaredError) {
  ModelSpec spec;
  spec.input = input;
  spec.layers = std::move(layers);
  spec.loss = loss;
  spec.optimizer.learningRate = 0.1;
  return spec;
}

inline std::shared_ptr<const Samples> samples_for(const ModelSpec& spec, size_t size, uint32_t seed = 1) {
  const Plan plan = plan_layers(spec);
  auto samples = std::make_shared<Samples>();
  samples->size = size;
  for (const double x : numbers(size * plan.input.size(), seed)) samples->inputs.push_back(static_cast<float>(x));
  const std::vector<double> targets = numbers(size * plan.output.size(), seed + 1);
  if (spec.loss == Loss::MeanSquaredError) {
    for (const double y : targets) samples->values.push_back(static_cast<float>(y));
  } else {
    for (size_t i = 0; i < size; ++i) {
      samples->labels.push_back(static_cast<uint8_t>((targets[i] + 1) / 2 * static_cast<double>(plan.output.size())));
    }
  }
  return samples;
}

/// Parameters of a size that neither saturates nor linearises, running statistics that do something, and the objective.
struct Question {
  Question(const ModelSpec& spec, size_t size, int threads = 1, double ridge = 0)
      : options(make(spec, size, threads, ridge)), objective(options), theta(numbers(objective.parameterCount(), 7)) {
    for (double& value : theta) value *= 0.8;
  }
  size_t parameters() const { return theta.size(); }

  ObjectiveOptions options;
  Objective objective;
  std::vector<double> theta;

 private:
  static ObjectiveOptions make(const ModelSpec& spec, size_t size, int threads, double ridge) {
    ObjectiveOptions options;
    options.model = spec;
    options.samples = samples_for(spec, size);
    options.threads = threads;
    options.ridge = ridge;
    options.buffers = numbers(plan_layers(spec).buffers, 5);
    // A variance is positive; a mean may be.
    for (double& value : options.buffers) value = std::fabs(value) + 0.2;
    return options;
  }
};

inline std::vector<double> product(Question& question, Operator op, const std::vector<double>& vector) {
  std::vector<double> out(vector.size());
  question.objective.product(op, question.theta.data(), vector.data(), out.data(), go_on);
  return out;
}

/// The largest difference, relative to the largest number of the second.
inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0, size = 1e-300;
  for (size_t i = 0; i < b.size(); ++i) {
    const double away = std::fabs(a[i] - b[i]);
    if (!(away <= largest)) largest = away;
    size = std::fmax(size, std::fabs(b[i]));
  }
  return largest / size;
}

inline std::vector<double> moved(const std::vector<double>& from, const std::vector<double>& along, double step) {
  std::vector<double> to = from;
  for (size_t i = 0; i < to.size(); ++i) to[i] += step * along[i];
  return to;
}

}  // namespace cases
}  // namespace basin
