// Orthonormal vectors, and making others orthogonal to them.
#pragma once

#include <string>
#include <vector>

#include "../aligned.h"
#include "../go_on.h"

namespace basin {

class Basis {
 public:
  /// Room for `capacity` vectors [size]. Throws Error OutOfMemory, `what` naming them.
  Basis(size_t capacity, size_t size, const std::string& what);

  size_t count() const { return count_; }
  const double* vector(size_t i) const { return rows_.data() + i * stride_; }
  /// Adds x of length 1, orthogonal to the others. Here and below goOn is asked every few milliseconds.
  void push(const double* x, const GoOn& goOn);
  /// x [size] without its part in the space of the vectors: Gram and Schmidt's projection two times, which leaves it orthogonal to working
  /// precision (Giraud, Langou, Rozloznik, van den Eshof 2005).
  void orthogonalize(double* x, const GoOn& goOn);

 private:
  const size_t size_, stride_;
  size_t count_ = 0;
  Aligned<double> rows_;
  std::vector<double> sums_;
};

}  // namespace basin
