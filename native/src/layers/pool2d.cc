#include "pool2d.h"

#include "windows.h"

namespace basin {

template <typename Real>
Pool2dLayer<Real>::Pool2dLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity)
    : Layer<Real>(plan, kernels), windows_(windows_of(plan)), output_(plan.output.size() * static_cast<size_t>(capacity)) {}

template <typename Real>
void Pool2dLayer<Real>::pool(const Pass<Real>& pass, const Real* input, const Real* from, Real* to) const {
  if (pass.columns == 0) return;
  const ImageKernels<Real>& images = this->kernels_.images;
  (isMax() ? images.maxPool : images.averagePool)(pooling(pass, input, from, to, Activation::Linear));
}

template <typename Real>
void Pool2dLayer<Real>::poolBackward(const Pass<Real>& pass, const Real* input, const Real* from, Real* to,
                                     Activation gate) const {
  if (pass.columns == 0) return;
  const ImageKernels<Real>& images = this->kernels_.images;
  (isMax() ? images.maxPoolBackward : images.averagePoolBackward)(pooling(pass, input, from, to, gate));
}

template <typename Real>
const Real* Pool2dLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  pool(pass, input, input, output_.data());
  return output_.data();
}

template <typename Real>
Real* Pool2dLayer<Real>::inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>& gate) {
  // The derivative of the activation below follows from the maximum itself.
  gate.applied = isMax() && gate.output != nullptr && gate.output == input;
  poolBackward(pass, input, delta, to, gate.applied ? gate.activation : Activation::Linear);
  return to;
}

template <typename Real>
void Pool2dLayer<Real>::reserveTangents() {
  if (outputTangent_.empty()) outputTangent_ = Aligned<Real>(output_.size());
}

template <typename Real>
const Real* Pool2dLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  if (inputTangent == nullptr) return nullptr;
  pool(pass, input, inputTangent, outputTangent_.data());
  return outputTangent_.data();
}

template <typename Real>
bool Pool2dLayer<Real>::inputDeltaTangent(const Pass<Real>& pass, const Real* input, const Real*, Real* delta,
                                          Real* deltaTangent, Real* to, Real* toTangent) {
  // Which numbers are the largest does not change along a tangent, almost everywhere.
  poolBackward(pass, input, delta, to, Activation::Linear);
  poolBackward(pass, input, deltaTangent, toTangent, Activation::Linear);
  return true;
}

template class Pool2dLayer<float>;
template class Pool2dLayer<double>;

}  // namespace basin
