// What the plain loops compute with: sums in a wider type, and activations by their formulas.
#pragma once

#include <cmath>
#include <type_traits>

#include "kernels/table.h"

namespace basin {
namespace reference {

/// What sums and formulas are worked out in. (Some compilers have nothing wider than double.)
template <typename Real>
using Wide = std::conditional_t<std::is_same<Real, float>::value, double, long double>;

template <typename W>
constexpr W pi = static_cast<W>(3.14159265358979323846264338327950288L);

template <typename W>
W normal_distribution(W x) {
  return std::erfc(-x * std::sqrt(W(0.5))) / 2;
}

template <typename W>
W normal_density(W x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * pi<W>);
}

template <typename W>
W logistic(W x) {
  return 1 / (1 + std::exp(-x));
}

/// f(x)
template <typename Real>
Wide<Real> value_at(Activation activation, Wide<Real> x) {
  switch (activation) {
    case Activation::Relu:
      return x > 0 ? x : x * 0;
    case Activation::LeakyRelu:
      return x > 0 ? x : Real(leakySlope) * x;
    case Activation::Tanh:
      return std::tanh(x);
    case Activation::Sigmoid:
      return logistic(x);
    case Activation::Softplus:
      return std::fmax(x, Wide<Real>(0)) + std::log1p(std::exp(-std::fabs(x)));
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

/// f'(x), from a = f(x) where x may not have been kept.
template <typename Real>
Wide<Real> slope_at(Activation activation, Wide<Real> x, Wide<Real> a) {
  switch (activation) {
    case Activation::Relu:
      return a > 0 ? 1 : 0;
    case Activation::LeakyRelu:
      return a > 0 ? 1 : Real(leakySlope);
    case Activation::Tanh:
      return 1 - a * a;
    case Activation::Sigmoid:
      return a * (1 - a);
    case Activation::Softplus:
      return logistic(x);
    case Activation::Gelu:
      return normal_distribution(x) + x * normal_density(x);
    case Activation::Sin:
      return std::cos(x);
    case Activation::Linear:
    case Activation::Softmax:
      return 1;
  }
  return 1;
}

/// f''(x) likewise.
template <typename Real>
Wide<Real> bend_at(Activation activation, Wide<Real> x, Wide<Real> a) {
  switch (activation) {
    case Activation::Tanh:
      return -2 * a * (1 - a * a);
    case Activation::Sigmoid:
      return a * (1 - a) * (1 - 2 * a);
    case Activation::Softplus:
      return logistic(x) * logistic(-x);
    case Activation::Gelu:
      return (2 - x * x) * normal_density(x);
    case Activation::Sin:
      return -std::sin(x);
    case Activation::Linear:
    case Activation::Relu:
    case Activation::LeakyRelu:
    case Activation::Softmax:
      return 0;
  }
  return 0;
}

}  // namespace reference
}  // namespace basin
