// What optimisers see of a function.
#pragma once

#include <functional>

namespace basin {

/// Value at x [n], and the gradient [n] there. Values that are not finite mean that the function does not reach so far.
using SmoothFunction = std::function<double(const double* x, double* gradient)>;

/// A symmetric matrix [n, n] at x [n].
using MatrixFunction = std::function<void(const double* x, double* matrix)>;

/// Two values of a function closer than this to `value` may differ by rounding alone: that of a long sum, with some room.
inline double rounding_of(double value) { return 7e-15 * (value < 0 ? -value : value); }

}  // namespace basin
