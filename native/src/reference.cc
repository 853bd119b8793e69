// Every kernel as straightforward loops with sums in a wider type: what the fast ones are compared with. Chosen by
// BASIN_SIMD=reference.
#include <cmath>

#include "kernels/table.h"
#include "random.h"
#include "reference_numbers.h"

namespace basin {
namespace {

using namespace reference;

template <typename Real>
void gemm(const Gemm<Real>& g) {
  for (int r = 0; r < g.rows; ++r) {
    for (int c = 0; c < g.columns; ++c) {
      Real* to = g.c + r * g.cRow + c;
      Wide<Real> total = g.accumulate ? *to : g.bias != nullptr ? g.bias[r] : 0;
      for (int k = 0; k < g.depth; ++k) total += Wide<Real>{g.a[r * g.aRow + k * g.aStep]} * g.b[k * g.bStep + c];
      total = value_at<Real>(g.activation, total);
      if (g.gate != nullptr) total *= slope_at<Real>(g.gateActivation, 0, g.gate[r * g.cRow + c]);
      *to = static_cast<Real>(total);
      if (g.squares != nullptr) *g.squares += double{*to} * *to;
    }
  }
}

template <typename Real>
void sum_rows(const Real* rows, ptrdiff_t stride, int count, int columns, Real* sums, bool accumulate) {
  for (int r = 0; r < count; ++r) {
    Wide<Real> total = accumulate ? sums[r] : 0;
    for (int c = 0; c < columns; ++c) total += rows[r * stride + c];
    sums[r] = static_cast<Real>(total);
  }
}

template <typename Real>
void weight_gradient(const WeightGradient<Real>& g) {
  for (int o = 0; o < g.outputs; ++o) {
    for (int i = 0; i < g.inputs; ++i) {
      Real* to = g.weights + o * g.inputs + i;
      Wide<Real> total = g.accumulate ? *to : 0;
      for (int c = 0; c < g.columns; ++c) total += Wide<Real>{g.delta[o * g.stride + c]} * g.input[i * g.stride + c];
      *to = static_cast<Real>(total);
    }
  }
  sum_rows(g.delta, g.stride, g.outputs, g.columns, g.bias, g.accumulate);
}

template <typename Real>
void transpose(const Real* from, ptrdiff_t from_stride, int rows, int columns, Real* to, ptrdiff_t to_stride) {
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
  }
}

template <typename Function>
void each_place(Extent e, Function function) {
  for (int r = 0; r < e.rows; ++r) {
    for (int c = 0; c < e.columns; ++c) function(r * e.stride + c);
  }
}

template <typename Real>
void activate(Activation activation, Extent e, const Real* z, Real* a) {
  each_place(e, [=](ptrdiff_t i) { a[i] = static_cast<Real>(value_at<Real>(activation, z[i])); });
}

template <typename Real>
void activate_backward(Activation activation, Extent e, Real* delta, const Real* z, const Real* a) {
  each_place(e, [=](ptrdiff_t i) { delta[i] = static_cast<Real>(delta[i] * slope_at<Real>(activation, z[i], a[i])); });
}

template <typename Real>
void activate_tangent(Activation activation, Extent e, const Real* z, const Real* a, const Real* z_tangent, Real* a_tangent) {
  each_place(e, [=](ptrdiff_t i) {
    a_tangent[i] = static_cast<Real>(z_tangent[i] * slope_at<Real>(activation, z[i], a[i]));
  });
}

template <typename Real>
void activate_backward_tangent(Activation activation, Extent e, const Real* z, const Real* a, const Real* z_tangent,
                               Real* delta, Real* delta_tangent) {
  each_place(e, [=](ptrdiff_t i) {
    const Wide<Real> first = slope_at<Real>(activation, z[i], a[i]);
    const Wide<Real> second = bend_at<Real>(activation, z[i], a[i]);
    delta_tangent[i] = static_cast<Real>(first * delta_tangent[i] + second * z_tangent[i] * delta[i]);
    delta[i] = static_cast<Real>(first * delta[i]);
  });
}

template <typename Real>
int best_of_column(const Real* z, ptrdiff_t stride, int features) {
  int best = 0;
  for (int j = 1; j < features; ++j) {
    if (z[j * stride] > z[best * stride]) best = j;
  }
  return best;
}

/// Logarithm of the sum of the exponentials.
template <typename Real>
Wide<Real> log_sum(const Real* z, ptrdiff_t stride, int features) {
  const Wide<Real> largest = z[best_of_column(z, stride, features) * stride];
  Wide<Real> total = 0;
  for (int j = 0; j < features; ++j) total += std::exp(z[j * stride] - largest);
  return largest + std::log(total);
}

template <typename Real>
void softmax(Real* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; ++c) {
    const Wide<Real> all = log_sum(a + c, stride, features);
    for (int j = 0; j < features; ++j) {
      Real& value = a[j * stride + c];
      value = static_cast<Real>(std::exp(value - all));
    }
  }
}

template <typename Real>
void softmax_backward(Real* delta, const Real* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; ++c) {
    Wide<Real> mean = 0;
    for (int j = 0; j < features; ++j) mean += Wide<Real>{delta[j * stride + c]} * a[j * stride + c];
    for (int j = 0; j < features; ++j) {
      Real& d = delta[j * stride + c];
      d = static_cast<Real>((d - mean) * a[j * stride + c]);
    }
  }
}

template <typename Real>
void softmax_tangent(const Real* a, ptrdiff_t stride, int features, int columns, Real* tangent) {
  softmax_backward(tangent, a, stride, features, columns);
}

template <typename Real>
void softmax_backward_tangent(const Real* a, const Real* a_tangent, Real* delta, Real* delta_tangent, ptrdiff_t stride,
                              int features, int columns) {
  for (int c = 0; c < columns; ++c) {
    Wide<Real> mean = 0, mean_tangent = 0;
    for (int j = 0; j < features; ++j) {
      const ptrdiff_t at = j * stride + c;
      mean += Wide<Real>{delta[at]} * a[at];
      mean_tangent += Wide<Real>{delta_tangent[at]} * a[at] + Wide<Real>{delta[at]} * a_tangent[at];
    }
    for (int j = 0; j < features; ++j) {
      const ptrdiff_t at = j * stride + c;
      delta_tangent[at] = static_cast<Real>((delta_tangent[at] - mean_tangent) * a[at] + (delta[at] - mean) * a_tangent[at]);
      delta[at] = static_cast<Real>((delta[at] - mean) * a[at]);
    }
  }
}

template <typename Real>
LossSum squared_error(const LossInput<Real>& in) {
  Wide<Real> loss = 0;
  each_place({in.outputs, in.columns, in.stride}, [&](ptrdiff_t i) {
    const Wide<Real> error = (Wide<Real>{in.output[i]} - in.target[i]) * in.valid[i % in.stride];
    loss += error * error;
    if (in.delta != nullptr) in.delta[i] = static_cast<Real>(2 * error * in.scale);
  });
  return {static_cast<double>(loss), 0};
}

template <typename Real>
void squared_error_tangent(const LossInput<Real>& in, const Real* output_tangent, Real* delta_tangent) {
  each_place({in.outputs, in.columns, in.stride}, [&](ptrdiff_t i) {
    delta_tangent[i] = static_cast<Real>(Wide<Real>{2} * output_tangent[i] * in.valid[i % in.stride] * in.scale);
  });
}

template <typename Real>
LossSum cross_entropy(const LossInput<Real>& in) {
  Wide<Real> loss = 0;
  double right = 0;
  for (int c = 0; c < in.columns; ++c) {
    const Real* z = in.output + c;
    const int label = static_cast<int>(in.target[c]);
    const Wide<Real> all = log_sum(z, in.stride, in.outputs);
    loss += (all - z[label * in.stride]) * in.valid[c];
    if (best_of_column(z, in.stride, in.outputs) == label) right += static_cast<double>(in.valid[c]);
    if (in.delta == nullptr) continue;
    for (int j = 0; j < in.outputs; ++j) {
      const Wide<Real> share = std::exp(z[j * in.stride] - all);
      in.delta[j * in.stride + c] = static_cast<Real>((share - (j == label ? 1 : 0)) * in.valid[c] * in.scale);
    }
  }
  return {static_cast<double>(loss), right};
}

template <typename Real>
void cross_entropy_tangent(const LossInput<Real>& in, const Real* output_tangent, Real* delta_tangent) {
  for (int c = 0; c < in.columns; ++c) {
    const Wide<Real> all = log_sum(in.output + c, in.stride, in.outputs);
    Wide<Real> mean = 0;
    for (int j = 0; j < in.outputs; ++j) {
      const ptrdiff_t at = j * in.stride + c;
      mean += std::exp(in.output[at] - all) * output_tangent[at];
    }
    for (int j = 0; j < in.outputs; ++j) {
      const ptrdiff_t at = j * in.stride + c;
      const Wide<Real> share = std::exp(in.output[at] - all);
      delta_tangent[at] = static_cast<Real>(share * (output_tangent[at] - mean) * in.valid[c] * in.scale);
    }
  }
}

template <typename Real>
void weighted_sum(const WeightedSum<Real>& s) {
  for (size_t i = 0; i < s.size; ++i) {
    const Wide<Real> second = s.b == nullptr ? 0 : Wide<Real>{s.b[i]} * s.y[i];
    s.to[i] = static_cast<Real>(Wide<Real>{s.a[i]} * s.x[i] + second);
  }
}

template <typename Real>
void outer_rows(const OuterRows<Real>& r) {
  for (int n = 0; n < r.samples; ++n) {
    for (int o = 0; o < r.outputs; ++o) {
      for (int i = 0; i < r.inputs; ++i) {
        const Wide<Real> second = r.t == nullptr ? 0 : Wide<Real>{r.d[n * r.dRow + o]} * r.t[n * r.tRow + i];
        r.to[n * r.toRow + o * r.inputs + i] = static_cast<Real>(Wide<Real>{r.s[n * r.sRow + o]} * r.x[n * r.xRow + i] + second);
      }
    }
  }
}

template <typename Real>
double sum_squares(const Real* values, size_t size) {
  Wide<Real> total = 0;
  for (size_t i = 0; i < size; ++i) total += Wide<Real>{values[i]} * values[i];
  return static_cast<double>(total);
}

void random_words(const RandomBlocks& r) {
  for (uint32_t i = 0; i < r.count; ++i) {
    const RandomBlock block = philox({r.key[0], r.key[1]}, {r.first + i, 0, r.stream, 0});
    for (size_t word = 0; word < 4; ++word) r.words[4 * i + word] = block[word];
  }
}

/// Decays parameter i where AdamW asks for it, and returns its gradient with the L2 term.
template <typename Real>
Real decayed(const Update<Real>& u, size_t i) {
  const Real gradient = u.gradient[i] + u.weightDecay * u.parameters[i];
  u.parameters[i] *= 1 - u.decoupledDecay;
  return gradient;
}

template <typename Real>
void sgd(const Update<Real>& u) {
  for (size_t i = 0; i < u.size; ++i) {
    Real direction = decayed(u, i);
    if (u.decay1 != 0) {
      const Real gradient = direction;
      u.first[i] = u.decay1 * u.first[i] + gradient;
      direction = u.nesterov ? gradient + u.decay1 * u.first[i] : u.first[i];
    }
    u.parameters[i] -= u.learningRate * direction;
  }
}

template <typename Real>
void rmsprop(const Update<Real>& u) {
  for (size_t i = 0; i < u.size; ++i) {
    const Real g = decayed(u, i);
    u.second[i] = u.decay2 * u.second[i] + u.rest2 * g * g;
    u.parameters[i] -= u.learningRate * g / (std::sqrt(u.second[i]) + u.epsilon);
  }
}

template <typename Real>
void adam(const Update<Real>& u) {
  for (size_t i = 0; i < u.size; ++i) {
    const Real g = decayed(u, i);
    u.first[i] = u.decay1 * u.first[i] + u.rest1 * g;
    u.second[i] = u.decay2 * u.second[i] + u.rest2 * g * g;
    u.parameters[i] -= u.learningRate * u.first[i] / (std::sqrt(u.second[i]) * u.secondScale + u.epsilon);
  }
}

}  // namespace

template <typename Real>
const KernelTable<Real>& referenceKernels() {
  static const KernelTable<Real> table = {"reference",
                                          gemm<Real>,
                                          weight_gradient<Real>,
                                          sum_rows<Real>,
                                          transpose<Real>,
                                          activate<Real>,
                                          activate_backward<Real>,
                                          activate_tangent<Real>,
                                          activate_backward_tangent<Real>,
                                          softmax<Real>,
                                          softmax_backward<Real>,
                                          softmax_tangent<Real>,
                                          softmax_backward_tangent<Real>,
                                          squared_error<Real>,
                                          cross_entropy<Real>,
                                          squared_error_tangent<Real>,
                                          cross_entropy_tangent<Real>,
                                          weighted_sum<Real>,
                                          outer_rows<Real>,
                                          sum_squares<Real>,
                                          random_words,
                                          sgd<Real>,
                                          rmsprop<Real>,
                                          adam<Real>,
                                          referenceImages<Real>()};
  return table;
}

template const KernelTable<float>& referenceKernels<float>();
template const KernelTable<double>& referenceKernels<double>();

}  // namespace basin
