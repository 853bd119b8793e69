// The kernels in float for every machine: SSE2 on x86-64, NEON on arm64.
// Compiled with flags of its own: an inline function shared with other files would carry these instructions to machines that lack
// them, so only headers without any are included.
#include <math.h>

#include "table.h"

#include "simd/vec_baseline.h"

#define BASIN_LEVEL baseline
#define BASIN_SPACE baseline
#define BASIN_MATH "math_f32.h"
#include "level.h"
