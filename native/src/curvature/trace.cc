#include "trace.h"

#include <cmath>
#include <limits>

#include "../aligned.h"
#include "../linalg/vectors.h"
#include "random_vectors.h"

namespace basin {

TraceEstimate estimate_trace(const SymmetricOperator& a, size_t probes, RandomKey key) {
  if (probes == 0) throw Error(ErrorCode::BadArgument, "probes must be at least 1");
  Aligned<double> probe(a.size), product(a.size);
  std::vector<double> samples;
  double sum = 0;
  for (size_t p = 0; p < probes; ++p) {
    fill_signs(probe.data(), a.size, key, static_cast<uint32_t>(p), a.goOn);
    a.apply(probe.data(), product.data());
    samples.push_back(dot(probe.data(), product.data(), a.size));
    sum += samples.back();
  }
  const auto count = static_cast<double>(probes);
  const double mean = sum / count;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  const double error = probes == 1 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares / (count - 1) / count);
  return {mean, error, std::move(samples)};
}

}  // namespace basin
