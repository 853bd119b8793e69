// Every kernel as straightforward loops with sums in double: what the fast ones are compared with. Chosen by BASIN_SIMD=reference.
#include <cmath>
#include <vector>

#include "kernels/table.h"
#include "random.h"

namespace basin {
namespace {

double normal_distribution(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }

double value_at(Activation activation, double x) {
  switch (activation) {
    case Activation::Relu:
      return x > 0 ? x : x * 0.0;
    case Activation::LeakyRelu:
      return x > 0 ? x : leakySlope * x;
    case Activation::Tanh:
      return std::tanh(x);
    case Activation::Sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::Softplus:
      return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
    case Activation::Gelu:
      return x * normal_distribution(x);
    case Activation::Sin:
      return std::sin(x);
    case Activation::Linear:
    case Activation::Softmax:
      return x;
  }
  return x;
}

double slope_at(Activation activation, double x) {
  constexpr double pi = 3.14159265358979323846;
  switch (activation) {
    case Activation::Relu:
      return x > 0 ? 1 : 0;
    case Activation::LeakyRelu:
      return x > 0 ? 1 : leakySlope;
    case Activation::Tanh:
      return 1 - std::tanh(x) * std::tanh(x);
    case Activation::Sigmoid:
      return value_at(Activation::Sigmoid, x) * value_at(Activation::Sigmoid, -x);
    case Activation::Softplus:
      return value_at(Activation::Sigmoid, x);
    case Activation::Gelu:
      return normal_distribution(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * pi);
    case Activation::Sin:
      return std::cos(x);
    case Activation::Linear:
    case Activation::Softmax:
      return 1;
  }
  return 1;
}

void gemm(const Gemm& g) {
  for (int r = 0; r < g.rows; ++r) {
    for (int c = 0; c < g.columns; ++c) {
      float* to = g.c + r * g.cRow + c;
      double total = g.accumulate ? *to : g.bias != nullptr ? g.bias[r] : 0;
      for (int k = 0; k < g.depth; ++k) total += double{g.a[r * g.aRow + k * g.aStep]} * g.b[k * g.bStep + c];
      total = value_at(g.activation, total);
      // Relu and its leaky kind keep the sign, so the output tells the slope.
      if (g.gate != nullptr) total *= slope_at(g.gateActivation, g.gate[r * g.cRow + c]);
      *to = static_cast<float>(total);
      if (g.squares != nullptr) *g.squares += double{*to} * *to;
    }
  }
}

void sum_rows(const float* rows, ptrdiff_t stride, int count, int columns, float* sums, bool accumulate) {
  for (int r = 0; r < count; ++r) {
    double total = accumulate ? sums[r] : 0;
    for (int c = 0; c < columns; ++c) total += rows[r * stride + c];
    sums[r] = static_cast<float>(total);
  }
}

void weight_gradient(const WeightGradient& g) {
  for (int o = 0; o < g.outputs; ++o) {
    for (int i = 0; i < g.inputs; ++i) {
      float* to = g.weights + o * g.inputs + i;
      double total = g.accumulate ? *to : 0;
      for (int c = 0; c < g.columns; ++c) total += double{g.delta[o * g.stride + c]} * g.input[i * g.stride + c];
      *to = static_cast<float>(total);
    }
  }
  sum_rows(g.delta, g.stride, g.outputs, g.columns, g.bias, g.accumulate);
}

void transpose(const float* from, ptrdiff_t from_stride, int rows, int columns, float* to, ptrdiff_t to_stride) {
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
  }
}

void activate(Activation activation, const float* z, float* a, size_t size) {
  for (size_t i = 0; i < size; ++i) a[i] = static_cast<float>(value_at(activation, z[i]));
}

/// Where only the output is kept (z and a are the same block) the input is worked out from it.
void activate_backward(Activation activation, float* delta, const float* z, const float* a, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    double slope = 0;
    if (activation == Activation::Tanh) {
      slope = 1 - double{a[i]} * a[i];
    } else if (activation == Activation::Sigmoid) {
      slope = a[i] * (1 - double{a[i]});
    } else {
      slope = slope_at(activation, z[i]);
    }
    delta[i] = static_cast<float>(delta[i] * slope);
  }
}

double largest_of_column(const float* z, ptrdiff_t stride, int features, int& best) {
  best = 0;
  for (int j = 1; j < features; ++j) {
    if (z[j * stride] > z[best * stride]) best = j;
  }
  return z[best * stride];
}

double exponentials(const float* z, ptrdiff_t stride, int features, double largest) {
  double total = 0;
  for (int j = 0; j < features; ++j) total += std::exp(z[j * stride] - largest);
  return total;
}

void softmax(float* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; ++c) {
    int best = 0;
    const double largest = largest_of_column(a + c, stride, features, best);
    const double total = exponentials(a + c, stride, features, largest);
    for (int j = 0; j < features; ++j) {
      float& value = a[j * stride + c];
      value = static_cast<float>(std::exp(value - largest) / total);
    }
  }
}

void softmax_backward(float* delta, const float* a, ptrdiff_t stride, int features, int columns) {
  for (int c = 0; c < columns; ++c) {
    double mean = 0;
    for (int j = 0; j < features; ++j) mean += double{delta[j * stride + c]} * a[j * stride + c];
    for (int j = 0; j < features; ++j) {
      float& d = delta[j * stride + c];
      d = static_cast<float>((d - mean) * a[j * stride + c]);
    }
  }
}

LossSum squared_error(const LossInput& in) {
  LossSum result{0, 0};
  for (int j = 0; j < in.outputs; ++j) {
    for (int c = 0; c < in.columns; ++c) {
      const ptrdiff_t at = j * in.stride + c;
      const double error = (double{in.output[at]} - in.target[at]) * in.valid[c];
      result.loss += error * error;
      if (in.delta != nullptr) in.delta[at] = static_cast<float>(2 * error * in.scale);
    }
  }
  return result;
}

LossSum cross_entropy(const LossInput& in) {
  LossSum result{0, 0};
  for (int c = 0; c < in.columns; ++c) {
    const float* z = in.output + c;
    const int label = static_cast<int>(in.target[c]);
    int best = 0;
    const double largest = largest_of_column(z, in.stride, in.outputs, best);
    const double total = exponentials(z, in.stride, in.outputs, largest);
    result.loss += (std::log(total) - (z[label * in.stride] - largest)) * in.valid[c];
    if (best == label) result.right += in.valid[c];
    if (in.delta == nullptr) continue;
    for (int j = 0; j < in.outputs; ++j) {
      const double share = std::exp(z[j * in.stride] - largest) / total;
      in.delta[j * in.stride + c] = static_cast<float>((share - (j == label ? 1 : 0)) * in.valid[c] * in.scale);
    }
  }
  return result;
}

double sum_squares(const float* values, size_t size) {
  double total = 0;
  for (size_t i = 0; i < size; ++i) total += double{values[i]} * values[i];
  return total;
}

void random_words(const RandomBlocks& r) {
  for (uint32_t i = 0; i < r.count; ++i) {
    const RandomBlock block = philox({r.key[0], r.key[1]}, {r.first + i, 0, r.stream, 0});
    for (size_t word = 0; word < 4; ++word) r.words[4 * i + word] = block[word];
  }
}

void sgd(const Update& u) {
  for (size_t i = 0; i < u.size; ++i) {
    u.first[i] = u.decay1 * u.first[i] + u.gradient[i];
    u.parameters[i] -= u.learningRate * u.first[i];
  }
}

void rmsprop(const Update& u) {
  for (size_t i = 0; i < u.size; ++i) {
    const float g = u.gradient[i];
    u.second[i] = u.decay2 * u.second[i] + u.rest2 * g * g;
    u.parameters[i] -= u.learningRate * g / (std::sqrt(u.second[i]) + u.epsilon);
  }
}

void adam(const Update& u) {
  for (size_t i = 0; i < u.size; ++i) {
    const float g = u.gradient[i];
    u.first[i] = u.decay1 * u.first[i] + u.rest1 * g;
    u.second[i] = u.decay2 * u.second[i] + u.rest2 * g * g;
    u.parameters[i] -= u.learningRate * u.first[i] / (std::sqrt(u.second[i]) * u.secondScale + u.epsilon);
  }
}

}  // namespace

const KernelTable& referenceKernels() {
  static const KernelTable table = {
      "reference", gemm,          weight_gradient, sum_rows,    transpose, activate, activate_backward, softmax,
      softmax_backward, squared_error, cross_entropy,   sum_squares, random_words, sgd,       rmsprop,  adam};
  return table;
}

}  // namespace basin
