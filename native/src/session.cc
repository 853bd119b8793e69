// Chunks through the network, sums over chunks, and the optimiser step.
#include "session.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "error.h"

namespace basin {
namespace {

/// Index of the first value that is not finite, or `size`.
size_t first_not_finite(const float* values, size_t size) {
  constexpr size_t block = 4096;
  for (size_t start = 0; start < size; start += block) {
    const size_t end = std::min(size, start + block);
    // Zero times anything finite is zero, so the compiler may do this in vectors without a branch.
    float sum = 0;
    for (size_t i = start; i < end; ++i) sum += values[i] * 0.0f;
    if (sum == 0.0f) continue;
    for (size_t i = start; i < end; ++i) {
      if (!std::isfinite(values[i])) return i;
    }
  }
  return size;
}

[[noreturn]] void bad_data(const std::string& message) { throw Error(ErrorCode::BadData, message); }

void check_finite(const std::vector<float>& values, const char* name, size_t width) {
  const size_t at = first_not_finite(values.data(), values.size());
  if (at < values.size()) {
    bad_data(std::string(name) + ": the value at sample " + std::to_string(at / width) + ", position " +
             std::to_string(at % width) + " is not finite");
  }
}

void check_samples(const Samples& samples, size_t inputs, size_t outputs, bool labels) {
  if (samples.size == 0) bad_data("inputs: there must be at least one sample");
  if (samples.size > std::numeric_limits<uint32_t>::max()) bad_data("inputs: too many samples");
  check_finite(samples.inputs, "inputs", inputs);
  if (!labels) {
    if (samples.values.size() != samples.size * outputs) {
      bad_data("values: " + std::to_string(samples.size) + " samples need " + std::to_string(samples.size * outputs) +
               " values, not " + std::to_string(samples.values.size()));
    }
    return check_finite(samples.values, "values", outputs);
  }
  if (samples.labels.size() != samples.size) {
    bad_data("labels: " + std::to_string(samples.size) + " samples need as many labels, not " +
             std::to_string(samples.labels.size()));
  }
  const auto wrong = std::find_if(samples.labels.begin(), samples.labels.end(), [&](uint8_t l) { return l >= outputs; });
  if (wrong != samples.labels.end()) {
    bad_data("labels: sample " + std::to_string(wrong - samples.labels.begin()) + " has label " + std::to_string(*wrong) +
             ", but there are " + std::to_string(outputs) + " outputs");
  }
}

}  // namespace

Session::Session(const ModelSpec& model, const KernelTable<float>& kernels)
    : network_(model, kernels),
      optimizer_(model.optimizer),
      parameters_(network_.parameterCount()),
      gradient_(network_.parameterCount()) {
  const OptimizerType type = optimizer_.type;
  if (type != OptimizerType::RmsProp) first_ = AlignedFloats(parameterCount());
  if (type != OptimizerType::Sgd) second_ = AlignedFloats(parameterCount());
}

void Session::setSamples(SampleSet set, std::shared_ptr<const Samples> samples) {
  check_samples(*samples, static_cast<size_t>(inputSize()), static_cast<size_t>(outputSize()), classifies());
  resident_ = nullptr;
  sets_[static_cast<int>(set)] = std::move(samples);
  if (set == SampleSet::Training) {
    progress.cursor = 0;
    progress.lossSum = 0;
    progress.right = 0;
  }
}

size_t Session::memoryUse() const {
  size_t floats = parameters_.size() + gradient_.size() + first_.size() + second_.size() + probe_.size();
  size_t labels = 0;
  for (const auto& set : sets_) {
    if (!set) continue;
    floats += set->inputs.size() + set->values.size();
    labels += set->labels.size();
  }
  return floats * sizeof(float) + labels;
}

void Session::setProbe(std::vector<float> inputs) {
  check_finite(inputs, "probe", static_cast<size_t>(inputSize()));
  probe_ = std::move(inputs);
}

Evaluation Session::evaluate(SampleSet set, const std::function<bool()>& goOn) {
  const Samples& samples = *sets_[static_cast<int>(set)];
  double loss = 0;
  double right = 0;
  const auto capacity = static_cast<size_t>(network_.capacity());
  resident_ = nullptr;
  for (size_t start = 0; start < samples.size && goOn(); start += capacity) {
    const auto count = static_cast<int>(std::min(capacity, samples.size - start));
    network_.loadInputs(samples.inputs.data(), nullptr, start, count);
    network_.loadTargets(samples, nullptr, start);
    network_.forward(parameters_.data());
    const LossSum sum = network_.lossSum(nullptr);
    loss += sum.loss;
    right += sum.right;
  }
  const auto size = static_cast<double>(samples.size);
  if (classifies()) return {loss / size, right / size};
  return {loss / (size * outputSize()), std::numeric_limits<double>::quiet_NaN()};
}

void Session::predict(const float* inputs, size_t count, float* outputs) {
  const auto capacity = static_cast<size_t>(network_.capacity());
  resident_ = nullptr;
  for (size_t start = 0; start < count; start += capacity) {
    network_.loadInputs(inputs, nullptr, start, static_cast<int>(std::min(capacity, count - start)));
    network_.forward(parameters_.data());
    network_.copyOutputs(outputs + start * static_cast<size_t>(outputSize()));
  }
}

BatchResult Session::batchGradient(SampleSet set, const uint32_t* order, size_t start, size_t count) {
  const Samples& samples = *sets_[static_cast<int>(set)];
  const double terms = static_cast<double>(count) * (classifies() ? 1 : outputSize());
  const auto scale = static_cast<float>(1 / terms);
  const auto capacity = static_cast<size_t>(network_.capacity());
  const size_t chunks = (count + capacity - 1) / capacity;
  const bool whole = order == nullptr && chunks == 1 && count == samples.size;
  const bool loaded = whole && resident_ == &samples;
  BatchResult result{0, 0, 0};
  double squares = 0;
  size_t done = 0;
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    // Chunks of nearly the same size: 65 samples are 33 and 32, not 64 and 1.
    const size_t share = (count - done + chunks - chunk - 1) / (chunks - chunk);
    if (!loaded) {
      network_.loadInputs(samples.inputs.data(), order, start + done, static_cast<int>(share));
      network_.loadTargets(samples, order, start + done);
    }
    network_.forward(parameters_.data());
    const LossSum sum = network_.lossSum(&scale);
    squares = network_.backward(parameters_.data(), gradient_.data(), chunk > 0);
    result.loss += sum.loss;
    result.right += sum.right;
    done += share;
  }
  resident_ = whole ? &samples : nullptr;
  result.loss /= terms;
  // Squares of single precision overflow or vanish long before the norm does.
  if (!(squares > 1e-25 && squares < 1e37)) squares = network_.kernels().sumSquares(gradient_.data(), gradient_.size());
  result.norm = std::sqrt(squares);
  return result;
}

void Session::update() {
  ++updates_;
  Update<float> u{};
  u.parameters = parameters_.data();
  u.gradient = gradient_.data();
  u.first = first_.data();
  u.second = second_.data();
  u.size = parameters_.size();
  u.learningRate = static_cast<float>(optimizer_.learningRate);
  u.decay1 = static_cast<float>(optimizer_.decay1);
  u.decay2 = static_cast<float>(optimizer_.decay2);
  u.rest1 = static_cast<float>(1 - optimizer_.decay1);
  u.rest2 = static_cast<float>(1 - optimizer_.decay2);
  u.epsilon = static_cast<float>(optimizer_.epsilon);
  const KernelTable<float>& kernels = network_.kernels();
  if (optimizer_.type == OptimizerType::Sgd) return kernels.sgd(u);
  if (optimizer_.type == OptimizerType::RmsProp) return kernels.rmsprop(u);
  const auto t = static_cast<double>(updates_);
  u.learningRate = static_cast<float>(optimizer_.learningRate / (1 - std::pow(optimizer_.decay1, t)));
  u.secondScale = static_cast<float>(1 / std::sqrt(1 - std::pow(optimizer_.decay2, t)));
  kernels.adam(u);
}

}  // namespace basin
