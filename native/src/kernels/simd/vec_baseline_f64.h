// Two doubles in the compiler's own vector type: SSE2 on x86-64, NEON on arm64 (vec_small.h has the operations).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace basin {
namespace baseline_f64 {

using Number = double;
using Word = int64_t;
#define BASIN_SMALL_LANES 2
#define BASIN_SMALL_SPREAD(a) {a, a}
constexpr int mantissaBits = 52;
/// Outputs and inputs of a weight gradient's tile.
constexpr int smallDotOutputs = 3;
constexpr int smallDotInputs = 2;

#include "vec_small.h"

#undef BASIN_SMALL_LANES
#undef BASIN_SMALL_SPREAD

}  // namespace baseline_f64
}  // namespace basin
