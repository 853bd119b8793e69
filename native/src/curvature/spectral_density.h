// Stochastic Lanczos quadrature: Ubaru, Chen, Saad, "Fast estimation of tr(f(A)) via stochastic Lanczos quadrature" (2017); for neural
// networks Ghorbani, Krishnan, Xiao, "An investigation into neural net optimization via Hessian eigenvalue density" (2019).
#pragma once

#include <vector>

#include "symmetric_operator.h"

namespace basin {

/// The density is the sum of weights delta(value - nodes); the weights sum to 1. Probe by probe, the nodes of each ascending.
struct SpectralDensity {
  std::vector<double> nodes, weights;
};

/// Probe p is Rademacher's vector of stream p of the key, divided by the root of its size; `steps` of Lanczos from each. Throws Error as
/// lanczos does.
SpectralDensity spectral_density(const SymmetricOperator& a, size_t probes, size_t steps, RandomKey key);

}  // namespace basin
