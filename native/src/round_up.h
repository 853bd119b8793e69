// Sizes in whole vectors. Not for kernels/: files of different instruction sets must not share inline code.
#pragma once

#include <cstddef>

#include "kernels/table.h"

namespace basin {

inline size_t round_up(size_t n, size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// Rows of so many numbers fill whole vectors of every instruction set.
inline size_t whole_vectors(size_t n) { return round_up(n, columnMultiple); }

}  // namespace basin
