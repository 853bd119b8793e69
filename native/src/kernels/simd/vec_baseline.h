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
#if defined(__has_builtin) && !defined(BASIN_ARRAY_LANES)
#if __has_builtin(__builtin_shufflevector)
#define BASIN_SMALL_TURN(r)                                                  \
  const Numbers a = __builtin_shufflevector(r[0].v, r[1].v, 0, 4, 1, 5);     \
  const Numbers b = __builtin_shufflevector(r[0].v, r[1].v, 2, 6, 3, 7);     \
  const Numbers c = __builtin_shufflevector(r[2].v, r[3].v, 0, 4, 1, 5);     \
  const Numbers d = __builtin_shufflevector(r[2].v, r[3].v, 2, 6, 3, 7);     \
  r[0].v = __builtin_shufflevector(a, c, 0, 1, 4, 5);                        \
  r[1].v = __builtin_shufflevector(a, c, 2, 3, 6, 7);                        \
  r[2].v = __builtin_shufflevector(b, d, 0, 1, 4, 5);                        \
  r[3].v = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#endif
#endif
constexpr int mantissaBits = 23;
/// Outputs and inputs of a weight gradient's tile.
constexpr int smallDotOutputs = 2;
constexpr int smallDotInputs = 4;

#include "vec_small.h"

#undef BASIN_SMALL_LANES
#undef BASIN_SMALL_SPREAD
#undef BASIN_SMALL_TURN

}  // namespace baseline
}  // namespace basin
