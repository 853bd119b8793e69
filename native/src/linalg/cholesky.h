// Symmetric positive definite systems A x = b in double, by A = U^T U with U upper triangular: damped Newton and Levenberg-Marquardt
// steps. Golub and Van Loan, Matrix Computations, section 4.2.
#pragma once

#include "../aligned.h"
#include "../go_on.h"
#include "../kernels/linalg_select.h"
#include "../team.h"

namespace basin {

class Cholesky {
 public:
  enum class Outcome { Done, NotPositiveDefinite, Stopped };

  /// Room for a matrix [n, n]. Throws Error OutOfMemory when it cannot fit this machine.
  explicit Cholesky(size_t n, const LinalgKernels& kernels = default_linalg_kernels());

  /// Row i of the matrix, of which elements i to n - 1 count (those before are never read). Fill all rows before each `factor`, which
  /// leaves the factor there.
  double* row(size_t i) { return matrix_.data() + i * stride_; }

  /// goOn is asked every few milliseconds; it must not throw.
  Outcome factor(Team& team, const GoOn& goOn);

  /// After NotPositiveDefinite: the first leading block of the matrix that is not positive definite ends with this row.
  size_t failed_row() const { return failedRow_; }

  /// x [n] becomes the solution of A x = b, b being what it holds. After Done.
  void solve(double* x) const;

 private:
  void factor_diagonal(size_t from, size_t to);
  void solve_panel(size_t from, size_t to, int thread, int threads);
  void update_rest(size_t from, size_t to, int thread, int threads);

  static constexpr size_t blockSize = 48;

  const size_t n_, stride_;
  const LinalgKernels& kernels_;
  Aligned<double> matrix_, negated_;
  size_t failedRow_ = 0;
  Outcome outcome_ = Outcome::Done;
};

}  // namespace basin
