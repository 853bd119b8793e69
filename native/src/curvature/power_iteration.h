// Eigenvalues of largest magnitude, one after the other, by power iteration with deflation.
#pragma once

#include <cstdint>
#include <vector>

#include "symmetric_operator.h"

namespace basin {

struct PowerOptions {
  /// At most the matrix' size.
  size_t count = 1;
  /// A pair is found when its residual is at most this times the largest magnitude of all found.
  double tolerance = 1e-8;
  /// Products for each pair.
  uint32_t maxIterations = 1000;
  RandomKey key{};
};

struct Eigenpairs {
  /// [count], by falling magnitude.
  std::vector<double> values;
  /// [count, size], of length 1 and orthogonal.
  std::vector<double> vectors;
  /// |A v - value v| of each: how far it came if maxIterations were not enough.
  std::vector<double> residuals;
  /// Products of each.
  std::vector<uint32_t> iterations;
};

/// Pair k starts from the normal vector of stream k of the key, and all its vectors are kept orthogonal to the pairs before. Each step
/// goes by A^2, so that the sign of an eigenvalue does not matter and two of the same magnitude and opposite signs do no harm: v then
/// comes to lie in the plane of their eigenvectors. What is tested and returned is the better Ritz pair of the plane of v and A v
/// (Rayleigh and Ritz), which are there anyway. Errors shrink by the ratio of the next magnitude to this one with each product.
/// Throws Error BadArgument, BadData for a matrix that is not finite, and OutOfMemory.
Eigenpairs top_eigenpairs(const SymmetricOperator& a, const PowerOptions& options);

}  // namespace basin
