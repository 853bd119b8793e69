// The layers one after the other, there and back. Barriers stand before each layer's parameter gradient, which needs all columns.
#include <utility>

#include "layer.h"

namespace basin {
namespace {

/// A thread's questions whether to leave a pass, one before each layer. A block within a block is not interrupted.
template <typename Real>
class Ending {
 public:
  Ending(const Pass<Real>& pass, bool outermost) : pass_(pass), interrupt_(outermost ? pass.interrupt : nullptr) {}
  bool asked() { return interrupt_ != nullptr && interrupt_->ended(*pass_.team, pass_.thread, times_); }

 private:
  const Pass<Real>& pass_;
  Interrupt* const interrupt_;
  uint32_t times_ = 0;
};

}  // namespace

template <typename Real>
Sequence<Real>::Sequence(const std::vector<PlannedLayer>& plans, const KernelTable<Real>& kernels, int capacity, int threads,
                         bool first)
    : outputs_(plans.size()), tangents_(plans.size()), outermost_(first) {
  size_t widest = plans.front().input.size();
  for (const PlannedLayer& plan : plans) {
    widest = std::max(widest, plan.output.size());
    layers_.push_back(make_layer(plan, kernels, capacity, threads, first && layers_.empty()));
  }
  deltaSize_ = widest * static_cast<size_t>(capacity);
  for (Aligned<Real>& delta : delta_) delta = Aligned<Real>(deltaSize_);
}

template <typename Real>
const Real* Sequence<Real>::forward(const Pass<Real>& pass, const Real* input) {
  const Real* at = input;
  Ending ending(pass, outermost_);
  for (size_t index = 0; index < layers_.size(); ++index) {
    if (ending.asked()) return nullptr;
    at = layers_[index]->forward(pass, at);
    // Every thread finds the same place; one writes it down, and all have it after the next barrier.
    if (pass.thread == 0) outputs_[index] = at;
  }
  pass.barrier();
  return at;
}

template <typename Real>
Real* Sequence<Real>::backward(const Pass<Real>& pass, const Real* input, bool toInput) {
  Real* delta = delta_[0].data();
  Real* other = delta_[1].data();
  bool gated = false;
  Ending ending(pass, outermost_);
  for (size_t index = layers_.size(); index-- > 0;) {
    if (ending.asked()) return nullptr;
    const bool last = index == 0;
    Gate<Real> gate = last ? Gate<Real>{} : layers_[index - 1]->gate();
    Real* to = last && !toInput ? nullptr : other;
    const Real* next = layers_[index]->backward(pass, inputOf(index, input), delta, gated, to, gate);
    if (to == nullptr) return nullptr;
    if (next != delta) std::swap(delta, other);
    gated = gate.applied;
  }
  return delta;
}

template <typename Real>
void Sequence<Real>::reserveTangents() {
  if (!deltaTangent_[0].empty()) return;
  for (const auto& layer : layers_) layer->reserveTangents();
  for (Aligned<Real>& delta : deltaTangent_) delta = Aligned<Real>(deltaSize_);
}

template <typename Real>
const Real* Sequence<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  const Real* at = inputTangent;
  Ending ending(pass, outermost_);
  for (size_t index = 0; index < layers_.size(); ++index) {
    if (ending.asked()) return nullptr;
    at = layers_[index]->forwardTangent(pass, inputOf(index, input), at);
    if (pass.thread == 0) tangents_[index] = at;
  }
  pass.barrier();
  return at;
}

template <typename Real>
std::pair<Real*, Real*> Sequence<Real>::backwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent,
                                                        bool toInput) {
  Real* delta = delta_[0].data();
  Real* other = delta_[1].data();
  Real* tangent = deltaTangent_[0].data();
  Real* otherTangent = deltaTangent_[1].data();
  Ending ending(pass, outermost_);
  for (size_t index = layers_.size(); index-- > 0;) {
    if (ending.asked()) return {nullptr, nullptr};
    const bool last = index == 0 && !toInput;
    if (layers_[index]->backwardTangent(pass, inputOf(index, input), tangentOf(index, inputTangent), delta, tangent,
                                        last ? nullptr : other, last ? nullptr : otherTangent)) {
      std::swap(delta, other);
      std::swap(tangent, otherTangent);
    }
    if (last) return {nullptr, nullptr};
  }
  return {delta, tangent};
}

template <typename Real>
void Sequence<Real>::visit(const std::function<void(Layer<Real>&)>& see) {
  for (const auto& layer : layers_) layer->visit(see);
}

template class Sequence<float>;
template class Sequence<double>;

}  // namespace basin
