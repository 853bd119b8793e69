// Hutchinson's estimate of a trace: "A stochastic estimator of the trace of the influence matrix for Laplacian smoothing splines" (1990).
#pragma once

#include <vector>

#include "symmetric_operator.h"

namespace basin {

struct TraceEstimate {
  double mean;
  /// Standard error of the mean; NaN for one probe.
  double standardError;
  /// v^T A v for each probe v.
  std::vector<double> samples;
};

/// Probe p is Rademacher's vector of stream p of the key. Throws Error BadArgument for no probes.
TraceEstimate estimate_trace(const SymmetricOperator& a, size_t probes, RandomKey key);

}  // namespace basin
