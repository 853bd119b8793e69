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
#if defined(__has_builtin) && !defined(BASIN_ARRAY_LANES)
#if __has_builtin(__builtin_shufflevector)
#define BASIN_SMALL_TURN(r)                                         \
  const Numbers a = __builtin_shufflevector(r[0].v, r[1].v, 0, 2);  \
  r[1].v = __builtin_shufflevector(r[0].v, r[1].v, 1, 3);           \
  r[0].v = a;
#endif
#endif
constexpr int mantissaBits = 52;
/// Outputs and inputs of a weight gradient's tile.
constexpr int smallDotOutputs = 3;
constexpr int smallDotInputs = 2;

#include "vec_small.h"

#undef BASIN_SMALL_LANES
#undef BASIN_SMALL_SPREAD
#undef BASIN_SMALL_TURN

}  // namespace baseline_f64
}  // namespace basin
