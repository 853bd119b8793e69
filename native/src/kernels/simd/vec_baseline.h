// Four floats in the compiler's own vector type: SSE2 on x86-64, NEON on arm64 (vec_small.h has the operations).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace basin {
namespace baseline {

using Number = float;
using Word = int32_t;
#define BASIN_SMALL_LANES 4
#define BASIN_SMALL_SPREAD(a) {a, a, a, a}
constexpr int mantissaBits = 23;
/// Outputs and inputs of a weight gradient's tile.
constexpr int smallDotOutputs = 2;
constexpr int smallDotInputs = 4;

#include "vec_small.h"

#undef BASIN_SMALL_LANES
#undef BASIN_SMALL_SPREAD

}  // namespace baseline
}  // namespace basin
