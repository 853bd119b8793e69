#include "dropout.h"

namespace basin {

template <typename Real>
DropoutLayer<Real>::DropoutLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity)
    : Layer<Real>(plan, kernels),
      output_(plan.output.size() * static_cast<size_t>(capacity)),
      factors_(output_.size()) {}

template <typename Real>
void DropoutLayer<Real>::drawRow(const Pass<Real>& pass, int feature, Real* factors) const {
  constexpr int together = 64;
  uint32_t words[4 * (together / 4 + 1)];
  const double rate = this->plan_.spec.rate;
  const auto kept = static_cast<Real>(1 / (1 - rate));
  const uint32_t layerKey = pass.dropoutKey[1] + 0x10000u * (this->plan_.dropoutIndex + 1);
  const int end = std::min(pass.samples - pass.from, pass.columns);
  for (int column = 0; column < end; column += together) {
    const int count = std::min(together, end - column);
    const uint64_t first = static_cast<uint64_t>(feature) * pass.batchSize + pass.batchStart +
                           static_cast<uint64_t>(pass.from + column);
    const auto skipped = static_cast<int>(first % 4);
    const auto blocks = static_cast<uint32_t>((skipped + count + 3) / 4);
    this->kernels_.randomWords({{pass.dropoutKey[0], layerKey}, pass.step, static_cast<uint32_t>(first / 4), blocks, words});
    for (int i = 0; i < count; ++i) {
      const double share = (words[skipped + i] >> 8) / 16777216.0;
      factors[column + i] = share >= rate ? kept : Real{0};
    }
  }
  std::fill(factors + std::max(end, 0), factors + pass.columns, Real{0});
}

template <typename Real>
const Real* DropoutLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  if (pass.mode == Mode::Evaluation) return input;
  for (int feature = 0; feature < features(); ++feature) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(feature) * pass.stride + pass.from;
    Real* factors = factors_.data() + at;
    drawRow(pass, feature, factors);
    for (int c = 0; c < pass.columns; ++c) output_[static_cast<size_t>(at + c)] = input[at + c] * factors[c];
  }
  return output_.data();
}

template <typename Real>
Real* DropoutLayer<Real>::inputDelta(const Pass<Real>& pass, const Real*, Real* delta, Real*, Gate<Real>&) {
  if (pass.mode == Mode::Evaluation) return delta;
  for (int feature = 0; feature < features(); ++feature) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(feature) * pass.stride + pass.from;
    for (int c = 0; c < pass.columns; ++c) delta[at + c] *= factors_[static_cast<size_t>(at + c)];
  }
  return delta;
}

template class DropoutLayer<float>;
template class DropoutLayer<double>;

}  // namespace basin
