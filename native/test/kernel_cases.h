// What the kernel tests share: every instruction set beside the plain loops in both number types, random numbers, and comparing
// whole blocks, so that a write outside of a kernel's place shows too.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "../src/kernels/select.h"
#include "check.h"

namespace basin {

/// The number type of a KernelTable.
template <typename Real>
Real real_of(const KernelTable<Real>&);
template <typename Table>
using RealOf = decltype(real_of(std::declval<Table>()));

template <typename Real, typename Function>
void each_level_of(Function function) {
  for (const KernelTable<Real>* table : available_kernels<Real>()) {
    if (table != &referenceKernels<Real>()) function(*table, referenceKernels<Real>());
  }
}

/// Calls function(fast table, reference table) for each instruction set of this machine and each number type.
template <typename Function>
void each_level(Function function) {
  each_level_of<float>(function);
  each_level_of<double>(function);
}

/// Repeatable numbers.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed * 2654435761u + 1) {}
  /// In [-1, 1).
  double number() { return static_cast<double>(next()) / 2147483648.0 - 1; }
  /// From low to high.
  int integer(int low, int high) { return low + static_cast<int>(next() % static_cast<uint32_t>(high - low + 1)); }
  bool coin() { return next() % 2 == 1; }
  template <typename Real>
  std::vector<Real> block(size_t size, double scale = 1) {
    std::vector<Real> values(size);
    for (Real& value : values) value = static_cast<Real>(number() * scale);
    return values;
  }

 private:
  uint32_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 32);
  }
  uint64_t state_;
};

/// Fails unless each value is within `ulps` rounding units of the one expected, for numbers up to about `scale`.
template <typename Real>
void expect_same(check::Place place, const KernelTable<Real>& table, const std::vector<Real>& actual,
                 const std::vector<Real>& expected, double ulps, double scale = 1) {
  const double unit = std::numeric_limits<Real>::epsilon() / 2;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double size = std::max(scale, std::fabs(static_cast<double>(expected[i])));
    const double error = std::fabs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (error <= ulps * unit * size) continue;
    return check::fail(place, std::string(table.name) + (sizeof(Real) == 4 ? ", float" : ", double") + ": at " +
                                  std::to_string(i) + " is " + std::to_string(actual[i]) + ", not " +
                                  std::to_string(expected[i]) + ", " + std::to_string(error / unit / size) + " units apart");
  }
}

inline const std::vector<Activation>& elementwise_activations() {
  static const std::vector<Activation> all = {Activation::Linear,   Activation::Relu,    Activation::LeakyRelu,
                                              Activation::Tanh,     Activation::Sigmoid, Activation::Softplus,
                                              Activation::Gelu,     Activation::Sin};
  return all;
}

}  // namespace basin
