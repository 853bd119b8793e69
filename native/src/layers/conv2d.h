// A convolution (cross-correlation, as everywhere in the field): a = f(W * x + b), W [filters, channels, kernel height, kernel width].
#pragma once

#include "../kernels/convolution_types.h"
#include "activated.h"

namespace basin {

template <typename Real>
class Conv2dLayer final : public ActivatedLayer<Real> {
 public:
  Conv2dLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
  void reserveTangents() override;
  const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) override;

 protected:
  void parameterGradient(const Pass<Real>& pass, const Real* input, const Real* delta) override;
  void sampleGradients(const Pass<Real>& pass, const Real* input, const Real* delta) override;
  Real* inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>& gate) override;
  void parameterGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, const Real* delta,
                                const Real* deltaTangent) override;
  bool inputDeltaTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta, Real* deltaTangent,
                         Real* to, Real* toTangent) override;

 private:
  /// One convolution of this thread's columns.
  struct Product {
    Way way;
    const Real* packed;
    const Real* from;
    Real* to;
    const Real* bias = nullptr;
    bool accumulate = false;
    Activation activation = Activation::Linear;
    Gate<Real> gate{};
  };
  /// Of one product, for each column.
  double operations() const {
    return 2.0 * static_cast<double>(this->plan_.weights) * windows_.outputHeight * windows_.outputWidth;
  }
  void convolve(const Pass<Real>& pass, const Product& product);
  /// `parameters` of this layer packed for a way, by all threads for all.
  const Real* pack(const Pass<Real>& pass, Way way, const Real* parameters, Aligned<Real>& packed);
  void filterGradient(const Pass<Real>& pass, const Real* input, const Real* delta, Real* gradient, bool withBias, bool accumulate);
  /// Each thread has its own.
  Real* scratch(const Pass<Real>& pass) { return scratch_.data() + static_cast<size_t>(pass.thread) * room_.scratch; }

  const Windows windows_;
  const ConvolutionRoom room_;
  Aligned<Real> packed_;
  Aligned<Real> packedDirection_;
  Aligned<Real> scratch_;
};

}  // namespace basin
