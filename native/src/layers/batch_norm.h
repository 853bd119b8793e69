// Batch normalisation (Ioffe and Szegedy 2015): a = f(gamma (x - mean) / sqrt(variance + epsilon) + beta) for each channel, over the
// batch and the pixels. Parameters: gamma [C], then beta [C]. Training needs the whole batch in one chunk.
#pragma once

#include "activated.h"

namespace basin {

template <typename Real>
class BatchNormLayer final : public ActivatedLayer<Real> {
 public:
  BatchNormLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
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
  int channels() const { return this->plan_.input.channels; }
  int pixels() const { return this->plan_.input.height * this->plan_.input.width; }
  ptrdiff_t channelAt(const Pass<Real>& pass, int channel) const {
    return static_cast<ptrdiff_t>(channel) * pixels() * pass.stride;
  }
  Real gamma(const Pass<Real>& pass, int channel) const { return pass.parameters[this->plan_.weightOffset + static_cast<size_t>(channel)]; }
  /// Mean and variance of the batch's samples; running statistics follow.
  void measure(const Pass<Real>& pass, const Real* input, int channel);
  void recall(const Pass<Real>& pass, int channel);
  /// z = gamma (x - mean) / deviation + beta for some columns of a channel.
  void normalise(const Pass<Real>& pass, const Real* input, int channel, int from, int columns);

  /// Of the present pass, for each channel.
  std::vector<double> mean_, inverseDeviation_;
  /// Sums over the batch of dL/dz and of dL/dz times the normalised input.
  std::vector<double> deltaSum_, deltaProduct_;
};

}  // namespace basin
