// A function that descent methods find hard.
#pragma once

#include <algorithm>
#include <cstddef>

#include "../src/optimizers/smooth_function.h"

namespace basin {

/// Rosenbrock's valley in n dimensions, minimum 0 at (1, ..., 1).
inline SmoothFunction rosenbrock(size_t n) {
  return [n](const double* x, double* gradient) {
    double value = 0;
    std::fill(gradient, gradient + n, 0.0);
    for (size_t i = 0; i + 1 < n; ++i) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      value += 100 * a * a + b * b;
      gradient[i] += -400 * a * x[i] - 2 * b;
      gradient[i + 1] += 200 * a;
    }
    return value;
  };
}

}  // namespace basin
