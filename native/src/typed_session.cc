// Chunks through the network, sums over chunks, and the optimiser's step.
#include "typed_session.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/select.h"
#include "optimizers/full_batch_session.h"
#include "round_up.h"

namespace basin {
namespace {

bool keeps_first(OptimizerType type) {
  return type == OptimizerType::Sgd || type == OptimizerType::Adam || type == OptimizerType::AdamW;
}

bool keeps_second(OptimizerType type) {
  return type == OptimizerType::RmsProp || type == OptimizerType::Adam || type == OptimizerType::AdamW;
}

template <typename Real>
std::unique_ptr<Session> typed(SessionOptions options) {
  const KernelTable<Real>& kernels = kernels_for<Real>(options.simd);
  if (needs_full_batch(options.model.optimizer.type)) {
    return std::make_unique<FullBatchSession<Real>>(std::move(options), kernels);
  }
  return std::make_unique<TypedSession<Real>>(std::move(options), kernels);
}

}  // namespace

std::unique_ptr<Session> make_session(SessionOptions options) {
  if (options.precision == Precision::Float64) return typed<double>(std::move(options));
  return typed<float>(std::move(options));
}

template <typename Real>
TypedSession<Real>::TypedSession(SessionOptions options, const KernelTable<Real>& kernels)
    : Session(std::move(options)),
      network_(options_.model, kernels, options_.threads),
      parameters_(parameterCount()),
      gradient_(parameterCount()) {
  const OptimizerType type = options_.model.optimizer.type;
  if (keeps_first(type)) first_ = Aligned<Real>(parameterCount());
  if (keeps_second(type)) second_ = Aligned<Real>(parameterCount());
}

template <typename Real>
size_t TypedSession<Real>::memoryUse() const {
  const size_t numbers = parameters_.size() + gradient_.size() + first_.size() + second_.size();
  return numbers * sizeof(Real) + exact_.capacity() * sizeof(double) + sampleBytes() + network_.workspaceBytes();
}

template <typename Real>
template <typename Number>
void TypedSession<Real>::put(const Number* from) {
  for (size_t i = 0; i < parameterCount(); ++i) parameters_[i] = static_cast<Real>(from[i]);
}

template <typename Real>
void TypedSession<Real>::getParameters(double* to) const {
  if (exact_.empty()) std::copy_n(parameters_.data(), parameterCount(), to);
  else std::copy(exact_.begin(), exact_.end(), to);
}

template <typename Real>
void TypedSession<Real>::setParameters(const float* from) {
  exact_.clear();
  put(from);
}

template <typename Real>
void TypedSession<Real>::setParameters(const double* from) {
  if (sizeof(Real) < sizeof(double)) exact_.assign(from, from + parameterCount());
  put(from);
}

template <typename Real>
void TypedSession<Real>::exchangeState(StateArchive& archive) {
  Session::exchangeState(archive);
  archive.number(updates_);
  for (Aligned<Real>* numbers : {&parameters_, &first_, &second_}) archive.numbers(numbers->data(), numbers->size());
  archive.optional(exact_, parameterCount());
}

template <typename Real>
BatchResult TypedSession<Real>::overChunks(const Samples& samples, const Batch& batch, ChunkWork<Real> work,
                                           const GoOn& goOn) {
  const double terms = static_cast<double>(batch.count) * (classifies() ? 1 : outputSize());
  const auto capacity = static_cast<size_t>(network_.capacity());
  const size_t chunks = (batch.count + capacity - 1) / capacity;
  const bool whole = batch.order == nullptr && chunks == 1 && batch.count == samples.size;
  const bool loaded = whole && resident_ == &samples;
  work.scale = static_cast<Real>(1 / terms);
  work.dropoutKey = batch.dropoutKey;
  work.step = static_cast<uint32_t>(batch.step);
  work.batchSize = batch.count;
  work.goOn = &goOn;
  BatchResult result{0, 0, 0};
  double squares = 0;
  size_t done = 0;
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    if (chunk > 0 && !goOn()) break;
    // Chunks of nearly the same size: 65 samples are 33 and 32, not 64 and 1.
    const size_t share = (batch.count - done + chunks - chunk - 1) / (chunks - chunk);
    network_.choose({batch.order, batch.start + done, static_cast<int>(share)});
    work.batchStart = done;
    work.accumulate = chunk > 0;
    const ChunkResult part = network_.run(samples, loaded, work);
    result.loss += part.loss;
    result.right += part.right;
    squares = part.squares;
    done += share;
  }
  resident_ = whole ? &samples : nullptr;
  result.loss /= terms;
  if (work.gradient == nullptr) return result;
  // Squares overflow or vanish long before the norm does.
  if (!(squares > 1e-25 && squares < 1e37)) squares = network_.kernels().sumSquares(gradient_.data(), gradient_.size());
  result.norm = std::sqrt(squares);
  return result;
}

template <typename Real>
Evaluation TypedSession<Real>::evaluate(SampleSet set, const GoOn& goOn) {
  const Samples& samples = *sets_[static_cast<int>(set)];
  Batch all;
  all.count = samples.size;
  const BatchResult result = overChunks(samples, all, evaluation(), goOn);
  const double accuracy = result.right / static_cast<double>(samples.size);
  return {result.loss, classifies() ? accuracy : std::numeric_limits<double>::quiet_NaN()};
}

template <typename Real>
void TypedSession<Real>::predict(const float* inputs, size_t count, float* outputs) {
  const auto capacity = static_cast<size_t>(network_.capacity());
  const auto width = static_cast<size_t>(outputSize());
  resident_ = nullptr;
  std::vector<Real> part(std::min(count, capacity) * width);
  for (size_t start = 0; start < count; start += capacity) {
    const size_t here = std::min(capacity, count - start);
    network_.choose({nullptr, start, static_cast<int>(here)});
    network_.predict(inputs, evaluation(), part.data());
    std::copy_n(part.data(), here * width, outputs + start * width);
  }
}

template <typename Real>
void TypedSession<Real>::gradient(SampleSet set, float* to) {
  const Samples& samples = *sets_[static_cast<int>(set)];
  Batch all;
  all.count = samples.size;
  ChunkWork<Real> work = evaluation();
  work.gradient = gradient_.data();
  overChunks(samples, all, work, [] { return true; });
  std::copy_n(gradient_.data(), parameterCount(), to);
}

template <typename Real>
void TypedSession<Real>::prepareTraining(size_t batchSize) {
  // Batch normalisation needs its whole batch at once.
  if (plan_.buffers == 0) return;
  forgetChunk();
  network_.reserve(std::min(batchSize, samples(SampleSet::Training)->size));
}

template <typename Real>
BatchResult TypedSession<Real>::batchGradient(const Batch& batch, const GoOn& goOn) {
  buffersBefore_ = buffers_;
  ChunkWork<Real> work = evaluation();
  work.mode = Mode::Training;
  work.gradient = gradient_.data();
  return overChunks(*sets_[static_cast<int>(SampleSet::Training)], batch, work, goOn);
}

template <typename Real>
void TypedSession<Real>::layerNorms(std::vector<double>& to) const {
  this->forEachLayer(plan_.layers, [&](size_t from, size_t end) {
    to.push_back(std::sqrt(network_.kernels().sumSquares(gradient_.data() + from, end - from)));
  });
}

template <typename Real>
bool TypedSession<Real>::update(double rate, const GoOn&) {
  const OptimizerSpec& optimizer = options_.model.optimizer;
  ++updates_;
  exact_.clear();
  const auto t = static_cast<double>(updates_);
  const double learningRate = optimizer.learningRate * rate;
  Update<Real> u{};
  u.parameters = parameters_.data();
  u.gradient = gradient_.data();
  u.first = first_.data();
  u.second = second_.data();
  u.size = parameters_.size();
  u.learningRate = static_cast<Real>(learningRate);
  u.decay1 = static_cast<Real>(optimizer.decay1);
  u.decay2 = static_cast<Real>(optimizer.decay2);
  u.rest1 = static_cast<Real>(1 - optimizer.decay1);
  u.rest2 = static_cast<Real>(1 - optimizer.decay2);
  u.epsilon = static_cast<Real>(optimizer.epsilon);
  u.weightDecay = static_cast<Real>(optimizer.weightDecay);
  u.nesterov = optimizer.nesterov;
  const KernelTable<Real>& kernels = network_.kernels();
  void (*step)(const Update<Real>&) = nullptr;
  // Without a default: the compiler refuses an optimiser that is not here.
  switch (optimizer.type) {
    case OptimizerType::Sgd:
      step = kernels.sgd;
      break;
    case OptimizerType::RmsProp:
      step = kernels.rmsprop;
      break;
    case OptimizerType::AdamW:
      u.decoupledDecay = static_cast<Real>(learningRate * optimizer.weightDecay);
      u.weightDecay = 0;
      [[fallthrough]];
    case OptimizerType::Adam:
      step = kernels.adam;
      u.learningRate = static_cast<Real>(learningRate / (1 - std::pow(optimizer.decay1, t)));
      u.secondScale = static_cast<Real>(1 / std::sqrt(1 - std::pow(optimizer.decay2, t)));
      break;
    case OptimizerType::Lbfgs:
    case OptimizerType::LevenbergMarquardt:
      // They have a session of their own.
      break;
  }
  if (step == nullptr) throw Error(ErrorCode::BadModel, "the optimizer has no step along a minibatch's gradient");
  const size_t lines = whole_vectors(u.size) / columnMultiple;
  network_.team().run([&](int thread) {
    const Share share = even_share(lines, thread, network_.team().size());
    const size_t from = share.from * columnMultiple, to = std::min(u.size, share.to * columnMultiple);
    if (from >= to) return;
    Update<Real> part = u;
    part.parameters += from;
    part.gradient += from;
    part.first += part.first == nullptr ? 0 : from;
    part.second += part.second == nullptr ? 0 : from;
    part.size = to - from;
    step(part);
  });
  return true;
}

template class TypedSession<float>;
template class TypedSession<double>;

}  // namespace basin
