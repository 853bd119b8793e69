// Maximum and average over windows of each channel. The first of several equal maxima counts, as in PyTorch.
#pragma once

#include "../kernels/convolution_types.h"
#include "layer.h"

namespace basin {

template <typename Real>
class Pool2dLayer final : public Layer<Real> {
 public:
  Pool2dLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
  void reserveTangents() override;
  const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) override;

 protected:
  Real* inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>& gate) override;
  bool inputDeltaTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta, Real* deltaTangent,
                         Real* to, Real* toTangent) override;

 private:
  bool isMax() const { return this->plan_.spec.type == LayerType::MaxPool; }
  /// Values at this layer's input to its output, or back, for this thread's columns.
  void pool(const Pass<Real>& pass, const Real* input, const Real* from, Real* to) const;
  void poolBackward(const Pass<Real>& pass, const Real* input, const Real* from, Real* to, Activation gate) const;
  Pooling<Real> pooling(const Pass<Real>& pass, const Real* input, const Real* from, Real* to, Activation gate) const {
    return {windows_, pass.columns, pass.stride, input + pass.from, from + pass.from, to + pass.from, gate};
  }

  const Windows windows_;
  Aligned<Real> output_;
  Aligned<Real> outputTangent_;
};

}  // namespace basin
