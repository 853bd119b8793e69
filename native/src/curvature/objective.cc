// Sums over chunks of samples: losses, gradients and products with the two matrices.
#include "objective.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../kernels/select.h"
#include "../round_up.h"

namespace basin {
namespace {

/// A chunk's operations: some ten milliseconds of one core. Not divided by the threads, so that sums do not depend on them.
constexpr double chunkOperations = 2e8;
/// Longer ones are interrupted between layers.
constexpr double interruptedOperations = 5e7;

// Ways through the layers that each function takes, products of a layer counted.
constexpr double lossWays = 1, gradientWays = 3, hessianWays = 8, gaussNewtonWays = 5;

void check(const ObjectiveOptions& options, const Plan& plan) {
  const Samples& samples = *options.samples;
  if (samples.size == 0 || options.count > samples.size) {
    throw Error(ErrorCode::BadArgument, "samples: there are only " + std::to_string(samples.size));
  }
  const bool labels = options.model.loss == Loss::SoftmaxCrossEntropy;
  const size_t targets = labels ? samples.labels.size() : samples.values.size();
  if (samples.inputs.size() != samples.size * plan.input.size() || targets != samples.size * (labels ? 1 : plan.output.size())) {
    throw Error(ErrorCode::BadData, "the samples do not have the model's inputs and outputs");
  }
  if (options.buffers.size() != plan.buffers) {
    throw Error(ErrorCode::BadArgument, "buffers must be " + std::to_string(plan.buffers) + " numbers");
  }
  if (!(options.ridge >= 0 && std::isfinite(options.ridge))) throw Error(ErrorCode::BadArgument, "ridge must not be negative");
}

}  // namespace

Objective::Objective(ObjectiveOptions options)
    : options_(std::move(options)),
      network_(options_.model, kernels_for<double>(options_.simd), options_.threads),
      operations_(operations_of(network_.plan().layers)) {
  if (options_.samples == nullptr) throw Error(ErrorCode::BadArgument, "there are no samples");
  check(options_, network_.plan());
  if (options_.count == 0) options_.count = options_.samples->size;
}

double Objective::scale() const {
  const bool labels = network_.loss() == Loss::SoftmaxCrossEntropy;
  return 1 / (static_cast<double>(options_.count) * (labels ? 1 : network_.outputSize()));
}

void Objective::reserveTangents() {
  if (hasTangents_) return;
  const Plan& plan = network_.plan();
  require_memory(6.0 * sizeof(double) * static_cast<double>(features_of(plan.layers)) * network_.capacity(), "tangents of all layers");
  network_.sequence().reserveTangents();
  hasTangents_ = true;
}

void Objective::eachChunk(double times, int limit, const GoOn& goOn, const std::function<void(size_t done, int count)>& work) {
  const double columns = std::min<double>(chunkOperations / (times * operations_), std::min(limit, network_.capacity()));
  const size_t most = static_cast<size_t>(std::max(1.0, columns / columnMultiple));
  // Chunks of nearly the same number of whole vectors: the last one alone has padding.
  const size_t blocks = whole_vectors(options_.count) / columnMultiple;
  const size_t chunks = (blocks + most - 1) / most;
  for (size_t chunk = 0, done = 0; chunk < chunks; ++chunk) {
    require_go_on(goOn);
    const size_t end = std::min(options_.count, blocks * (chunk + 1) / chunks * columnMultiple);
    const int count = static_cast<int>(end - done);
    interrupts_ = operations_ * times * count > interruptedOperations;
    network_.choose({nullptr, done, count});
    work(done, count);
    done = end;
  }
}

void Objective::onChunk(const double* theta, const GoOn& goOn, const std::function<void(Pass<double>& pass)>& work) {
  PassSettings<double> settings;
  settings.parameters = theta;
  settings.buffers = options_.buffers.data();
  bool canceled = false;
  const GoOn asked = [&] {
    canceled = canceled || !goOn();
    return !canceled;
  };
  Interrupt interrupt(asked);
  network_.team().run([&](int thread) {
    Pass<double> pass = network_.passFor(thread, settings);
    if (interrupts_) pass.interrupt = &interrupt;
    network_.loadInputs(pass, samples().inputs.data());
    network_.loadTargets(pass, samples());
    work(pass);
  });
  if (canceled) cancel();
}

double Objective::loss(const double* theta, const GoOn& goOn) { return lossAndGradient(theta, nullptr, goOn); }

double Objective::lossAndGradient(const double* theta, double* gradient, const GoOn& goOn) {
  double sum = 0;
  const double each = scale();
  Sequence<double>& layers = network_.sequence();
  eachChunk(gradient == nullptr ? lossWays : gradientWays, network_.capacity(), goOn, [&](size_t done, int) {
    onChunk(theta, goOn, [&](Pass<double>& pass) {
      pass.gradient = gradient;
      pass.accumulate = done > 0;
      const double* output = layers.forward(pass, network_.input());
      if (output == nullptr) return;
      network_.lossOf(pass, output, gradient == nullptr ? nullptr : &each);
      if (gradient != nullptr) layers.backward(pass, network_.input(), false);
    });
    sum += network_.lossSum().loss;
  });
  double loss = sum * each;
  if (options_.ridge == 0) return loss;
  double squares = 0;
  for (size_t i = 0; i < parameterCount(); ++i) squares += theta[i] * theta[i];
  if (gradient != nullptr) {
    for (size_t i = 0; i < parameterCount(); ++i) gradient[i] += options_.ridge * theta[i];
  }
  return loss + 0.5 * options_.ridge * squares;
}

void Objective::product(Operator op, const double* theta, const double* vector, double* out, const GoOn& goOn) {
  reserveTangents();
  const bool hessian = op == Operator::Hessian;
  const double each = scale();
  Sequence<double>& layers = network_.sequence();
  const double* input = network_.input();
  eachChunk(hessian ? hessianWays : gaussNewtonWays, network_.capacity(), goOn, [&](size_t done, int) {
    onChunk(theta, goOn, [&](Pass<double>& pass) {
      pass.direction = vector;
      pass.accumulate = done > 0;
      const double* output = layers.forward(pass, input);
      const double* tangent = output == nullptr ? nullptr : layers.forwardTangent(pass, input, nullptr);
      if (tangent == nullptr) return;
      if (hessian) {
        network_.lossOf(pass, output, &each);
        network_.lossTangent(pass, output, tangent, each, layers.deltaTangents());
        pass.gradientTangent = out;
        layers.backwardTangent(pass, input, nullptr, false);
      } else {
        // The tangent of dL/doutput goes back as if it were a delta.
        network_.lossTangent(pass, output, tangent, each, layers.deltas());
        pass.gradient = out;
        layers.backward(pass, input, false);
      }
    });
  });
  if (options_.ridge == 0) return;
  for (size_t i = 0; i < parameterCount(); ++i) out[i] += options_.ridge * vector[i];
}

}  // namespace basin
