// Linear algebra for every machine of the architecture.
#include "linalg_table.h"

#include "simd/vec_baseline_f64.h"

#define BASIN_LEVEL baseline
#define BASIN_SPACE baseline_f64
#include "linalg_level.h"
