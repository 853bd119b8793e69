// Products of small depth: the vectors of B stay in registers, and every number of A is read where it is multiplied. Rows need
// nothing from each other, so the processor has the next ones under way before a row's chain of sums is done. The sums are those of a tile,
// in the same order. Included inside a level's namespace.

/// A(row, k) in `aRow` and `aStep`, or with steps of one.
enum class Steps { Any, Unit };

/// One column of vectors after the other: depth multiplications and one store for each row.
template <int depth, Steps steps, Finish finish>
BASIN_APART static void narrow_product(const Gemm<Real>& g) {
  static const Real zero = 0;
  // Three steps share a pointer, as rows do in a tile.
  constexpr int groups = (depth + 2) / 3;
  const ptrdiff_t aRow = g.aRow, aStep = steps == Steps::Unit ? 1 : g.aStep, cRow = g.cRow;
  const ptrdiff_t biasRow = g.bias == nullptr ? 0 : 1;
  for (int column = 0; column < g.columns; column += Vec::lanes) {
    Vec b[depth];
    const Real* from = g.b + column;
#pragma GCC unroll 32
    for (int k = 0; k < depth; ++k, from += g.bStep) b[k] = load(from);
    const Real* a[groups];
#pragma GCC unroll 16
    for (int group = 0; group < groups; ++group) a[group] = g.a + 3 * group * aStep;
    const Real* bias = g.bias == nullptr ? &zero : g.bias;
    Real* c = g.c + column;
    const Real* gate = finish == Finish::ReluGate ? g.gate + column : nullptr;
#pragma GCC unroll 1
    for (int row = 0; row < g.rows; ++row) {
      Vec sum = set(*bias);
#pragma GCC unroll 32
      for (int k = 0; k < depth; ++k) {
        const Real* weight = steps == Steps::Unit ? a[0] + k : a[k / 3] + (k % 3) * aStep;
        sum = multiply_add(set(*weight), b[k], sum);
      }
      if constexpr (finish == Finish::Relu) sum = max(set(0), sum);
      if constexpr (finish == Finish::ReluGate) sum = where_positive(load(gate), sum);
      store(c, sum);
      bias += biasRow;
      c += cRow;
      if constexpr (finish == Finish::ReluGate) gate += cRow;
#pragma GCC unroll 16
      for (int group = 0; group < (steps == Steps::Unit ? 1 : groups); ++group) a[group] += aRow;
    }
  }
}

using NarrowProduct = void (*)(const Gemm<Real>&);

/// The product of this depth, from `depth` down.
template <int depth, Steps steps, Finish finish>
static inline NarrowProduct narrow_product_of(int wanted) {
  if constexpr (depth == 0) return nullptr;
  else return wanted == depth ? narrow_product<depth, steps, finish> : narrow_product_of<depth - 1, steps, finish>(wanted);
}

/// With more rows, numbers of A that are used together (when A is read turned) and rows of C that are written together crowd the same sets
/// of the first cache.
constexpr int narrowRows = 2048 / sizeof(Real);

/// What computes this product, or null: what layers ask for there and back, and nothing else.
static NarrowProduct find_narrow_product(const Gemm<Real>& g) {
  constexpr int deepest = Vec::narrowDepth;
  if (g.depth > deepest || g.rows == 1 || g.rows > narrowRows) return nullptr;
  if (g.accumulate || g.squares != nullptr || g.columns % Vec::lanes != 0) return nullptr;
  const Finish finish = finish_of(g.activation, g.gate != nullptr, g.gateActivation);
  if (g.aStep == 1) {
    if (finish == Finish::Plain) return narrow_product_of<deepest, Steps::Unit, Finish::Plain>(g.depth);
    if (finish == Finish::Relu) return narrow_product_of<deepest, Steps::Unit, Finish::Relu>(g.depth);
  }
  if (finish == Finish::Plain) return narrow_product_of<deepest, Steps::Any, Finish::Plain>(g.depth);
  if (finish == Finish::ReluGate) return narrow_product_of<deepest, Steps::Any, Finish::ReluGate>(g.depth);
  return nullptr;
}
