#include "spectral_density.h"

#include <cmath>

#include "../aligned.h"
#include "../linalg/vectors.h"
#include "lanczos.h"
#include "random_vectors.h"

namespace basin {

SpectralDensity spectral_density(const SymmetricOperator& a, size_t probes, size_t steps, RandomKey key) {
  if (probes == 0 || steps == 0) throw Error(ErrorCode::BadArgument, "probes and steps must be at least 1");
  SpectralDensity density;
  Aligned<double> probe(a.size);
  for (size_t p = 0; p < probes; ++p) {
    fill_signs(probe.data(), a.size, key, static_cast<uint32_t>(p), a.goOn);
    scale(1 / std::sqrt(static_cast<double>(a.size)), probe.data(), a.size);
    const GaussQuadrature rule = gauss_quadrature(run_lanczos(a, steps, probe.data()).t);
    density.nodes.insert(density.nodes.end(), rule.nodes.begin(), rule.nodes.end());
    for (const double weight : rule.weights) density.weights.push_back(weight / static_cast<double>(probes));
  }
  return density;
}

}  // namespace basin
