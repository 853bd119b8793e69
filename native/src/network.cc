// Chunks through the layers.
#include "network.h"

#include <algorithm>
#include <optional>

#include "error.h"
#include "round_up.h"

namespace basin {
namespace {

/// A chunk's activations should stay in the second cache, and fill vectors.
constexpr size_t workspaceNumbers = 128 * 1024;
constexpr size_t minCapacity = 64;
constexpr size_t maxCapacity = 512;
constexpr size_t largestCapacity = size_t{1} << 24;
/// Narrower inputs are turned one by one.
constexpr size_t minRowWidth = 32;
constexpr int maxTeam = 256;
/// A gradient takes three ways through the layers. A chunk of more operations is interrupted: some ten milliseconds of one core.
constexpr double gradientWays = 3, uninterruptedOperations = 5e8;
/// Columns that stay together whatever the threads, so that sums of losses do not depend on them.
constexpr int blockColumns = 2 * columnMultiple;

int block_count(int columns) { return (columns + blockColumns - 1) / blockColumns; }

size_t chunk_capacity(const Plan& plan) {
  const size_t features = plan.input.size() + features_of(plan.layers);
  return std::clamp<size_t>(workspaceNumbers / features / columnMultiple * columnMultiple, minCapacity, maxCapacity);
}

/// Rows of `width` numbers, samples first, to the thread's columns: to[i * stride + c]; the first sample again as padding.
template <typename Number, typename Real>
void turn(const Number* from, size_t width, const Choice& choice, const Pass<Real>& pass, Real* to) {
  for (size_t i = 0; i < width; ++i) {
    Real* row = to + static_cast<ptrdiff_t>(i) * pass.stride;
    for (int c = pass.from; c < pass.from + pass.columns; ++c) {
      row[c] = static_cast<Real>(from[choice.at(c < choice.count ? c : 0) * width + i]);
    }
  }
}

}  // namespace

template <typename Real>
Network<Real>::Network(const ModelSpec& model, const KernelTable<Real>& kernels, int threads)
    : plan_(plan_layers(model)),
      kernels_(kernels),
      loss_(model.loss),
      team_(std::clamp(threads, 1, maxTeam)),
      operations_(operations_of(plan_.layers)) {
  build(static_cast<int>(chunk_capacity(plan_)));
}

template <typename Real>
void Network<Real>::build(int capacity) {
  const auto columns = static_cast<size_t>(capacity);
  double numbers = 2.0 * static_cast<double>(plan_.input.size());
  for (const PlannedLayer& layer : plan_.layers) {
    numbers += 2.0 * static_cast<double>(layer.output.size() + features_of(layer.inner));
    require_memory(numbers * sizeof(Real) * capacity, layer.name);
  }
  sequence_.reset();
  sequence_ = std::make_unique<Sequence<Real>>(plan_.layers, kernels_, capacity, team_.size(), true);
  input_ = Aligned<Real>(columns * plan_.input.size());
  if (sequence_->wantsRows() || plan_.input.size() > minRowWidth) rows_ = Aligned<Real>(columns * whole_vectors(plan_.input.size()));
  const bool labels = loss_ == Loss::SoftmaxCrossEntropy;
  target_ = Aligned<Real>(columns * (labels ? 1 : plan_.output.size()));
  valid_ = Aligned<Real>(columns);
  capacity_ = capacity;
  losses_.assign(static_cast<size_t>(block_count(capacity)), LossSum{0, 0});
  summing_.clear();
  unsummed_.clear();
  sequence_->visit([this](Layer<Real>& layer) {
    if (!layer.hasParameters()) return;
    if (layer.sumsSquares()) return summing_.push_back(&layer);
    const PlannedLayer& plan = layer.plan();
    const size_t end = plan.biasOffset + plan.biases;
    // Neighbours are one run.
    if (!unsummed_.empty() && unsummed_.back().second == plan.weightOffset) unsummed_.back().second = end;
    else unsummed_.emplace_back(plan.weightOffset, end);
  });
}

template <typename Real>
void Network<Real>::reserve(size_t samples) {
  if (samples <= static_cast<size_t>(capacity_)) return;
  if (samples > largestCapacity) throw Error(ErrorCode::OutOfMemory, "a batch of that many samples does not fit into memory at once");
  build(static_cast<int>(whole_vectors(samples)));
}

template <typename Real>
size_t Network<Real>::workspaceBytes() const {
  const size_t features = 2 * (plan_.input.size() + features_of(plan_.layers));
  return features * static_cast<size_t>(capacity_) * sizeof(Real);
}

template <typename Real>
void Network<Real>::choose(const Choice& choice) {
  choice_ = choice;
  columns_ = static_cast<int>(whole_vectors(static_cast<size_t>(choice.count)));
}

template <typename Real>
Pass<Real> Network<Real>::passFor(int thread, const PassSettings<Real>& work) {
  Pass<Real> pass{work};
  pass.stride = columns_;
  pass.samples = choice_.count;
  pass.rows = rows_.data();
  pass.team = &team_;
  pass.thread = thread;
  const Share blocks = pass.share(static_cast<size_t>(block_count(columns_)));
  pass.from = static_cast<int>(blocks.from) * blockColumns;
  pass.columns = std::min(columns_, static_cast<int>(blocks.to) * blockColumns) - pass.from;
  return pass;
}

template <typename Real>
void Network<Real>::loadInputs(const Pass<Real>& pass, const float* inputs) {
  if (pass.columns == 0) return;
  const size_t features = plan_.input.size();
  if (rows_.empty()) return turn(inputs, features, choice_, pass, input_.data());
  const auto stride = static_cast<ptrdiff_t>(whole_vectors(features));
  for (int c = pass.from; c < pass.from + pass.columns; ++c) {
    const float* from = inputs + choice_.at(c < choice_.count ? c : 0) * features;
    std::copy_n(from, features, rows_.data() + c * stride);
  }
  kernels_.transpose(rows_.data() + pass.from * stride, stride, pass.columns, inputSize(), input_.data() + pass.from, columns_);
}

template <typename Real>
void Network<Real>::loadTargets(const Pass<Real>& pass, const Samples& samples) {
  for (int c = pass.from; c < pass.from + pass.columns; ++c) valid_[static_cast<size_t>(c)] = c < choice_.count ? Real{1} : Real{0};
  if (loss_ == Loss::SoftmaxCrossEntropy) return turn(samples.labels.data(), 1, choice_, pass, target_.data());
  turn(samples.values.data(), plan_.output.size(), choice_, pass, target_.data());
}

template <typename Real>
LossInput<Real> Network<Real>::lossInput(const Pass<Real>& pass, const Real* output) const {
  LossInput<Real> in{};
  in.outputs = outputSize();
  in.columns = pass.columns;
  in.stride = pass.stride;
  in.output = output + pass.from;
  in.target = target_.data() + pass.from;
  in.valid = valid_.data() + pass.from;
  return in;
}

template <typename Real>
void Network<Real>::lossOf(const Pass<Real>& pass, const Real* output, const Real* scale) {
  LossInput<Real> in = lossInput(pass, output);
  in.delta = scale == nullptr ? nullptr : sequence_->deltas() + pass.from;
  in.scale = scale == nullptr ? Real{0} : *scale;
  const auto loss = loss_ == Loss::SoftmaxCrossEntropy ? kernels_.crossEntropy : kernels_.squaredError;
  // A target of cross-entropy is one number for each column, one of squared errors a row for each output: both are columns here.
  for (int from = pass.from; from < pass.from + pass.columns; from += blockColumns) {
    in.columns = std::min(blockColumns, pass.from + pass.columns - from);
    losses_[static_cast<size_t>(from / blockColumns)] = loss(in);
    in.output += blockColumns;
    in.target += blockColumns;
    in.valid += blockColumns;
    if (in.delta != nullptr) in.delta += blockColumns;
  }
}

template <typename Real>
LossSum Network<Real>::lossSum() const {
  LossSum sum{0, 0};
  for (int block = 0; block < block_count(columns_); ++block) {
    sum.loss += losses_[static_cast<size_t>(block)].loss;
    sum.right += losses_[static_cast<size_t>(block)].right;
  }
  return sum;
}

template <typename Real>
void Network<Real>::lossTangent(const Pass<Real>& pass, const Real* output, const Real* outputTangent, Real scale,
                                Real* deltaTangent) {
  if (pass.columns == 0) return;
  LossInput<Real> in = lossInput(pass, output);
  in.scale = scale;
  const auto tangent = loss_ == Loss::SoftmaxCrossEntropy ? kernels_.crossEntropyTangent : kernels_.squaredErrorTangent;
  tangent(in, outputTangent + pass.from, deltaTangent + pass.from);
}

template <typename Real>
ChunkResult Network<Real>::run(const Samples& samples, bool loaded, const ChunkWork<Real>& work) {
  std::optional<Interrupt> interrupt;
  if (work.goOn != nullptr && gradientWays * operations_ * columns_ > uninterruptedOperations) interrupt.emplace(*work.goOn);
  team_.run([&](int thread) {
    Pass<Real> pass = passFor(thread, work);
    pass.interrupt = interrupt ? &*interrupt : nullptr;
    if (!loaded) {
      loadInputs(pass, samples.inputs.data());
      loadTargets(pass, samples);
    }
    const Real* output = sequence_->forward(pass, input_.data());
    if (output == nullptr) return;
    lossOf(pass, output, work.gradient == nullptr ? nullptr : &work.scale);
    if (work.gradient != nullptr) sequence_->backward(pass, input_.data(), false);
  });
  const LossSum sum = lossSum();
  return {sum.loss, sum.right, work.gradient == nullptr ? 0 : squaresOf(work.gradient)};
}

template <typename Real>
double Network<Real>::squaresOf(const Real* gradient) const {
  double squares = 0;
  for (const Layer<Real>* layer : summing_) squares += layer->squares();
  for (const auto& [from, to] : unsummed_) squares += kernels_.sumSquares(gradient + from, to - from);
  return squares;
}

template <typename Real>
void Network<Real>::predict(const float* inputs, const ChunkWork<Real>& work, Real* outputs) {
  team_.run([&](int thread) {
    const Pass<Real> pass = passFor(thread, work);
    loadInputs(pass, inputs);
    const Real* output = sequence_->forward(pass, input_.data());
    const int count = std::min(pass.columns, pass.samples - pass.from);
    if (count <= 0) return;
    kernels_.transpose(output + pass.from, pass.stride, outputSize(), count,
                       outputs + static_cast<ptrdiff_t>(pass.from) * outputSize(), outputSize());
  });
}

template class Network<float>;
template class Network<double>;

}  // namespace basin
