// Linear algebra for AVX-512 (F, DQ, BW, VL).
// Compiled with flags of its own, see level_avx512.cc.
#include "linalg_table.h"

#include "simd/vec_avx512_f64.h"

#define BASIN_LEVEL avx512
#define BASIN_SPACE avx512_f64
#include "linalg_level.h"
