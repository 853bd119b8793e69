#include "../src/aligned.h"

#include <limits>

#include "check.h"

using namespace basin;

CASE("blocks start at a cache line and hold zeros") {
  for (const size_t size : {size_t{1}, size_t{100}, size_t{1} << 20}) {
    const AlignedFloats block(size);
    CHECK(reinterpret_cast<uintptr_t>(block.data()) % 64 == 0);
    CHECK(block.size() == size);
    double sum = 0;
    for (size_t i = 0; i < size; ++i) sum += block[i] != 0;
    CHECK(sum == 0);
  }
}

CASE("a block larger than any address is refused") {
  bool refused = false;
  try {
    AlignedFloats block(std::numeric_limits<size_t>::max() / 2);
  } catch (const std::bad_alloc&) {
    refused = true;
  }
  CHECK(refused);
}
