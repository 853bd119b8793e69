// Eigenvalues of symmetric tridiagonal matrices by the QR algorithm: alone, or with whatever its rotations are applied to.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "../go_on.h"
#include "../kernels/linalg_table.h"

namespace basin {

/// diagonal [n], offDiagonal [n - 1].
struct Tridiagonal {
  std::vector<double> diagonal, offDiagonal;
};

/// Eigenvalues, ascending, without a square root in the inner loop. Elements of the order of 1 (their squares are squared again). Nothing when
/// goOn, which is asked for each step, says false.
std::optional<std::vector<double>> tridiagonal_values(Tridiagonal t, const LinalgKernels& kernels, const GoOn& goOn);

/// Implicit QR: T = Z^T L Z, `rows` [n, columns] becomes Z rows, and `t.diagonal` the eigenvalues, in no order. With the identity as rows,
/// row k is eigenvector k; with its first column alone, each eigenvector's first element.
void rotate_to_diagonal(Tridiagonal& t, double* rows, size_t stride, size_t columns);

}  // namespace basin
