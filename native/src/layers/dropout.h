// Dropout (Srivastava et al. 2014), inverted: what is kept in training is scaled by 1 / (1 - rate). The masks are those of dropoutMask
// in shared/random.ts, whatever the chunks and threads.
#pragma once

#include "layer.h"

namespace basin {

template <typename Real>
class DropoutLayer final : public Layer<Real> {
 public:
  DropoutLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
  // Curvature is of the evaluated network, which drops nothing.
  void reserveTangents() override {}
  const Real* forwardTangent(const Pass<Real>&, const Real*, const Real* inputTangent) override { return inputTangent; }

 protected:
  Real* inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>& gate) override;

 private:
  int features() const { return static_cast<int>(this->plan_.output.size()); }
  /// Factors 0 or 1 / (1 - rate) of one feature's samples of this thread.
  void drawRow(const Pass<Real>& pass, int feature, Real* factors) const;

  Aligned<Real> output_;
  /// The factors of the present step.
  Aligned<Real> factors_;
};

}  // namespace basin
