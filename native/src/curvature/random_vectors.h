// Random vectors that any engine can repeat: numbers of the Philox stream `stream` of a key, as RandomStream in shared/random.ts has them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../go_on.h"
#include "../random.h"

namespace basin {

/// Rademacher's distribution: element i is 1 where bit i % 32 of word i / 32 of the stream is set, and -1 elsewhere.
void fill_signs(double* to, size_t size, RandomKey key, uint32_t stream, const GoOn& goOn);

/// The normal distribution, Box and Muller's way: elements 2k and 2k + 1 are r cos(a) and r sin(a) with r = sqrt(-2 log(1 - u)) and
/// a = 2 pi v, u and v being the upper 24 bits, as a share of 1, of words 2k and 2k + 1 of the stream.
void fill_normal(double* to, size_t size, RandomKey key, uint32_t stream, const GoOn& goOn);

}  // namespace basin
