// The Lanczos method with full re-orthogonalisation.
#pragma once

#include <vector>

#include "../linalg/tridiagonal_eigen.h"
#include "symmetric_operator.h"

namespace basin {

/// What some steps leave: T = Q^T A Q, and the length of the next vector before it is normalised: |A Q - Q T|.
struct LanczosRun {
  Tridiagonal t;
  double next = 0;
  size_t steps() const { return t.diagonal.size(); }
};

/// As many as `steps` from `start` [size], which has length 1 and is overwritten (Golub and Van Loan, Matrix Computations, section 10.1).
/// Every vector is made orthogonal to all before it, two times, so that no eigenvalue is found again by rounding. Ends early where
/// the vectors span an invariant subspace: what is left of the next one is rounding beside the matrix.
LanczosRun run_lanczos(const SymmetricOperator& a, size_t steps, double* start);

struct LanczosResult {
  /// Ritz values, ascending, and |A y - value y| of their Ritz vectors y: an eigenvalue is at most so far away.
  std::vector<double> values, residuals;
};

/// From the normal vector of stream 0 of the key. Throws Error BadArgument for no steps, BadData for a matrix that is not finite, and
/// OutOfMemory if the vectors of all steps cannot be kept.
LanczosResult lanczos(const SymmetricOperator& a, size_t steps, RandomKey key);

}  // namespace basin
