// The shuffle of shared/random.ts, bit for bit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/table.h"
#include "random.h"

namespace basin {

/// Fills `order` with a permutation of 0 .. size-1: Fisher and Yates from the end, one word of the stream for each swap.
template <typename Real>
void permute(const KernelTable<Real>& kernels, RandomKey key, uint32_t stream, std::vector<uint32_t>& order) {
  const auto size = static_cast<uint32_t>(order.size());
  for (uint32_t i = 0; i < size; ++i) order[i] = i;
  // The words come in lots: a block alone is a chain of ten multiplications, many fill the vectors.
  constexpr uint32_t lot = 64;
  uint32_t words[4 * lot];
  uint32_t block = 0;
  for (uint32_t left = size; left > 1;) {
    const uint32_t swaps = std::min(left - 1, 4 * lot);
    kernels.randomWords({{key[0], key[1]}, stream, block, (swaps + 3) / 4, words});
    block += lot;
    for (uint32_t i = 0; i < swaps; ++i, --left) {
      std::swap(order[left - 1], order[static_cast<uint32_t>((uint64_t{words[i]} * left) >> 32)]);
    }
  }
}

}  // namespace basin
