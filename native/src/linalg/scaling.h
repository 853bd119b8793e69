// Matrices are solved at a scale where squares of their elements neither overflow nor vanish.
#pragma once

#include <algorithm>
#include <cmath>

namespace basin {

/// A factor that brings the largest element to [1, 2), or as near as can be while neither it nor its inverse is denormal: threads of the
/// core take denormal numbers for zero. A power of two: products with it are exact.
inline double scale_to_one(double largest) {
  return largest == 0 ? 1 : std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1022, 1022));
}

}  // namespace basin
