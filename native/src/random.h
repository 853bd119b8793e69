// Philox4x32-10 and the shuffle built on it, bit for bit what shared/random.ts computes.
// Source: Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace basin {

using RandomKey = std::array<uint32_t, 2>;
using RandomBlock = std::array<uint32_t, 4>;

/// One block of four 32-bit words for a key and a 128-bit counter.
inline RandomBlock philox(RandomKey key, RandomBlock counter) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xd2511f53} * counter[0];
    const uint64_t product1 = uint64_t{0xcd9e8d57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(product0)};
    key[0] += 0x9e3779b9u;
    key[1] += 0xbb67ae85u;
  }
  return counter;
}

/// Block b of stream s is philox(key, [b, 0, s, 0]); its words are used in order.
class RandomStream {
 public:
  RandomStream(RandomKey key, uint32_t stream) : key_(key), stream_(stream) {}

  uint32_t next() {
    if (word_ == 4) {
      words_ = philox(key_, {block_++, 0, stream_, 0});
      word_ = 0;
    }
    return words_[word_++];
  }

  /// Uniform integer on [0, bound).
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((uint64_t{next()} * bound) >> 32); }

 private:
  RandomKey key_;
  uint32_t stream_;
  uint32_t block_ = 0;
  int word_ = 4;
  RandomBlock words_{};
};

/// Fills `order` with a permutation of 0 .. size-1: Fisher and Yates from the end.
inline void permute(RandomKey key, uint32_t stream, std::vector<uint32_t>& order) {
  const auto size = static_cast<uint32_t>(order.size());
  for (uint32_t i = 0; i < size; ++i) order[i] = i;
  RandomStream random(key, stream);
  for (uint32_t i = size; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
}

}  // namespace basin
