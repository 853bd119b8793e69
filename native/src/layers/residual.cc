#include "residual.h"

namespace basin {

template <typename Real>
ResidualLayer<Real>::ResidualLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads)
    : ActivatedLayer<Real>(plan, kernels, capacity), inner_(plan.inner, kernels, capacity, threads, false) {}

template <typename Real>
void ResidualLayer<Real>::add(const Pass<Real>& pass, const Real* a, const Real* b, Real* to) const {
  for (int r = 0; r < this->features(); ++r) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(r) * pass.stride + pass.from;
    for (int c = 0; c < pass.columns; ++c) to[at + c] = b == nullptr ? a[at + c] : a[at + c] + b[at + c];
  }
}

template <typename Real>
const Real* ResidualLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  add(pass, inner_.forward(pass, input), input, this->beforeActivation());
  this->activateAll(pass);
  return this->output_.data();
}

template <typename Real>
Real* ResidualLayer<Real>::backward(const Pass<Real>& pass, const Real* input, Real* delta, bool gated, Real* to, Gate<Real>&) {
  if (!gated) this->activationBackward(pass, delta);
  add(pass, delta, nullptr, inner_.deltas());
  const Real* through = inner_.backward(pass, input, to != nullptr);
  if (to == nullptr) return nullptr;
  add(pass, delta, through, to);
  // The inner blocks may be written again only when all threads are done with them.
  pass.barrier();
  return to;
}

template <typename Real>
void ResidualLayer<Real>::reserveTangents() {
  ActivatedLayer<Real>::reserveTangents();
  inner_.reserveTangents();
}

template <typename Real>
const Real* ResidualLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  const Real* through = inner_.forwardTangent(pass, input, inputTangent);
  // Without parameters inside, no tangent stays none; zeros are simpler than a special case above.
  Real* to = this->tangentBefore();
  if (through != nullptr) {
    add(pass, through, inputTangent, to);
  } else {
    for (int r = 0; r < this->features(); ++r) {
      std::fill_n(to + static_cast<ptrdiff_t>(r) * pass.stride + pass.from, pass.columns, Real{0});
    }
  }
  this->activateTangent(pass);
  return this->outputTangent_.data();
}

template <typename Real>
bool ResidualLayer<Real>::backwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta,
                                          Real* deltaTangent, Real* to, Real* toTangent) {
  this->activationBackwardTangent(pass, delta, deltaTangent);
  add(pass, delta, nullptr, inner_.deltas());
  add(pass, deltaTangent, nullptr, inner_.deltaTangents());
  const auto [through, throughTangent] = inner_.backwardTangent(pass, input, inputTangent, to != nullptr);
  if (to == nullptr) return false;
  add(pass, delta, through, to);
  add(pass, deltaTangent, throughTangent, toTangent);
  pass.barrier();
  return true;
}

template <typename Real>
void ResidualLayer<Real>::visit(const std::function<void(Layer<Real>&)>& see) {
  see(*this);
  inner_.visit(see);
}

template class ResidualLayer<float>;
template class ResidualLayer<double>;

}  // namespace basin
