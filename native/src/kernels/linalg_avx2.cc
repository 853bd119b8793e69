// Linear algebra for AVX2 and fused multiply-add.
// Compiled with flags of its own, see level_avx512.cc.
#include "linalg_table.h"

#include "simd/vec_avx2_f64.h"

#define BASIN_LEVEL avx2
#define BASIN_SPACE avx2_f64
#include "linalg_level.h"
