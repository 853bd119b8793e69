#include "vectors.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace basin {

double norm2(const double* x, size_t size) {
  const double squares = dot(x, x, size);
  // Outside, squares have overflowed or lost digits.
  constexpr double small = 1e-280, large = std::numeric_limits<double>::max();
  if ((squares > small && squares <= large) || std::isnan(squares)) return std::sqrt(squares);
  double largest = 0;
  for (size_t i = 0; i < size; ++i) largest = std::max(largest, std::fabs(x[i]));
  if (largest == 0 || std::isinf(largest)) return largest;
  const int exponent = std::ilogb(largest);
  double sum = 0;
  for (size_t i = 0; i < size; ++i) {
    const double scaled = std::scalbn(x[i], -exponent);
    sum += scaled * scaled;
  }
  return std::scalbn(std::sqrt(sum), exponent);
}

}  // namespace basin
