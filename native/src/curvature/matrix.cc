// The full matrices of an objective.
#include <algorithm>

#include "objective.h"

namespace basin {
namespace {

/// Rows of a square that is gone through together with its mirror image.
constexpr size_t tile = 32;

/// What is above the diagonal also below it: (a + b) / 2 of each pair.
void symmetrize(double* matrix, size_t size) {
  for (size_t rows = 0; rows < size; rows += tile) {
    for (size_t columns = rows; columns < size; columns += tile) {
      for (size_t r = rows; r < std::min(size, rows + tile); ++r) {
        for (size_t c = std::max(columns, r + 1); c < std::min(size, columns + tile); ++c) {
          const double mean = 0.5 * (matrix[r * size + c] + matrix[c * size + r]);
          matrix[r * size + c] = mean;
          matrix[c * size + r] = mean;
        }
      }
    }
  }
}

}  // namespace

void Objective::matrix(Operator op, const double* theta, double* out, const GoOn& goOn) {
  const size_t size = parameterCount();
  require_memory(static_cast<double>(size) * static_cast<double>(size) * sizeof(double), "a full matrix");
  std::vector<double> unit(size);
  for (size_t i = 0; i < size; ++i) {
    unit[i] = 1;
    product(op, theta, unit.data(), out + i * size, goOn);
    unit[i] = 0;
  }
  symmetrize(out, size);
}

}  // namespace basin
