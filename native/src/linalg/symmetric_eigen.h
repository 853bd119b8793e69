// Eigenvalues and eigenvectors of dense symmetric matrices in double, n from 1 to some thousands.
#pragma once

#include <optional>
#include <vector>

#include "../go_on.h"
#include "../kernels/linalg_select.h"

namespace basin {

struct SymmetricEigen {
  /// [n], ascending.
  std::vector<double> values;
  /// [n, n] or empty: row k is the eigenvector of values[k], of length 1.
  std::vector<double> vectors;
};

/// Eigenvalues of a symmetric matrix [n, n], to a few n units in the last place of the largest one. Elements and their mirror images may
/// differ by rounding (1e-10 of the largest element); then their mean counts. Nothing when goOn, which is asked every few
/// milliseconds, says false; goOn must not throw. The same matrix and number of threads give the same bits on the same machine.
/// Throws Error BadData for a matrix that is not symmetric or not finite, OutOfMemory when it cannot fit this machine.
std::optional<SymmetricEigen> symmetric_eigen(const double* matrix, size_t n, bool vectors, int threads,
                                              const GoOn& goOn,
                                              const LinalgKernels& kernels = default_linalg_kernels());

}  // namespace basin
