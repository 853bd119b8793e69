// A residual block (He et al. 2016): a = f(x + inner(x)).
#pragma once

#include "activated.h"

namespace basin {

template <typename Real>
class ResidualLayer final : public ActivatedLayer<Real> {
 public:
  ResidualLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
  Real* backward(const Pass<Real>& pass, const Real* input, Real* delta, bool gated, Real* to, Gate<Real>& gate) override;
  void reserveTangents() override;
  const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) override;
  bool backwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta, Real* deltaTangent,
                       Real* to, Real* toTangent) override;
  void visit(const std::function<void(Layer<Real>&)>& see) override;

 private:
  /// to = a + b (b may be null), for this thread's columns.
  void add(const Pass<Real>& pass, const Real* a, const Real* b, Real* to) const;

  Sequence<Real> inner_;
};

}  // namespace basin
