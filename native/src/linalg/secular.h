// The eigenvalues of a diagonal matrix plus a multiple of a rank-one matrix, D + rho z z^T: the heart of divide and conquer.
#pragma once

#include <cstddef>

#include "../kernels/linalg_table.h"

namespace basin {

/// poles d[0] < ... < d[size - 1]; weights z[i]^2 > 0; rho > 0.
struct SecularProblem {
  const double* poles;
  const double* weights;
  size_t size;
  double rho;
  const LinalgKernels* kernels;
};

/// Eigenvalue k, which lies between pole k and pole k + 1 (the last one past the last pole): the root of
/// 1 / rho + sum of z[i]^2 / (d[i] - x). differences[i] = d[i] - eigenvalue, each to almost full relative precision, which is what
/// orthogonal eigenvectors need. After R.-C. Li, "Solving secular equations stably and efficiently" (1993).
double secular_root(const SecularProblem& problem, size_t k, double* differences);

}  // namespace basin
