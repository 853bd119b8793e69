// Samples as JavaScript hands them over, samples first; shared read-only between sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace basin {

/// Exactly one of values [size, O] and labels [size] is filled.
struct Samples {
  size_t size = 0;
  /// [size, I]
  std::vector<float> inputs;
  std::vector<float> values;
  std::vector<uint8_t> labels;
};

/// Which of them fill a chunk: `count` from `start` in `order`, or as stored where that is null.
struct Choice {
  const uint32_t* order = nullptr;
  size_t start = 0;
  int count = 0;
  size_t at(int column) const {
    const size_t place = start + static_cast<size_t>(column);
    return order == nullptr ? place : order[place];
  }
};

}  // namespace basin
