#include "random_vectors.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "../kernels/select.h"

namespace basin {
namespace {

/// Blocks of four words drawn at a time, a millisecond or so.
constexpr uint32_t blocksAtOnce = 4096;

/// Calls use(words, first word's place, number of words) until `count` words have been drawn.
template <typename Use>
void each_words(size_t count, RandomKey key, uint32_t stream, const GoOn& goOn, const Use& use) {
  std::vector<uint32_t> words(4 * std::min<size_t>(blocksAtOnce, (count + 3) / 4));
  for (size_t done = 0; done < count; done += words.size()) {
    require_go_on(goOn);
    const size_t here = std::min(words.size(), count - done);
    const auto blocks = static_cast<uint32_t>((here + 3) / 4);
    default_kernels<double>().randomWords({{key[0], key[1]}, stream, static_cast<uint32_t>(done / 4), blocks, words.data()});
    use(words.data(), done, here);
  }
}

double share(uint32_t word) { return (word >> 8) / 16777216.0; }

}  // namespace

void fill_signs(double* to, size_t size, RandomKey key, uint32_t stream, const GoOn& goOn) {
  each_words((size + 31) / 32, key, stream, goOn, [&](const uint32_t* words, size_t first, size_t count) {
    const size_t end = std::min(size, 32 * (first + count));
    for (size_t i = 32 * first; i < end; ++i) to[i] = words[i / 32 - first] >> (i % 32) & 1 ? 1 : -1;
  });
}

void fill_normal(double* to, size_t size, RandomKey key, uint32_t stream, const GoOn& goOn) {
  constexpr double pi = 3.14159265358979323846;
  each_words(2 * ((size + 1) / 2), key, stream, goOn, [&](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; i += 2) {
      const double radius = std::sqrt(-2 * std::log(1 - share(words[i])));
      const double angle = 2 * pi * share(words[i + 1]);
      to[first + i] = radius * std::cos(angle);
      if (first + i + 1 < size) to[first + i + 1] = radius * std::sin(angle);
    }
  });
}

}  // namespace basin
