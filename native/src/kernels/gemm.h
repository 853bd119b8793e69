// Matrix product by register tiles: tileRows x tileVectors sums stay in registers over a block of the depth. A is read as scalars
// spread over a vector, B as vectors; bias, activation or the derivative of the layer below are applied before the last store.
// Included inside a level's namespace.

static inline Vec leaky(Vec x) { return select(less(x, set(0)), x * set(Real(leakySlope)), x); }

/// x times the derivative of relu or leaky relu, from the activation's output a.
static inline Vec relu_gate(Vec x, Vec a) { return select(less(set(0), a), x, set(0)); }
static inline Vec leaky_gate(Vec x, Vec a) { return select(less(set(0), a), x, x * set(Real(leakySlope))); }

/// Depth of a block: its part of B's columns (128 bytes a step) fills half of a first cache of 32 kB.
constexpr int depthBlock = 128;
constexpr int panelColumns = Vec::tileVectors * Vec::lanes;

/// A tile's place, by value: vector stores may alias anything, so the compiler would read a struct's fields again and again.
struct Tile {
  const Real* a;
  ptrdiff_t aRow, aStep;
  const Real* b;
  ptrdiff_t bStep;
  Real* c;
  ptrdiff_t cRow;
  const Real* bias;
  /// Anything in the layout of C when nothing is gated.
  const Real* gate;
  int depth;
  int tail;
};

enum class Start { Zero, Bias, Sum };
enum class Finish { Plain, Relu, Leaky, ReluGate, LeakyGate };

template <int rows, int vectors, typename Function>
static inline void each_store(const Tile& t, const Vec (&sums)[rows][vectors], Function function) {
  Real* c = t.c;
  const Real* gate = t.gate;
  const ptrdiff_t stride = t.cRow;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) store(c + j * Vec::lanes, function(sums[r][j], gate + j * Vec::lanes));
    c += stride;
    gate += stride;
  }
}

/// One tile of `rows` x `vectors`; if `partial`, its one vector has `tail` lanes and no finish.
template <int rows, int vectors, bool partial>
static inline void gemm_tile(const Tile& t, Start start, Finish finish, Vec* squares) {
  constexpr int lanes = Vec::lanes;
  Vec sums[rows][vectors];
  if (start == Start::Sum) {
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) {
        const Real* c = t.c + r * t.cRow + j * lanes;
        sums[r][j] = partial ? load_partial(c, t.tail) : load(c);
      }
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const Vec first = start == Start::Bias ? set(t.bias[r]) : set(0);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) sums[r][j] = first;
    }
  }

  // Three rows share a pointer: x86 addresses hold base + {0, 1, 2} * stride, and fourteen pointers would not fit its registers.
  constexpr int groups = (rows + 2) / 3;
  const Real* a[groups];
  const ptrdiff_t aRow = t.aRow, aStep = t.aStep, bStep = t.bStep;
#pragma GCC unroll 8
  for (int group = 0; group < groups; ++group) a[group] = t.a + 3 * group * aRow;
  const Real* b = t.b;
  for (int k = t.depth; k > 0; --k) {
    Vec values[vectors];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) values[j] = load(b + j * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const Vec weight = set(a[r / 3][(r % 3) * aRow]);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) sums[r][j] = multiply_add(weight, values[j], sums[r][j]);
    }
    b += bStep;
#pragma GCC unroll 8
    for (int group = 0; group < groups; ++group) a[group] += aStep;
  }

  if (partial) {
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      Real* c = t.c + r * t.cRow;
      store_partial(c, sums[r][0], t.tail);
      // The lanes behind the tail hold anything; read back, they are zero.
      const Vec stored = load_partial(c, t.tail);
      if (squares != nullptr) *squares = multiply_add(stored, stored, *squares);
    }
    return;
  }
  if (squares != nullptr) {
    Vec total = *squares;
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) total = multiply_add(sums[r][j], sums[r][j], total);
    }
    *squares = total;
  }
  switch (finish) {
    case Finish::Plain:
      return each_store(t, sums, [](Vec x, const Real*) { return x; });
    case Finish::Relu:
      return each_store(t, sums, [](Vec x, const Real*) { return max(set(0), x); });
    case Finish::Leaky:
      return each_store(t, sums, [](Vec x, const Real*) { return leaky(x); });
    case Finish::ReluGate:
      return each_store(t, sums, [](Vec x, const Real* gate) { return relu_gate(x, load(gate)); });
    case Finish::LeakyGate:
      return each_store(t, sums, [](Vec x, const Real* gate) { return leaky_gate(x, load(gate)); });
  }
}

static inline Finish finish_of(const Gemm<Real>& g) {
  if (g.gate != nullptr) return g.gateActivation == Activation::Relu ? Finish::ReluGate : Finish::LeakyGate;
  if (g.activation == Activation::Relu) return Finish::Relu;
  return g.activation == Activation::LeakyRelu ? Finish::Leaky : Finish::Plain;
}

/// What gemm_rows goes along with: a tile's place and the columns that are left.
struct Strip {
  Tile tile;
  int left;
  Start start;
  Finish finish;
  Vec* squares;
};

/// As many tiles of `vectors` as fit, then half as wide ones for the rest.
template <int rows, int vectors>
static inline void gemm_strip(Strip& strip) {
  constexpr int count = vectors * Vec::lanes;
  Tile& tile = strip.tile;
  while (strip.left >= count) {
    gemm_tile<rows, vectors, false>(tile, strip.start, strip.finish, strip.squares);
    tile.b += count;
    tile.c += count;
    tile.gate += count;
    strip.left -= count;
  }
  if constexpr (vectors > 1) gemm_strip<rows, vectors / 2>(strip);
}

/// Columns from `column` to `end` of `rows` rows, over one block of the depth.
template <int rows>
static void gemm_rows(const Gemm<Real>& g, int row, int column, int end, int from, int depth) {
  // Few rows leave registers free for more columns, and need them to hide the latency of the sums.
  constexpr int widen = rows == 1 ? 4 : rows * 2 <= Vec::tileRows ? 2 : 1;
  const bool last = from + depth == g.depth;
  const ptrdiff_t at = row * g.cRow + column;
  Vec squares = set(0);
  Strip strip;
  strip.tile = {g.a + row * g.aRow + from * g.aStep,
                g.aRow,
                g.aStep,
                g.b + from * g.bStep + column,
                g.bStep,
                g.c + at,
                g.cRow,
                g.bias == nullptr ? nullptr : g.bias + row,
                (g.gate == nullptr ? g.c : g.gate) + at,
                depth,
                0};
  strip.left = end - column;
  strip.start = g.accumulate || from > 0 ? Start::Sum : g.bias != nullptr ? Start::Bias : Start::Zero;
  strip.finish = last ? finish_of(g) : Finish::Plain;
  strip.squares = g.squares != nullptr && last ? &squares : nullptr;
  gemm_strip<rows, widen * Vec::tileVectors>(strip);
  if (strip.left > 0) {
    strip.tile.tail = strip.left;
    gemm_tile<rows, 1, true>(strip.tile, strip.start, Finish::Plain, strip.squares);
  }
  if (strip.squares != nullptr) *g.squares += sum(squares);
}

template <int rows>
struct RowDispatch {
  static void run(int count, const Gemm<Real>& g, int row, int column, int end, int from, int depth) {
    if (count == rows) {
      gemm_rows<rows>(g, row, column, end, from, depth);
    } else {
      RowDispatch<rows - 1>::run(count, g, row, column, end, from, depth);
    }
  }
};
template <>
struct RowDispatch<0> {
  static void run(int, const Gemm<Real>&, int, int, int, int, int) {}
};

static void gemm(const Gemm<Real>& g) {
  // Rows are dealt out evenly: 15 rows are 8 and 7, not 14 and 1.
  const int blocks = (g.rows + Vec::tileRows - 1) / Vec::tileRows;
  const bool small = g.depth <= depthBlock;
  const int panel = small || blocks == 1 ? g.columns : panelColumns;
  const int step = small ? g.depth : depthBlock;
  for (int from = 0; from < g.depth; from += step) {
    const int depth = from + step < g.depth ? step : g.depth - from;
    for (int column = 0; column < g.columns; column += panel) {
      const int end = column + panel < g.columns ? column + panel : g.columns;
      int row = 0;
      for (int block = 0; block < blocks; ++block) {
        const int rows = (g.rows - row + blocks - block - 1) / (blocks - block);
        RowDispatch<Vec::tileRows>::run(rows, g, row, column, end, from, depth);
        row += rows;
      }
    }
  }
}
