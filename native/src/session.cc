// What sessions of both precisions have in common: their sets, checked.
#include "session.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "error.h"

namespace basin {
namespace {

/// Index of the first value that is not finite, or `size`.
template <typename Number>
size_t first_not_finite(const Number* values, size_t size) {
  constexpr size_t block = 4096;
  for (size_t start = 0; start < size; start += block) {
    const size_t end = std::min(size, start + block);
    // Zero times anything finite is zero, so the compiler may do this in vectors without a branch.
    Number sum = 0;
    for (size_t i = start; i < end; ++i) sum += values[i] * Number{0};
    if (sum == 0) continue;
    for (size_t i = start; i < end; ++i) {
      if (!std::isfinite(values[i])) return i;
    }
  }
  return size;
}

[[noreturn]] void bad_data(const std::string& message) { throw Error(ErrorCode::BadData, message); }

void check_samples(const Samples& samples, size_t inputs, size_t outputs, bool labels) {
  if (samples.size == 0) bad_data("inputs: there must be at least one sample");
  if (samples.size > std::numeric_limits<uint32_t>::max()) bad_data("inputs: too many samples");
  check_finite(samples.inputs.data(), samples.inputs.size(), "inputs", inputs);
  if (!labels) {
    if (samples.values.size() != samples.size * outputs) {
      bad_data("values: " + std::to_string(samples.size) + " samples need " + std::to_string(samples.size * outputs) +
               " values, not " + std::to_string(samples.values.size()));
    }
    return check_finite(samples.values.data(), samples.values.size(), "values", outputs);
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

/// Running means 0 and variances 1.
void reset_buffers(const std::vector<PlannedLayer>& layers, std::vector<double>& buffers) {
  for (const PlannedLayer& layer : layers) {
    reset_buffers(layer.inner, buffers);
    if (layer.spec.type != LayerType::BatchNorm) continue;
    const auto means = buffers.begin() + static_cast<ptrdiff_t>(layer.bufferOffset);
    const auto channels = static_cast<ptrdiff_t>(layer.biases);
    std::fill(means, means + channels, 0.0);
    std::fill(means + channels, means + 2 * channels, 1.0);
  }
}

}  // namespace

template <typename Number>
void check_finite(const Number* values, size_t size, const std::string& what, size_t width) {
  const size_t at = first_not_finite(values, size);
  if (at == size) return;
  bad_data(what + ": the value at sample " + std::to_string(at / width) + ", position " + std::to_string(at % width) +
           " is not finite");
}
template void check_finite(const float*, size_t, const std::string&, size_t);
template void check_finite(const double*, size_t, const std::string&, size_t);

Session::Session(SessionOptions options)
    : options_(std::move(options)), plan_(plan_layers(options_.model)), buffers_(plan_.buffers) {
  reset_buffers(plan_.layers, buffers_);
}

void Session::setSamples(SampleSet set, std::shared_ptr<const Samples> samples) {
  check_samples(*samples, static_cast<size_t>(inputSize()), static_cast<size_t>(outputSize()), classifies());
  forgetChunk();
  sets_[static_cast<int>(set)] = std::move(samples);
  if (set == SampleSet::Training) {
    progress.cursor = 0;
    progress.lossSum = 0;
    progress.right = 0;
  }
}

void Session::dropBatch() {
  if (!buffersBefore_.empty()) buffers_ = buffersBefore_;
}

void Session::exchangeState(StateArchive& archive) { archive.numbers(buffers_.data(), buffers_.size()); }

void Session::setProbe(std::vector<float> inputs) {
  check_finite(inputs.data(), inputs.size(), "probe", static_cast<size_t>(inputSize()));
  probe_ = std::move(inputs);
}

size_t Session::sampleBytes() const {
  size_t bytes = probe_.size() * sizeof(float);
  for (const auto& set : sets_) {
    if (set) bytes += (set->inputs.size() + set->values.size()) * sizeof(float) + set->labels.size();
  }
  return bytes;
}

}  // namespace basin
