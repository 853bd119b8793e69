// The kernels in float for AVX-512 (F, DQ, BW, VL).
// Compiled with flags of its own: an inline function shared with other files would carry these instructions to machines that lack
// them, so only headers without any are included.
#include <math.h>

#include "table.h"

#include "simd/vec_avx512.h"

#define BASIN_LEVEL avx512
#define BASIN_SPACE avx512
#define BASIN_MATH "math_f32.h"
#include "level.h"
