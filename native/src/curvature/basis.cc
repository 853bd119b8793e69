#include "basis.h"

#include <algorithm>

#include "../linalg/vectors.h"
#include "../model.h"
#include "../round_up.h"

namespace basin {
namespace {

/// Numbers that are gone through between two questions: some milliseconds.
constexpr size_t numbersAtOnce = size_t{1} << 22, newNumbersAtOnce = size_t{1} << 20;

}  // namespace

Basis::Basis(size_t capacity, size_t size, const std::string& what) : size_(size), stride_(whole_vectors(size)), sums_(capacity) {
  require_memory(static_cast<double>(capacity) * static_cast<double>(stride_) * sizeof(double), what);
  rows_ = Aligned<double>(capacity * stride_);
}

void Basis::push(const double* x, const GoOn& goOn) {
  double* to = rows_.data() + count_++ * stride_;
  // Memory that is touched for the first time costs much more than the copy.
  for (size_t from = 0; from < size_; from += newNumbersAtOnce) {
    require_go_on(goOn);
    std::copy_n(x + from, std::min(newNumbersAtOnce, size_ - from), to + from);
  }
}

void Basis::orthogonalize(double* x, const GoOn& goOn) {
  const size_t step = std::max<size_t>(1, numbersAtOnce / stride_);
  const auto eachGroup = [&](const auto& use) {
    for (size_t first = 0; first < count_; first += step) {
      require_go_on(goOn);
      use(vector(first), std::min(step, count_ - first), sums_.data() + first);
    }
  };
  for (int pass = 0; pass < 2; ++pass) {
    eachGroup([&](const double* rows, size_t count, double* sums) { row_dots(rows, stride_, count, x, size_, sums); });
    for (size_t i = 0; i < count_; ++i) sums_[i] = -sums_[i];
    eachGroup([&](const double* rows, size_t count, const double* factors) { add_rows(rows, stride_, count, factors, x, size_); });
  }
}

}  // namespace basin
