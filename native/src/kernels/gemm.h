// Matrix product by register tiles: tileRows x tileVectors sums stay in registers over the whole depth. A is read as scalars
// spread over a vector, B as vectors; bias, activation or the derivative of the layer below are applied before the one store.
// Included inside a level's namespace.

static inline Vec cheap_activation(Activation activation, Vec x) {
  if (activation == Activation::Relu) return max(set(0.0f), x);
  if (activation == Activation::LeakyRelu) return select(less(x, set(0.0f)), x * set(leakySlope), x);
  return x;
}

/// x times the derivative of relu or leaky relu, from the activation's output a.
static inline Vec gated(Activation activation, Vec x, Vec a) {
  const Vec closed = activation == Activation::Relu ? set(0.0f) : x * set(leakySlope);
  return select(less(set(0.0f), a), x, closed);
}

/// One tile: `rows` x `vectors`, the last vector of `tail` lanes if `tail` > 0.
template <int rows, int vectors>
static inline void gemm_tile(const Gemm& g, int row, int column, int tail) {
  constexpr int lanes = Vec::lanes;
  // Three rows share a pointer: x86 addresses hold base + {0, 1, 2} * stride, and fourteen pointers would not fit its registers.
  constexpr int groups = (rows + 2) / 3;
  const float* a[groups];
  for (int group = 0; group < groups; ++group) a[group] = g.a + (row + 3 * group) * g.aRow;
  const float* b = g.b + column;
  float* c = g.c + row * g.cRow + column;

  Vec sums[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) {
      if (g.accumulate) {
        const bool partial = tail > 0 && j == vectors - 1;
        sums[r][j] = partial ? load_partial(c + r * g.cRow + j * lanes, tail) : load(c + r * g.cRow + j * lanes);
      } else {
        sums[r][j] = set(g.bias != nullptr ? g.bias[row + r] : 0.0f);
      }
    }
  }

  const ptrdiff_t aRow = g.aRow;
  const ptrdiff_t aStep = g.aStep;
  const ptrdiff_t bStep = g.bStep;
  for (int k = 0; k < g.depth; ++k) {
    Vec column_values[vectors];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) column_values[j] = load(b + j * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const Vec weight = set(a[r / 3][(r % 3) * aRow]);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) sums[r][j] = multiply_add(weight, column_values[j], sums[r][j]);
    }
    b += bStep;
#pragma GCC unroll 8
    for (int group = 0; group < groups; ++group) a[group] += aStep;
  }

#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) {
      Vec value = cheap_activation(g.activation, sums[r][j]);
      if (g.gate != nullptr) value = gated(g.gateActivation, value, load(g.gate + (c - g.c) + r * g.cRow + j * lanes));
      float* to = c + r * g.cRow + j * lanes;
      if (tail > 0 && j == vectors - 1) {
        store_partial(to, value, tail);
      } else {
        store(to, value);
      }
    }
  }
}

/// All columns of `rows` rows.
template <int rows>
static void gemm_rows(const Gemm& g, int row) {
  constexpr int lanes = Vec::lanes;
  // Few rows leave registers free for more columns, and need them to hide the latency of the sums.
  constexpr int vectors = rows * 2 * Vec::tileVectors <= Vec::tileRows * Vec::tileVectors ? 2 * Vec::tileVectors
                                                                                       : Vec::tileVectors;
  int column = 0;
  for (; column + vectors * lanes <= g.columns; column += vectors * lanes) gemm_tile<rows, vectors>(g, row, column, 0);
  for (; column + lanes <= g.columns; column += lanes) gemm_tile<rows, 1>(g, row, column, 0);
  if (column < g.columns) gemm_tile<rows, 1>(g, row, column, g.columns - column);
}

template <int rows>
struct GemmRest {
  static void run(const Gemm& g, int row, int rest) {
    if (rest == rows) {
      gemm_rows<rows>(g, row);
    } else {
      GemmRest<rows - 1>::run(g, row, rest);
    }
  }
};
template <>
struct GemmRest<0> {
  static void run(const Gemm&, int, int) {}
};

static void gemm(const Gemm& g) {
  // Rows are dealt out evenly: 15 rows are 8 and 7, not 14 and 1.
  const int blocks = (g.rows + Vec::tileRows - 1) / Vec::tileRows;
  int row = 0;
  for (int block = 0; block < blocks; ++block) {
    const int rows = (g.rows - row + blocks - block - 1) / (blocks - block);
    GemmRest<Vec::tileRows>::run(g, row, rows);
    row += rows;
  }
}

/// In tiles of 16 x 16, so that both sides stay in the first cache.
static void transpose(const float* from, ptrdiff_t fromStride, int rows, int columns, float* to, ptrdiff_t toStride) {
  constexpr int side = 16;
  for (int row = 0; row < rows; row += side) {
    const int row_end = row + side < rows ? row + side : rows;
    for (int column = 0; column < columns; column += side) {
      const int column_end = column + side < columns ? column + side : columns;
      for (int c = column; c < column_end; ++c) {
        for (int r = row; r < row_end; ++r) to[c * toStride + r] = from[r * fromStride + c];
      }
    }
  }
}

static void sumRows(const float* rows, ptrdiff_t stride, int count, int columns, float* sums, bool accumulate) {
  for (int r = 0; r < count; ++r) {
    Vec total = set(0.0f);
    for (int c = 0; c < columns; c += Vec::lanes) total = total + load(rows + r * stride + c);
    sums[r] = (accumulate ? sums[r] : 0.0f) + sum(total);
  }
}

/// A tile of sums delta[o] . input[k] over the batch, one vector each, into scratch.
template <int outputs, int inputs>
static inline void weight_tile(const WeightGradient& g, int output, int input) {
  Vec sums[outputs][inputs];
  for (int o = 0; o < outputs; ++o) {
    for (int i = 0; i < inputs; ++i) sums[o][i] = set(0.0f);
  }
  const float* delta = g.delta + output * g.stride;
  const float* values = g.input + input * g.stride;
  for (int c = 0; c < g.columns; c += Vec::lanes) {
    Vec inputs_here[inputs];
#pragma GCC unroll 8
    for (int i = 0; i < inputs; ++i) inputs_here[i] = load(values + i * g.stride + c);
#pragma GCC unroll 8
    for (int o = 0; o < outputs; ++o) {
      const Vec d = load(delta + o * g.stride + c);
#pragma GCC unroll 8
      for (int i = 0; i < inputs; ++i) sums[o][i] = multiply_add(d, inputs_here[i], sums[o][i]);
    }
  }
  for (int o = 0; o < outputs; ++o) {
    for (int i = 0; i < inputs; ++i) store(g.scratch + ((output + o) * g.inputs + input + i) * Vec::lanes, sums[o][i]);
  }
}

template <int outputs>
static void weight_rows(const WeightGradient& g, int output) {
  int input = 0;
  for (; input + 5 <= g.inputs; input += 5) weight_tile<outputs, 5>(g, output, input);
  for (; input + 2 <= g.inputs; input += 2) weight_tile<outputs, 2>(g, output, input);
  for (; input < g.inputs; ++input) weight_tile<outputs, 1>(g, output, input);
}

static void weightGradient(const WeightGradient& g) {
  int output = 0;
  for (; output + 5 <= g.outputs; output += 5) weight_rows<5>(g, output);
  for (; output + 2 <= g.outputs; output += 2) weight_rows<2>(g, output);
  for (; output < g.outputs; ++output) weight_rows<1>(g, output);
  const int count = g.inputs * g.outputs;
  for (int i = 0; i < count; ++i) {
    g.weights[i] = (g.accumulate ? g.weights[i] : 0.0f) + sum(load(g.scratch + i * Vec::lanes));
  }
  sumRows(g.delta, g.stride, g.outputs, g.columns, g.bias, g.accumulate);
}
