// Matrix product by register tiles: tileRows x tileVectors sums stay in registers over a block of the depth. A is read as scalars
// spread over a vector, B as vectors; bias, activation or the derivative of the layer below are applied before the last store.
// Included inside a level's namespace.

static inline Vec leaky(Vec x) { return select(less(x, set(0)), x * set(Real(leakySlope)), x); }

/// x times the derivative of relu or leaky relu, from the activation's output a.
static inline Vec relu_gate(Vec x, Vec a) { return where_positive(a, x); }
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
  /// The steps of the depth that count, as many as `depth` says; null: all.
  const uint16_t* steps;
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

template <int rows, int vectors>
static inline void start_sums(const Tile& t, Start start, Vec (&sums)[rows][vectors]) {
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
    const Vec first = start == Start::Bias ? set(t.bias[r]) : set(0);
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) sums[r][j] = first;
  }
}

/// Adds what C holds. Only at the end: sums of blocks lose fewer digits than one long chain.
template <bool partial, int rows, int vectors>
static inline void add_old(const Tile& t, Vec (&sums)[rows][vectors]) {
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) {
      const Real* c = t.c + r * t.cRow + j * Vec::lanes;
      sums[r][j] = sums[r][j] + (partial ? load_partial(c, t.tail) : load(c));
    }
  }
}

template <int rows, int vectors>
static inline void finish_sums(const Tile& t, const Vec (&sums)[rows][vectors], Finish finish) {
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

/// One tile of `rows` x `vectors`; if `partial`, its one vector has `tail` lanes and no finish; if `listed`, over `steps`.
template <int rows, int vectors, bool partial, bool listed>
static inline void gemm_tile(const Tile& t, Start start, Finish finish, Vec* squares) {
  constexpr int lanes = Vec::lanes;
  Vec sums[rows][vectors];
  start_sums(t, start, sums);

  // Three rows share a pointer: x86 addresses hold base + {0, 1, 2} * stride, and fourteen pointers would not fit its registers.
  constexpr int groups = (rows + 2) / 3;
  const Real* a[groups];
  const ptrdiff_t aRow = t.aRow, aStep = t.aStep, bStep = t.bStep;
#pragma GCC unroll 8
  for (int group = 0; group < groups; ++group) a[group] = t.a + 3 * group * aRow;
  const Real* b = t.b;
  const uint16_t* step = t.steps;
  for (int k = t.depth; k > 0; --k) {
    if constexpr (listed) {
      b = t.b + *step * bStep;
      const Real* at = t.a + *step * aStep;
#pragma GCC unroll 8
      for (int group = 0; group < groups; ++group) a[group] = at + 3 * group * aRow;
      ++step;
    }
    Vec values[vectors];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) values[j] = load(b + j * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const Vec weight = set(a[r / 3][(r % 3) * aRow]);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) sums[r][j] = multiply_add(weight, values[j], sums[r][j]);
    }
    if constexpr (!listed) {
      b += bStep;
#pragma GCC unroll 8
      for (int group = 0; group < groups; ++group) a[group] += aStep;
    }
  }

  if (start == Start::Sum) add_old<partial>(t, sums);
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
  finish_sums(t, sums, finish);
}

static inline Finish finish_of(Activation activation, bool gated, Activation gate) {
  if (gated) return gate == Activation::Relu ? Finish::ReluGate : Finish::LeakyGate;
  if (activation == Activation::Relu) return Finish::Relu;
  return activation == Activation::LeakyRelu ? Finish::Leaky : Finish::Plain;
}

/// A part of the product that all rows take together: columns from `column` to `end`, `depth` steps from `from` on, or those of them
/// that are listed.
struct Part {
  int column, end;
  int from, depth;
  const uint16_t* steps;
  /// Whether C holds nothing yet, and whether it is finished after this.
  bool first, last;
};

/// What gemm_rows goes along with: a tile's place and the columns that are left.
struct Strip {
  Tile tile;
  int left;
  Start start;
  Finish finish;
  Vec* squares;
};

/// As many tiles of `vectors` as fit, then half as wide ones for the rest.
template <int rows, int vectors, bool listed>
static inline void gemm_strip(Strip& strip) {
  constexpr int count = vectors * Vec::lanes;
  Tile& tile = strip.tile;
  while (strip.left >= count) {
    gemm_tile<rows, vectors, false, listed>(tile, strip.start, strip.finish, strip.squares);
    tile.b += count;
    tile.c += count;
    tile.gate += count;
    strip.left -= count;
  }
  if constexpr (vectors > 1) gemm_strip<rows, vectors / 2, listed>(strip);
}

/// `rows` rows of one part.
template <int rows, bool listed>
BASIN_APART static void gemm_rows(const Gemm<Real>& g, int row, const Part& part) {
  // Few rows leave registers free for more columns, and need them to hide the latency of the sums.
  constexpr int widen = listed ? 1 : rows == 1 ? 4 : rows * 2 <= Vec::tileRows ? 2 : 1;
  const ptrdiff_t at = row * g.cRow + part.column;
  Vec squares = set(0);
  Strip strip;
  strip.tile = {g.a + row * g.aRow + part.from * g.aStep,
                g.aRow,
                g.aStep,
                g.b + part.from * g.bStep + part.column,
                g.bStep,
                g.c + at,
                g.cRow,
                g.bias == nullptr ? nullptr : g.bias + row,
                (g.gate == nullptr ? g.c : g.gate) + at,
                part.depth,
                part.steps,
                0};
  strip.left = part.end - part.column;
  strip.start = g.accumulate || !part.first ? Start::Sum : g.bias != nullptr ? Start::Bias : Start::Zero;
  strip.finish = part.last ? finish_of(g.activation, g.gate != nullptr, g.gateActivation) : Finish::Plain;
  strip.squares = g.squares != nullptr && part.last ? &squares : nullptr;
  gemm_strip<rows, widen * Vec::tileVectors, listed>(strip);
  if (strip.left > 0) {
    strip.tile.tail = strip.left;
    gemm_tile<rows, 1, true, listed>(strip.tile, strip.start, Finish::Plain, strip.squares);
  }
  if (strip.squares != nullptr) *g.squares += sum(squares);
}

/// Listed products have at least so many rows in a tile (gemm sees to it).
constexpr int listedRows = Vec::tileRows - Vec::tileRows / 4;

template <int rows, bool listed>
struct RowDispatch {
  static void run(int count, const Gemm<Real>& g, int row, const Part& part) {
    if (count == rows) {
      gemm_rows<rows, listed>(g, row, part);
    } else if constexpr (rows > (listed ? listedRows : 1)) {
      RowDispatch<rows - 1, listed>::run(count, g, row, part);
    }
  }
};

/// The next of so many parts that deal out what is left evenly: 15 in two are 8 and 7, not 14 and 1.
static inline int even_part(int left, int parts) { return (left + parts - 1) / parts; }

/// All rows of one part, dealt out evenly.
template <bool listed>
static inline void gemm_part(const Gemm<Real>& g, int blocks, const Part& part) {
  int row = 0;
  for (int block = 0; block < blocks; ++block) {
    const int rows = even_part(g.rows - row, blocks - block);
    RowDispatch<Vec::tileRows, listed>::run(rows, g, row, part);
    row += rows;
  }
}

/// Every step: columns from `column` to `end`, in blocks of the depth.
static void gemm_dense(const Gemm<Real>& g, int blocks, int column, int end, int from, int depth) {
  const bool small = depth <= depthBlock;
  const int panel = small || blocks == 1 ? end - column : panelColumns;
  const int step = small ? depth : depthBlock;
  for (int k = from; k < from + depth; k += step) {
    const int here = k + step < from + depth ? step : from + depth - k;
    for (int c = column; c < end; c += panel) {
      const int to = c + panel < end ? c + panel : end;
      gemm_part<false>(g, blocks, {c, to, k, here, nullptr, k == 0, k + here == g.depth});
    }
  }
}

/// The steps that count in some panels side by side, counted from `from` on.
struct StepLists {
  static constexpr int room = 4096;
  static constexpr int maxDepth = 1024;
  static constexpr int maxPanels = 64;
  int from, depth, panels;
  int counts[maxPanels];
  uint16_t steps[room];
  const uint16_t* of(int panel) const { return steps + panel * depth; }
};

/// Lists the steps at which a panel's row of B is not all zeros. Returns their number over all panels.
static int list_steps(const Gemm<Real>& g, int column, int end, StepLists& lists) {
  int total = 0;
  lists.panels = 0;
  for (int start = column; start < end; start += panelColumns) {
    const int stop = start + panelColumns < end ? start + panelColumns : end;
    uint16_t* steps = lists.steps + lists.panels * lists.depth;
    int count = 0;
    for (int k = 0; k < lists.depth; ++k) {
      const Real* row = g.b + (lists.from + k) * g.bStep;
      Vec size = set(0);
      for (int c = start; c < stop; c += Vec::lanes) size = size + abs(load(row + c));
      steps[count] = static_cast<uint16_t>(k);
      count += all(equal(size, set(0))) ? 0 : 1;
    }
    lists.counts[lists.panels++] = count;
    total += count;
  }
  return total;
}

/// The listed steps alone.
static void gemm_listed(const Gemm<Real>& g, int blocks, int column, int end, const StepLists& lists) {
  int most = 0;
  for (int panel = 0; panel < lists.panels; ++panel) most = lists.counts[panel] > most ? lists.counts[panel] : most;
  // Shares whose rows of B fit the first cache; one at least, to start and finish C.
  const int shares = most <= depthBlock ? 1 : (most + depthBlock - 1) / depthBlock;
  for (int share = 0; share < shares; ++share) {
    for (int panel = 0; panel < lists.panels; ++panel) {
      const int start = column + panel * panelColumns, stop = start + panelColumns < end ? start + panelColumns : end;
      const int first = lists.counts[panel] * share / shares, last = lists.counts[panel] * (share + 1) / shares;
      gemm_part<true>(g, blocks,
                      {start, stop, lists.from, last - first, lists.of(panel) + first, lists.from == 0 && share == 0,
                       lists.from + lists.depth == g.depth && share + 1 == shares});
    }
  }
}

/// For a B with many zeros, such as images with empty margins: where a panel's row is zero, the step is left out.
static void gemm_sparse(const Gemm<Real>& g, int blocks) {
  StepLists lists;
  for (lists.from = 0; lists.from < g.depth; lists.from += lists.depth) {
    lists.depth = g.depth - lists.from < StepLists::maxDepth ? g.depth - lists.from : StepLists::maxDepth;
    const int fitting = StepLists::room / lists.depth;
    const int columns = (fitting < StepLists::maxPanels ? fitting : StepLists::maxPanels) * panelColumns;
    for (int column = 0; column < g.columns; column += columns) {
      const int end = column + columns < g.columns ? column + columns : g.columns;
      const int total = list_steps(g, column, end, lists);
      // A step by list costs a little more.
      if (10 * total > 9 * lists.depth * lists.panels) gemm_dense(g, blocks, column, end, lists.from, lists.depth);
      else gemm_listed(g, blocks, column, end, lists);
    }
  }
}

#include "narrow.h"

static void gemm(const Gemm<Real>& g) {
  if (const NarrowProduct product = find_narrow_product(g)) return product(g);
  const int blocks = (g.rows + Vec::tileRows - 1) / Vec::tileRows;
  if (g.sparse && g.rows >= 4 * Vec::tileRows) return gemm_sparse(g, blocks);
  gemm_dense(g, blocks, 0, g.columns, 0, g.depth);
}
