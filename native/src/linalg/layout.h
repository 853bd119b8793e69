// How matrices lie in memory, and how threads share them. Rows are contiguous, `stride` numbers apart.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "../kernels/linalg_table.h"
#include "../round_up.h"
#include "../team.h"

namespace basin {

/// Rows of a matrix product between two looks at whether to stop: whole register tiles of every level, and whole vectors.
constexpr size_t productRows = 56;

/// Whole vectors, and no multiple of a page: such rows would all compete for the same places of a cache.
inline size_t matrix_stride(size_t columns) {
  constexpr size_t page = 4096 / sizeof(double);
  const size_t stride = whole_vectors(columns);
  return stride % page == 0 ? stride + columnMultiple : stride;
}

/// Threads that are worth their meetings: one for up to 256 rows, sixteen from 2048 on.
inline int most_threads(size_t rows) {
  int threads = 1;
  while (threads < 16 && rows >= 256 * static_cast<size_t>(threads)) threads *= 2;
  return threads;
}

/// Smaller matrices are done sooner by one thread: two wait for each other longer than they compute (571 rows: 21 instead of 10 ms).
constexpr size_t rowsWorthSharing = 1024;

inline int team_size(size_t rows, int threads) {
  return rows < rowsWorthSharing ? 1 : std::clamp(threads, 1, most_threads(rows));
}

/// A thread's part of 0, ..., size - 1 in whole vectors; the last part may end behind `size`.
inline Share vector_share(size_t size, int thread, int threads) {
  const Share exact = even_share(size, thread, threads);
  return {round_up(exact.from, symmetricMultiple), round_up(exact.to, symmetricMultiple)};
}

/// One of several parts of a lower triangle's rows, with about as many elements each; the last one may end behind `size`.
inline Share triangle_share(size_t size, size_t part, size_t parts) {
  const auto end = [&](size_t p) {
    return p == parts ? size : static_cast<size_t>(std::sqrt(double(p) / double(parts)) * double(size));
  };
  return {round_up(end(part), symmetricMultiple), round_up(end(part + 1), symmetricMultiple)};
}

}  // namespace basin
