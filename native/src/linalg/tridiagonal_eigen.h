// Eigenvalues and eigenvectors of symmetric tridiagonal matrices, which the Lanczos method leaves: Ritz values with their vectors, or
// with what a quadrature needs.
#pragma once

#include <optional>
#include <vector>

#include "symmetric_eigen.h"
#include "tridiagonal_qr.h"

namespace basin {

/// All eigenvalues and eigenvectors, as symmetric_eigen gives them and with its errors.
std::optional<SymmetricEigen> tridiagonal_eigen(Tridiagonal t, int threads, const GoOn& goOn,
                                                const LinalgKernels& kernels = default_linalg_kernels());

/// Nodes, ascending, and weights of the Gauss quadrature whose Jacobi matrix this is; the weights sum to 1. A weight is the squared
/// first element of a node's eigenvector (Golub and Welsch, "Calculation of Gauss quadrature rules", 1969).
struct GaussQuadrature {
  std::vector<double> nodes, weights;
};

/// Throws Error BadData for a matrix that is empty or not finite.
GaussQuadrature gauss_quadrature(Tridiagonal t);

}  // namespace basin
