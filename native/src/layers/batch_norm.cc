#include "batch_norm.h"

#include <cmath>

namespace basin {
namespace {

/// Sum of f(row, column) over `rows` rows and `columns` columns, in double, in a fixed order that processors can overlap.
template <typename Function>
double sum_over(int rows, int columns, const Function& f) {
  double sums[4] = {0, 0, 0, 0};
  for (int r = 0; r < rows; ++r) {
    int c = 0;
    for (; c + 4 <= columns; c += 4) {
      for (int i = 0; i < 4; ++i) sums[i] += f(r, c + i);
    }
    for (; c < columns; ++c) sums[0] += f(r, c);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

template <typename Real>
BatchNormLayer<Real>::BatchNormLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity)
    : ActivatedLayer<Real>(plan, kernels, capacity),
      mean_(plan.biases),
      inverseDeviation_(plan.biases),
      deltaSum_(plan.biases),
      deltaProduct_(plan.biases) {}

template <typename Real>
void BatchNormLayer<Real>::measure(const Pass<Real>& pass, const Real* input, int channel) {
  const Real* x = input + channelAt(pass, channel);
  const ptrdiff_t stride = pass.stride;
  const auto c = static_cast<size_t>(channel);
  const double count = static_cast<double>(pass.samples) * pixels();
  const double mean = sum_over(pixels(), pass.samples, [&](int r, int b) { return static_cast<double>(x[r * stride + b]); }) / count;
  const double squares = sum_over(pixels(), pass.samples, [&](int r, int b) {
    const double away = x[r * stride + b] - mean;
    return away * away;
  });
  mean_[c] = mean;
  inverseDeviation_[c] = 1 / std::sqrt(squares / count + this->plan_.spec.epsilon);
  // As PyTorch: the running variance is the unbiased one, the one that normalises is not.
  const double momentum = this->plan_.spec.momentum;
  double* running = pass.buffers + this->plan_.bufferOffset;
  running[c] += momentum * (mean - running[c]);
  double& variance = running[static_cast<size_t>(channels()) + c];
  variance += momentum * (squares / std::max(1.0, count - 1) - variance);
}

template <typename Real>
void BatchNormLayer<Real>::recall(const Pass<Real>& pass, int channel) {
  const double* running = pass.buffers + this->plan_.bufferOffset;
  const auto c = static_cast<size_t>(channel);
  mean_[c] = running[c];
  inverseDeviation_[c] = 1 / std::sqrt(running[static_cast<size_t>(channels()) + c] + this->plan_.spec.epsilon);
}

template <typename Real>
void BatchNormLayer<Real>::normalise(const Pass<Real>& pass, const Real* input, int channel, int from, int columns) {
  const auto c = static_cast<size_t>(channel);
  const auto scale = static_cast<Real>(gamma(pass, channel) * inverseDeviation_[c]);
  const auto mean = static_cast<Real>(mean_[c]);
  const Real beta = pass.parameters[this->plan_.biasOffset + c];
  const ptrdiff_t at = channelAt(pass, channel) + from;
  Real* z = this->beforeActivation() + at;
  const Real* x = input + at;
  for (int r = 0; r < pixels(); ++r, z += pass.stride, x += pass.stride) {
    for (int b = 0; b < columns; ++b) z[b] = (x[b] - mean) * scale + beta;
  }
}

template <typename Real>
const Real* BatchNormLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  const Share share = pass.share(this->plan_.biases);
  if (pass.mode == Mode::Training) pass.barrier();
  for (size_t c = share.from; c < share.to && !pass.leaving(); ++c) {
    const int channel = static_cast<int>(c);
    if (pass.mode == Mode::Training) {
      measure(pass, input, channel);
    } else {
      recall(pass, channel);
    }
  }
  pass.barrier();
  for (int channel = 0; channel < channels() && !pass.leaving(); ++channel) normalise(pass, input, channel, pass.from, pass.columns);
  this->activateAll(pass);
  return this->output_.data();
}

template <typename Real>
void BatchNormLayer<Real>::parameterGradient(const Pass<Real>& pass, const Real* input, const Real* delta) {
  const Share share = pass.share(this->plan_.biases);
  for (size_t c = share.from; c < share.to && !pass.leaving(); ++c) {
    const int channel = static_cast<int>(c);
    const Real* x = input + channelAt(pass, channel);
    const Real* d = delta + channelAt(pass, channel);
    const ptrdiff_t stride = pass.stride;
    const double mean = mean_[c];
    const double inverse = inverseDeviation_[c];
    deltaSum_[c] = sum_over(pixels(), pass.samples, [&](int r, int b) { return static_cast<double>(d[r * stride + b]); });
    deltaProduct_[c] = inverse * sum_over(pixels(), pass.samples, [&](int r, int b) {
                         return static_cast<double>(d[r * stride + b]) * (x[r * stride + b] - mean);
                       });
    Real& weight = pass.gradient[this->plan_.weightOffset + c];
    Real& bias = pass.gradient[this->plan_.biasOffset + c];
    weight = static_cast<Real>(deltaProduct_[c]) + (pass.accumulate ? weight : Real{0});
    bias = static_cast<Real>(deltaSum_[c]) + (pass.accumulate ? bias : Real{0});
  }
}

template <typename Real>
Real* BatchNormLayer<Real>::inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real*, Gate<Real>&) {
  // The sums of all channels are needed, and nobody reads this delta any more.
  pass.barrier();
  const bool training = pass.mode == Mode::Training;
  const double count = static_cast<double>(pass.samples) * pixels();
  const int end = std::min(pass.columns, pass.samples - pass.from);
  for (int channel = 0; channel < channels() && !pass.leaving(); ++channel) {
    const auto c = static_cast<size_t>(channel);
    const double inverse = inverseDeviation_[c];
    const auto scale = static_cast<Real>(gamma(pass, channel) * inverse);
    const auto mean = static_cast<Real>(mean_[c]);
    const auto shift = static_cast<Real>(training ? deltaSum_[c] / count : 0);
    const auto slope = static_cast<Real>(training ? deltaProduct_[c] * inverse / count : 0);
    const ptrdiff_t at = channelAt(pass, channel) + pass.from;
    Real* d = delta + at;
    const Real* x = input + at;
    for (int r = 0; r < pixels(); ++r, d += pass.stride, x += pass.stride) {
      // Padding keeps its zeros.
      for (int b = 0; b < end; ++b) d[b] = scale * (d[b] - shift - (x[b] - mean) * slope);
    }
  }
  return delta;
}

template <typename Real>
void BatchNormLayer<Real>::sampleGradients(const Pass<Real>& pass, const Real* input, const Real* delta) {
  for (int channel = 0; channel < channels(); ++channel) {
    const auto c = static_cast<size_t>(channel);
    Real* weight = pass.sampleRows + static_cast<ptrdiff_t>(this->plan_.weightOffset + c) * pass.stride + pass.from;
    Real* bias = pass.sampleRows + static_cast<ptrdiff_t>(this->plan_.biasOffset + c) * pass.stride + pass.from;
    std::fill_n(weight, pass.columns, Real{0});
    std::fill_n(bias, pass.columns, Real{0});
    const auto inverse = static_cast<Real>(inverseDeviation_[c]);
    const auto mean = static_cast<Real>(mean_[c]);
    const ptrdiff_t at = channelAt(pass, channel) + pass.from;
    const Real* d = delta + at;
    const Real* x = input + at;
    for (int r = 0; r < pixels(); ++r, d += pass.stride, x += pass.stride) {
      for (int b = 0; b < pass.columns; ++b) {
        weight[b] += d[b] * (x[b] - mean) * inverse;
        bias[b] += d[b];
      }
    }
  }
}

template <typename Real>
const Real* BatchNormLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  for (int channel = 0; channel < channels(); ++channel) {
    const auto c = static_cast<size_t>(channel);
    const auto inverse = static_cast<Real>(inverseDeviation_[c]);
    const auto mean = static_cast<Real>(mean_[c]);
    const Real gammaTangent = pass.direction[this->plan_.weightOffset + c];
    const Real betaTangent = pass.direction[this->plan_.biasOffset + c];
    const Real scale = gamma(pass, channel) * inverse;
    ptrdiff_t at = channelAt(pass, channel) + pass.from;
    for (int r = 0; r < pixels(); ++r, at += pass.stride) {
      Real* z = this->tangentBefore() + at;
      const Real* x = input + at;
      for (int b = 0; b < pass.columns; ++b) z[b] = gammaTangent * (x[b] - mean) * inverse + betaTangent;
      if (inputTangent == nullptr) continue;
      for (int b = 0; b < pass.columns; ++b) z[b] += scale * inputTangent[at + b];
    }
  }
  this->activateTangent(pass);
  return this->outputTangent_.data();
}

template <typename Real>
void BatchNormLayer<Real>::parameterGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent,
                                                    const Real* delta, const Real* deltaTangent) {
  const Share share = pass.share(this->plan_.biases);
  const ptrdiff_t stride = pass.stride;
  for (size_t c = share.from; c < share.to && !pass.leaving(); ++c) {
    const int channel = static_cast<int>(c);
    const double mean = mean_[c];
    const Real* x = input + channelAt(pass, channel);
    const Real* d = delta + channelAt(pass, channel);
    const Real* dTangent = deltaTangent + channelAt(pass, channel);
    const Real* xTangent = inputTangent == nullptr ? nullptr : inputTangent + channelAt(pass, channel);
    const double product = inverseDeviation_[c] * sum_over(pixels(), pass.samples, [&](int r, int b) {
                             const ptrdiff_t at = r * stride + b;
                             const double along = xTangent == nullptr ? 0 : static_cast<double>(d[at]) * xTangent[at];
                             return static_cast<double>(dTangent[at]) * (x[at] - mean) + along;
                           });
    const double sum = sum_over(pixels(), pass.samples, [&](int r, int b) { return static_cast<double>(dTangent[r * stride + b]); });
    Real& weight = pass.gradientTangent[this->plan_.weightOffset + c];
    Real& bias = pass.gradientTangent[this->plan_.biasOffset + c];
    weight = static_cast<Real>(product) + (pass.accumulate ? weight : Real{0});
    bias = static_cast<Real>(sum) + (pass.accumulate ? bias : Real{0});
  }
}

template <typename Real>
bool BatchNormLayer<Real>::inputDeltaTangent(const Pass<Real>& pass, const Real*, const Real*, Real* delta, Real* deltaTangent,
                                             Real*, Real*) {
  pass.barrier();
  for (int channel = 0; channel < channels(); ++channel) {
    const auto c = static_cast<size_t>(channel);
    const auto inverse = static_cast<Real>(inverseDeviation_[c]);
    const Real scale = gamma(pass, channel) * inverse;
    const Real scaleTangent = pass.direction[this->plan_.weightOffset + c] * inverse;
    ptrdiff_t at = channelAt(pass, channel) + pass.from;
    for (int r = 0; r < pixels(); ++r, at += pass.stride) {
      for (int b = 0; b < pass.columns; ++b) {
        deltaTangent[at + b] = scale * deltaTangent[at + b] + scaleTangent * delta[at + b];
        delta[at + b] *= scale;
      }
    }
  }
  return false;
}

template class BatchNormLayer<float>;
template class BatchNormLayer<double>;

}  // namespace basin
