#include "pool2d.h"

#include "windows.h"

namespace basin {

template <typename Real>
Pool2dLayer<Real>::Pool2dLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity)
    : Layer<Real>(plan, kernels), windows_(windows_of(plan)), output_(plan.output.size() * static_cast<size_t>(capacity)) {}

template <typename Real>
Pooling<Real> Pool2dLayer<Real>::pooling(const Pass<Real>& pass, const Real* input) const {
  return {windows_, pass.columns, pass.stride, input + pass.from};
}

template <typename Real>
const Real* Pool2dLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  if (pass.columns > 0) {
    (isMax() ? this->kernels_.images.maxPool : this->kernels_.images.averagePool)(pooling(pass, input), output_.data() + pass.from);
  }
  return output_.data();
}

template <typename Real>
void Pool2dLayer<Real>::back(const Pass<Real>& pass, const Real* input, const Real* delta, Real* to) const {
  if (pass.columns == 0) return;
  const auto backward = isMax() ? this->kernels_.images.maxPoolBackward : this->kernels_.images.averagePoolBackward;
  backward(pooling(pass, input), delta + pass.from, to + pass.from);
}

template <typename Real>
Real* Pool2dLayer<Real>::inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>&) {
  back(pass, input, delta, to);
  return to;
}

template <typename Real>
void Pool2dLayer<Real>::reserveTangents() {
  if (outputTangent_.empty()) outputTangent_ = Aligned<Real>(output_.size());
}

template <typename Real>
const Real* Pool2dLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  if (inputTangent == nullptr) return nullptr;
  if (pass.columns > 0) {
    Real* to = outputTangent_.data() + pass.from;
    if (isMax()) {
      this->kernels_.images.maxPoolTangent(pooling(pass, input), inputTangent + pass.from, to);
    } else {
      this->kernels_.images.averagePool(pooling(pass, inputTangent), to);
    }
  }
  return outputTangent_.data();
}

template <typename Real>
bool Pool2dLayer<Real>::inputDeltaTangent(const Pass<Real>& pass, const Real* input, const Real*, Real* delta,
                                          Real* deltaTangent, Real* to, Real* toTangent) {
  // Which numbers are the largest does not change along a tangent.
  back(pass, input, delta, to);
  back(pass, input, deltaTangent, toTangent);
  return true;
}

template class Pool2dLayer<float>;
template class Pool2dLayer<double>;

}  // namespace basin
