// Convolution and pooling place by place, with sums in a wider type.
#include <algorithm>
#include <cmath>
#include <vector>

#include "reference_numbers.h"

namespace basin {
namespace {

using namespace reference;

/// Calls function(input place, output place, place in the kernel) for all that meet, in one channel.
template <typename Function>
void each_meeting(const Windows& w, Function function) {
  for (int y = 0; y < w.outputHeight; ++y) {
    for (int x = 0; x < w.outputWidth; ++x) {
      for (int i = 0; i < w.kernelHeight; ++i) {
        for (int j = 0; j < w.kernelWidth; ++j) {
          const int row = y * w.strideHeight - w.paddingHeight + i;
          const int column = x * w.strideWidth - w.paddingWidth + j;
          if (row < 0 || row >= w.height || column < 0 || column >= w.width) continue;
          function(row * w.width + column, y * w.outputWidth + x, i * w.kernelWidth + j);
        }
      }
    }
  }
}

/// Places of a channel of the input and of the output, and of a kernel.
struct Places {
  explicit Places(const Windows& w)
      : input(w.height * w.width), output(w.outputHeight * w.outputWidth), kernel(w.kernelHeight * w.kernelWidth) {}
  ptrdiff_t input, output, kernel;
};

/// Where the largest number of each output of a channel is, for one column.
template <typename Real>
std::vector<ptrdiff_t> best_places(const Windows& w, const Real* input, ptrdiff_t stride) {
  std::vector<ptrdiff_t> best(static_cast<size_t>(w.outputHeight * w.outputWidth), -1);
  each_meeting(w, [&](ptrdiff_t from, ptrdiff_t to, ptrdiff_t) {
    ptrdiff_t& place = best[static_cast<size_t>(to)];
    const Real value = input[from * stride];
    if (place < 0 || value > input[place * stride] || std::isnan(value)) place = from;
  });
  return best;
}

/// Calls function(channel's first input, channel's first output) for each channel and column.
template <typename Real, typename Function>
void each_image(const Pooling<Real>& p, Function function) {
  const Places places(p.windows);
  for (int c = 0; c < p.windows.channels; ++c) {
    for (int b = 0; b < p.columns; ++b) function(c * places.input * p.stride + b, c * places.output * p.stride + b);
  }
}

ConvolutionRoom convolution_room(const Windows& w) {
  const Places places(w);
  return {static_cast<size_t>(w.outputs * w.channels * places.kernel), 0};
}

template <typename Real>
void pack_weights(Way, const Windows& w, const Real* weights, Real* packed, int part, int) {
  if (part == 0) std::copy_n(weights, convolution_room(w).packed, packed);
}

template <typename Real>
void convolve(Way way, const Convolution<Real>& g) {
  const Windows& w = g.windows;
  const Places places(w);
  const bool forward = way == Way::Forward;
  const int features = forward ? w.outputs : w.channels, depth = forward ? w.channels : w.outputs;
  const ptrdiff_t toPlaces = forward ? places.output : places.input, fromPlaces = forward ? places.input : places.output;
  std::vector<Wide<Real>> totals(static_cast<size_t>(toPlaces * g.columns));
  for (int f = 0; f < features; ++f) {
    std::fill(totals.begin(), totals.end(), g.bias == nullptr ? 0 : g.bias[f]);
    for (int d = 0; d < depth; ++d) {
      const int output = forward ? f : d, channel = forward ? d : f;
      const Real* weights = g.packed + (output * w.channels + channel) * places.kernel;
      each_meeting(w, [&](ptrdiff_t in, ptrdiff_t out, ptrdiff_t tap) {
        Wide<Real>* total = totals.data() + (forward ? out : in) * g.columns;
        const Real* from = g.from + (d * fromPlaces + (forward ? in : out)) * g.stride;
        for (int b = 0; b < g.columns; ++b) total[b] += Wide<Real>{weights[tap]} * from[b];
      });
    }
    const Wide<Real>* total = totals.data();
    for (ptrdiff_t place = 0; place < toPlaces; ++place) {
      for (int b = 0; b < g.columns; ++b, ++total) {
        const ptrdiff_t at = (f * toPlaces + place) * g.stride + b;
        const Wide<Real> slope = g.gate == nullptr ? 1 : slope_at<Real>(g.gateActivation, 0, g.gate[at]);
        g.to[at] = static_cast<Real>(value_at<Real>(g.activation, *total + (g.accumulate ? g.to[at] : 0)) * slope);
      }
    }
  }
}

template <typename Real>
void filter_gradient(const FilterGradient<Real>& g) {
  const Windows& w = g.windows;
  const Places places(w);
  std::vector<Wide<Real>> totals(static_cast<size_t>(places.kernel));
  for (int o = g.first; o < g.first + g.count; ++o) {
    const Real* delta = g.delta + o * places.output * g.stride;
    for (int c = 0; c < w.channels; ++c) {
      const Real* input = g.input + c * places.input * g.stride;
      Real* to = g.weights + (o * w.channels + c) * places.kernel;
      std::fill(totals.begin(), totals.end(), Wide<Real>{0});
      each_meeting(w, [&](ptrdiff_t in, ptrdiff_t out, ptrdiff_t tap) {
        Wide<Real>& total = totals[static_cast<size_t>(tap)];
        for (int b = 0; b < g.columns; ++b) total += Wide<Real>{input[in * g.stride + b]} * delta[out * g.stride + b];
      });
      for (ptrdiff_t tap = 0; tap < places.kernel; ++tap) {
        to[tap] = static_cast<Real>(totals[static_cast<size_t>(tap)] + (g.accumulate ? to[tap] : 0));
      }
    }
    if (g.bias == nullptr) continue;
    Wide<Real> total = g.accumulate ? g.bias[o] : 0;
    for (ptrdiff_t place = 0; place < places.output; ++place) {
      for (int b = 0; b < g.columns; ++b) total += delta[place * g.stride + b];
    }
    g.bias[o] = static_cast<Real>(total);
  }
}

template <typename Real>
void max_pool(const Pooling<Real>& p) {
  each_image(p, [&](ptrdiff_t input, ptrdiff_t output) {
    const std::vector<ptrdiff_t> best = best_places(p.windows, p.input + input, p.stride);
    for (size_t i = 0; i < best.size(); ++i) p.to[output + static_cast<ptrdiff_t>(i) * p.stride] = p.from[input + best[i] * p.stride];
  });
}

template <typename Real>
void max_pool_backward(const Pooling<Real>& p) {
  const Places places(p.windows);
  each_image(p, [&](ptrdiff_t input, ptrdiff_t output) {
    const std::vector<ptrdiff_t> best = best_places(p.windows, p.input + input, p.stride);
    for (ptrdiff_t place = 0; place < places.input; ++place) p.to[input + place * p.stride] = 0;
    for (size_t i = 0; i < best.size(); ++i) {
      const ptrdiff_t at = input + best[i] * p.stride;
      const Wide<Real> slope = slope_at<Real>(p.gate, 0, p.input[at]);
      p.to[at] += static_cast<Real>(slope * p.from[output + static_cast<ptrdiff_t>(i) * p.stride]);
    }
  });
}

template <typename Real>
void average_pool(const Pooling<Real>& p) {
  const Places places(p.windows);
  std::vector<Wide<Real>> totals(static_cast<size_t>(places.output));
  each_image(p, [&](ptrdiff_t input, ptrdiff_t output) {
    std::fill(totals.begin(), totals.end(), Wide<Real>{0});
    each_meeting(p.windows, [&](ptrdiff_t in, ptrdiff_t out, ptrdiff_t) {
      totals[static_cast<size_t>(out)] += p.from[input + in * p.stride];
    });
    for (ptrdiff_t i = 0; i < places.output; ++i) {
      p.to[output + i * p.stride] = static_cast<Real>(totals[static_cast<size_t>(i)] / places.kernel);
    }
  });
}

template <typename Real>
void average_pool_backward(const Pooling<Real>& p) {
  const Places places(p.windows);
  std::vector<Wide<Real>> totals(static_cast<size_t>(places.input));
  each_image(p, [&](ptrdiff_t input, ptrdiff_t output) {
    std::fill(totals.begin(), totals.end(), Wide<Real>{0});
    each_meeting(p.windows, [&](ptrdiff_t in, ptrdiff_t out, ptrdiff_t) {
      totals[static_cast<size_t>(in)] += p.from[output + out * p.stride];
    });
    for (ptrdiff_t i = 0; i < places.input; ++i) {
      p.to[input + i * p.stride] = static_cast<Real>(totals[static_cast<size_t>(i)] / places.kernel);
    }
  });
}

}  // namespace

template <typename Real>
ImageKernels<Real> referenceImages() {
  return {convolution_room, pack_weights<Real>,      convolve<Real>,     filter_gradient<Real>,
          max_pool<Real>,   max_pool_backward<Real>, average_pool<Real>, average_pool_backward<Real>};
}

template ImageKernels<float> referenceImages<float>();
template ImageKernels<double> referenceImages<double>();

}  // namespace basin
