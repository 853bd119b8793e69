// Convolution and pooling as straightforward loops: what the fast ones are compared with.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/table.h"

namespace basin {
namespace {

/// Calls f(output place, input place, tap) for all places of the input that windows look at, places and taps counted row by row.
template <typename Function>
void each_pair(const Windows& w, const Function& f) {
  for (int y = 0; y < w.outputHeight; ++y) {
    for (int x = 0; x < w.outputWidth; ++x) {
      for (int i = 0; i < w.kernelHeight; ++i) {
        const int fromY = y * w.strideHeight - w.paddingHeight + i;
        if (fromY < 0 || fromY >= w.height) continue;
        for (int j = 0; j < w.kernelWidth; ++j) {
          const int fromX = x * w.strideWidth - w.paddingWidth + j;
          if (fromX < 0 || fromX >= w.width) continue;
          f(y * w.outputWidth + x, fromY * w.width + fromX, i * w.kernelWidth + j);
        }
      }
    }
  }
}

ConvolutionRoom room(const Windows& w) {
  const auto product = [](int a, int b) { return static_cast<size_t>(a) * static_cast<size_t>(b); };
  return {product(w.outputs, w.channels) * product(w.kernelHeight, w.kernelWidth), 0};
}

template <typename Real>
void pack_weights(const Windows& w, Way, const Real* weights, Real* packed) {
  std::copy_n(weights, room(w).packed, packed);
}

template <typename Real>
void finish(const Convolution<Real>& g, Real& value, ptrdiff_t at) {
  const auto slope = [](Activation activation, Real x) {
    if (activation == Activation::Relu) return x > 0 ? Real{1} : Real{0};
    return activation == Activation::LeakyRelu && !(x > 0) ? static_cast<Real>(leakySlope) : Real{1};
  };
  value *= slope(g.activation, value);
  // Relu and its leaky kind keep the sign, so the output tells the slope.
  if (g.gate != nullptr) value *= slope(g.gateActivation, g.gate[at]);
}

template <typename Real>
void convolve(Way way, const Convolution<Real>& g) {
  const Windows& w = g.windows;
  const bool forward = way == Way::Forward;
  const int taps = w.kernelHeight * w.kernelWidth;
  const int inputPlaces = w.height * w.width, outputPlaces = w.outputHeight * w.outputWidth;
  const int channels = forward ? w.outputs : w.channels;
  const int places = forward ? outputPlaces : inputPlaces;
  for (int c = 0; c < channels * places; ++c) {
    Real* to = g.to + c * g.stride;
    if (!g.accumulate) std::fill_n(to, g.columns, g.bias == nullptr ? Real{0} : g.bias[c / places]);
  }
  for (int o = 0; o < w.outputs; ++o) {
    for (int c = 0; c < w.channels; ++c) {
      const Real* weights = g.packed + (static_cast<ptrdiff_t>(o) * w.channels + c) * taps;
      each_pair(w, [&](int outputPlace, int inputPlace, int tap) {
        const ptrdiff_t outputAt = (static_cast<ptrdiff_t>(o) * outputPlaces + outputPlace) * g.stride;
        const ptrdiff_t inputAt = (static_cast<ptrdiff_t>(c) * inputPlaces + inputPlace) * g.stride;
        const Real* from = g.from + (forward ? inputAt : outputAt);
        Real* to = g.to + (forward ? outputAt : inputAt);
        for (int b = 0; b < g.columns; ++b) to[b] += weights[tap] * from[b];
      });
    }
  }
  for (int c = 0; c < channels * places; ++c) {
    for (int b = 0; b < g.columns; ++b) finish(g, g.to[c * g.stride + b], c * g.stride + b);
  }
}

template <typename Real>
void filter_gradient(const FilterGradient<Real>& g) {
  const Windows& w = g.windows;
  const int taps = w.kernelHeight * w.kernelWidth;
  const int inputPlaces = w.height * w.width, outputPlaces = w.outputHeight * w.outputWidth;
  for (int o = g.first; o < g.first + g.count; ++o) {
    for (int c = 0; c < w.channels; ++c) {
      Real* weights = g.weights + (static_cast<ptrdiff_t>(o) * w.channels + c) * taps;
      if (!g.accumulate) std::fill_n(weights, taps, Real{0});
      each_pair(w, [&](int outputPlace, int inputPlace, int tap) {
        const Real* delta = g.delta + (static_cast<ptrdiff_t>(o) * outputPlaces + outputPlace) * g.stride;
        const Real* input = g.input + (static_cast<ptrdiff_t>(c) * inputPlaces + inputPlace) * g.stride;
        double sum = 0;
        for (int b = 0; b < g.columns; ++b) sum += static_cast<double>(delta[b]) * input[b];
        weights[tap] += static_cast<Real>(sum);
      });
    }
    if (g.bias == nullptr) continue;
    double sum = g.accumulate ? g.bias[o] : 0;
    for (int place = 0; place < outputPlaces; ++place) {
      const Real* delta = g.delta + (static_cast<ptrdiff_t>(o) * outputPlaces + place) * g.stride;
      for (int b = 0; b < g.columns; ++b) sum += delta[b];
    }
    g.bias[o] = static_cast<Real>(sum);
  }
}

/// Calls f(output place, input place, column), over all places of all channels, with the input place of each window's first maximum.
template <typename Real, typename Function>
void each_maximum(const Pooling<Real>& p, const Function& f) {
  const Windows& w = p.windows;
  const int inputPlaces = w.height * w.width, outputPlaces = w.outputHeight * w.outputWidth;
  std::vector<int> best(static_cast<size_t>(outputPlaces));
  for (int c = 0; c < w.channels; ++c) {
    const Real* image = p.input + static_cast<ptrdiff_t>(c) * inputPlaces * p.stride;
    for (int b = 0; b < p.columns; ++b) {
      std::fill(best.begin(), best.end(), -1);
      each_pair(w, [&](int outputPlace, int inputPlace, int) {
        int& at = best[static_cast<size_t>(outputPlace)];
        const Real value = image[inputPlace * p.stride + b];
        // What is not a number stays, as in PyTorch.
        if (at < 0 || value > image[at * p.stride + b] || (std::isnan(value) && !std::isnan(image[at * p.stride + b]))) at = inputPlace;
      });
      for (int place = 0; place < outputPlaces; ++place) {
        f((static_cast<ptrdiff_t>(c) * outputPlaces + place) * p.stride + b,
          (static_cast<ptrdiff_t>(c) * inputPlaces + best[static_cast<size_t>(place)]) * p.stride + b);
      }
    }
  }
}

/// Zeros for all inputs of this call's columns.
template <typename Real>
void clear_inputs(const Pooling<Real>& p, Real* to) {
  const Windows& w = p.windows;
  for (int place = 0; place < w.channels * w.height * w.width; ++place) std::fill_n(to + place * p.stride, p.columns, Real{0});
}

template <typename Real>
void max_pool(const Pooling<Real>& p, Real* output) {
  each_maximum(p, [&](ptrdiff_t to, ptrdiff_t from) { output[to] = p.input[from]; });
}

template <typename Real>
void max_pool_backward(const Pooling<Real>& p, const Real* delta, Real* inputDelta) {
  clear_inputs(p, inputDelta);
  each_maximum(p, [&](ptrdiff_t output, ptrdiff_t input) { inputDelta[input] += delta[output]; });
}

template <typename Real>
void max_pool_tangent(const Pooling<Real>& p, const Real* inputTangent, Real* outputTangent) {
  each_maximum(p, [&](ptrdiff_t output, ptrdiff_t input) { outputTangent[output] = inputTangent[input]; });
}

template <typename Real>
void average_pool(const Pooling<Real>& p, Real* output) {
  const Windows& w = p.windows;
  const int inputPlaces = w.height * w.width, outputPlaces = w.outputHeight * w.outputWidth;
  const Real share = Real{1} / static_cast<Real>(w.kernelHeight * w.kernelWidth);
  for (int c = 0; c < w.channels; ++c) {
    const ptrdiff_t to = static_cast<ptrdiff_t>(c) * outputPlaces, from = static_cast<ptrdiff_t>(c) * inputPlaces;
    for (int place = 0; place < outputPlaces; ++place) std::fill_n(output + (to + place) * p.stride, p.columns, Real{0});
    each_pair(w, [&](int outputPlace, int inputPlace, int) {
      for (int b = 0; b < p.columns; ++b) output[(to + outputPlace) * p.stride + b] += share * p.input[(from + inputPlace) * p.stride + b];
    });
  }
}

template <typename Real>
void average_pool_backward(const Pooling<Real>& p, const Real* delta, Real* inputDelta) {
  const Windows& w = p.windows;
  const int inputPlaces = w.height * w.width, outputPlaces = w.outputHeight * w.outputWidth;
  const Real share = Real{1} / static_cast<Real>(w.kernelHeight * w.kernelWidth);
  clear_inputs(p, inputDelta);
  for (int c = 0; c < w.channels; ++c) {
    const ptrdiff_t from = static_cast<ptrdiff_t>(c) * outputPlaces, to = static_cast<ptrdiff_t>(c) * inputPlaces;
    each_pair(w, [&](int outputPlace, int inputPlace, int) {
      for (int b = 0; b < p.columns; ++b) inputDelta[(to + inputPlace) * p.stride + b] += share * delta[(from + outputPlace) * p.stride + b];
    });
  }
}

}  // namespace

template <typename Real>
ImageKernels<Real> referenceImages() {
  return {room,           pack_weights<Real>,      convolve<Real>,          filter_gradient<Real>,
          max_pool<Real>, max_pool_backward<Real>, max_pool_tangent<Real>, average_pool<Real>,
          average_pool_backward<Real>};
}

template ImageKernels<float> referenceImages<float>();
template ImageKernels<double> referenceImages<double>();

}  // namespace basin
