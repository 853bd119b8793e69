// Steps between a session's parameters and an objective.
#include "full_batch_session.h"

#include <cmath>

#include "../curvature/session_objective.h"
#include "../linalg/vectors.h"

namespace basin {

template <typename Real>
FullBatchSession<Real>::FullBatchSession(SessionOptions options, const KernelTable<Real>& kernels)
    : TypedSession<Real>(std::move(options), kernels) {
  const OptimizerSpec& optimizer = this->options_.model.optimizer;
  const size_t size = this->parameterCount();
  if (optimizer.type == OptimizerType::Lbfgs) {
    lbfgs_.emplace(size, optimizer.history);
  } else {
    marquardt_.emplace(size, DampingOptions{optimizer.damping, optimizer.decrease, optimizer.increase});
  }
  for (std::vector<double>* vector : {&position_, &gradient_, &plain_, &present_}) vector->resize(size);
}

template <typename Real>
size_t FullBatchSession<Real>::memoryUse() const {
  const size_t own = lbfgs_ ? lbfgs_->memoryUse() : marquardt_->memoryUse();
  const size_t network = objective_ ? objective_->network().workspaceBytes() : 0;
  return TypedSession<Real>::memoryUse() + own + network + 4 * position_.size() * sizeof(double);
}

template <typename Real>
bool FullBatchSession<Real>::isOfPresentSamples() const {
  return objective_ != nullptr && &objective_->samples() == this->samples(SampleSet::Training).get();
}

template <typename Real>
void FullBatchSession<Real>::makeObjective() {
  const double decay = this->options_.model.optimizer.weightDecay;
  objective_ = std::make_unique<Objective>(objective_of(*this, SampleSet::Training, decay));
}

template <typename Real>
void FullBatchSession<Real>::exchangeState(StateArchive& archive) {
  TypedSession<Real>::exchangeState(archive);
  // Values of samples that have gone are of no use.
  uint8_t isLocated = isLocated_ && isOfPresentSamples(), isStuck = isStuck_;
  archive.number(isLocated);
  archive.number(isStuck);
  archive.number(value_);
  isLocated_ = isLocated != 0;
  isStuck_ = isStuck != 0;
  for (std::vector<double>* vector : {&position_, &gradient_}) archive.numbers(vector->data(), vector->size());
  if (lbfgs_) lbfgs_->exchangeState(archive);
  else marquardt_->exchangeState(archive);
}

template <typename Real>
void FullBatchSession<Real>::stateRestored() {
  // Without one, the next step would take its place for a new one.
  if (isLocated_) makeObjective();
}

template <typename Real>
void FullBatchSession<Real>::locate(const GoOn& goOn) {
  const bool isNew = !isOfPresentSamples();
  if (isNew) makeObjective();
  this->getParameters(present_.data());
  if (isLocated_ && !isNew && present_ == position_) return;
  isLocated_ = false;
  isStuck_ = false;
  // What the pairs know is of elsewhere.
  if (lbfgs_) lbfgs_->forget();
  position_ = present_;
  value_ = objective_->lossAndGradient(position_.data(), gradient_.data(), goOn);
  isLocated_ = true;
}

template <typename Real>
BatchResult FullBatchSession<Real>::batchGradient(const Batch& batch, const GoOn& goOn) {
  const double decay = this->options_.model.optimizer.weightDecay;
  BatchResult result{0, 0, 0};
  try {
    locate(goOn);
  } catch (const Error& error) {
    if (error.code != ErrorCode::Canceled) throw;
    return result;
  }
  const size_t size = position_.size();
  const double length = norm2(position_.data(), size);
  result.loss = value_ - 0.5 * decay * length * length;
  for (size_t i = 0; i < size; ++i) plain_[i] = gradient_[i] - decay * position_[i];
  result.norm = norm2(plain_.data(), size);
  if (this->classifies()) {
    result.right = this->evaluate(SampleSet::Training, goOn).accuracy * static_cast<double>(batch.count);
  }
  return result;
}

template <typename Real>
void FullBatchSession<Real>::layerNorms(std::vector<double>& to) const {
  this->forEachLayer(this->plan_.layers,
                     [&](size_t from, size_t end) { to.push_back(norm2(plain_.data() + from, end - from)); });
}

template <typename Real>
bool FullBatchSession<Real>::update(double rate, const GoOn& goOn) {
  if (isStuck_) return true;
  try {
    isStuck_ = !advance(rate, goOn);
  } catch (const Error& error) {
    if (error.code != ErrorCode::Canceled) throw;
    return false;
  }
  if (!isStuck_) this->setParameters(position_.data());
  return true;
}

template <typename Real>
bool FullBatchSession<Real>::advance(double rate, const GoOn& goOn) {
  const SmoothFunction function = [&](const double* theta, double* gradient) {
    return objective_->lossAndGradient(theta, gradient, goOn);
  };
  double* x = position_.data();
  if (lbfgs_) {
    const double firstStep = this->options_.model.optimizer.learningRate * rate;
    return lbfgs_->step(function, firstStep, x, value_, gradient_.data());
  }
  const MatrixFunction matrix = [&](const double* theta, double* out) {
    objective_->matrix(Operator::GaussNewton, theta, out, goOn);
  };
  return marquardt_->step(function, matrix, objective_->network().team(), goOn, x, value_, gradient_.data());
}

template class FullBatchSession<float>;
template class FullBatchSession<double>;

}  // namespace basin
