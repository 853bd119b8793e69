// Philox4x32-10 (random.h) for many blocks at once: the blocks are lanes, for the compiler to make vectors of.
// Included inside a level's namespace.

constexpr int randomLanes = 16;

/// The blocks from `first` on, one in each lane; words[w][lane].
static inline void random_lanes(uint32_t key0, uint32_t key1, uint32_t stream, uint32_t first,
                                uint32_t (&words)[4][randomLanes]) {
  for (int i = 0; i < randomLanes; ++i) {
    words[0][i] = first + static_cast<uint32_t>(i);
    words[1][i] = 0;
    words[2][i] = stream;
    words[3][i] = 0;
  }
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < randomLanes; ++i) {
      const uint64_t product0 = static_cast<uint64_t>(words[0][i]) * 0xd2511f53u;
      const uint64_t product1 = static_cast<uint64_t>(words[2][i]) * 0xcd9e8d57u;
      words[0][i] = static_cast<uint32_t>(product1 >> 32) ^ words[1][i] ^ key0;
      words[1][i] = static_cast<uint32_t>(product1);
      words[2][i] = static_cast<uint32_t>(product0 >> 32) ^ words[3][i] ^ key1;
      words[3][i] = static_cast<uint32_t>(product0);
    }
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
}

static void randomWords(const RandomBlocks& r) {
  for (uint32_t done = 0; done < r.count; done += randomLanes) {
    uint32_t words[4][randomLanes];
    random_lanes(r.key[0], r.key[1], r.stream, r.first + done, words);
    const uint32_t here = r.count - done < randomLanes ? r.count - done : randomLanes;
    for (uint32_t i = 0; i < here; ++i) {
      for (int w = 0; w < 4; ++w) r.words[4 * (done + i) + w] = words[w][i];
    }
  }
}
