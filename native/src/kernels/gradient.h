// Gradient of a small layer's weights by dot products along the batch, and the sums and transposes around it.
// Included inside a level's namespace.

/// In tiles of as many rows as there are lanes, turned in registers, and enough tiles below each other to fill a cache line of `to`;
/// what is left over number by number.
static void transpose(const Real* from, ptrdiff_t fromStride, int rows, int columns, Real* to, ptrdiff_t toStride) {
  constexpr int lanes = Vec::lanes;
  const int whole_rows = rows / lanes * lanes, whole_columns = columns / lanes * lanes;
  constexpr int line = 16;
  for (int block = 0; block < whole_rows; block += line) {
    const int end = block + line < whole_rows ? block + line : whole_rows;
    for (int column = 0; column < whole_columns; column += lanes) {
      for (int row = block; row < end; row += lanes) {
        Vec tile[lanes];
#pragma GCC unroll 16
        for (int i = 0; i < lanes; ++i) tile[i] = load(from + (row + i) * fromStride + column);
        turn(tile);
#pragma GCC unroll 16
        for (int i = 0; i < lanes; ++i) store(to + (column + i) * toStride + row, tile[i]);
      }
    }
  }
  for (int c = 0; c < columns; ++c) {
    for (int r = c < whole_columns ? whole_rows : 0; r < rows; ++r) to[c * toStride + r] = from[r * fromStride + c];
  }
}

/// Inputs of a tile: as many sums are brought down to numbers together.
constexpr int dotInputs = Vec::dotInputs;

/// A tile's sums to where they belong, or fewer at the end of a row.
static inline void put_sums(Real* to, const Real* sums, int count, bool accumulate) {
  if (count == dotInputs && !accumulate) {
    for (int i = 0; i < dotInputs; ++i) to[i] = sums[i];
    return;
  }
  for (int i = 0; i < count; ++i) to[i] = accumulate ? to[i] + sums[i] : sums[i];
}

template <int rows>
static inline void sum_some(const Real* from, ptrdiff_t stride, int columns, Real* sums, bool accumulate) {
  Vec totals[dotInputs];
  for (Vec& total : totals) total = set(0);
  for (int c = 0; c < columns; c += Vec::lanes) {
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) totals[r] = totals[r] + load(from + r * stride + c);
  }
  Real here[dotInputs];
  block_sums(fold(totals), here);
  put_sums(sums, here, rows, accumulate);
}

static void sumRows(const Real* rows, ptrdiff_t stride, int count, int columns, Real* sums, bool accumulate) {
  int r = 0;
  for (; r + dotInputs <= count; r += dotInputs) sum_some<dotInputs>(rows + r * stride, stride, columns, sums + r, accumulate);
  for (; r < count; ++r) sum_some<1>(rows + r * stride, stride, columns, sums + r, accumulate);
}

/// Sums of delta[o] . input[k] for a tile of up to dotInputs inputs. Each output's sums go to scratch as one vector that holds
/// lanes / dotInputs partial sums of each.
template <int outputs, int inputs>
static inline void weight_tile(const Real* delta, const Real* input, ptrdiff_t stride, int columns, Real* scratch,
                               ptrdiff_t scratchRow) {
  Vec sums[outputs][dotInputs];
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o) {
#pragma GCC unroll 4
    for (int i = 0; i < dotInputs; ++i) sums[o][i] = set(0);
  }
  for (int c = 0; c < columns; c += Vec::lanes) {
    Vec deltas[outputs];
#pragma GCC unroll 8
    for (int o = 0; o < outputs; ++o) deltas[o] = load(delta + o * stride + c);
#pragma GCC unroll 4
    for (int i = 0; i < inputs; ++i) {
      const Vec value = load(input + i * stride + c);
#pragma GCC unroll 8
      for (int o = 0; o < outputs; ++o) sums[o][i] = multiply_add(deltas[o], value, sums[o][i]);
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o) store(scratch + o * scratchRow, fold(sums[o]));
}

/// All inputs of `outputs` outputs, then their biases: ceil(inputs / dotInputs) vectors for each output.
template <int outputs>
static void weight_rows(const WeightGradient<Real>& g, int output) {
  const int inputs = g.inputs, columns = g.columns;
  const ptrdiff_t stride = g.stride, scratchRow = (inputs + dotInputs - 1) / dotInputs * Vec::lanes;
  const Real* delta = g.delta + output * stride;
  const Real* input = g.input;
  Real* scratch = g.scratch + output * scratchRow;
  int i = 0;
  for (; i + dotInputs <= inputs; i += dotInputs) {
    weight_tile<outputs, dotInputs>(delta, input, stride, columns, scratch, scratchRow);
    input += dotInputs * stride;
    scratch += Vec::lanes;
  }
  if (inputs - i == 1) weight_tile<outputs, 1>(delta, input, stride, columns, scratch, scratchRow);
  if constexpr (dotInputs == 4) {
    if (inputs - i == 2) weight_tile<outputs, 2>(delta, input, stride, columns, scratch, scratchRow);
    if (inputs - i == 3) weight_tile<outputs, 3>(delta, input, stride, columns, scratch, scratchRow);
  }
}

template <int outputs>
struct OutputDispatch {
  static void run(int count, const WeightGradient<Real>& g, int output) {
    if (count == outputs) {
      weight_rows<outputs>(g, output);
    } else {
      OutputDispatch<outputs - 1>::run(count, g, output);
    }
  }
};
template <>
struct OutputDispatch<0> {
  static void run(int, const WeightGradient<Real>&, int) {}
};

/// Adds up what weight_tile left: row by row of the weights, from vectors of partial sums.
static void gather_sums(const WeightGradient<Real>& g) {
  constexpr int together = Vec::lanes / dotInputs;
  const int inputs = g.inputs;
  const int count = (inputs + dotInputs - 1) / dotInputs * g.outputs;
  const bool accumulate = g.accumulate;
  const Real* scratch = g.scratch;
  Real* to = g.weights;
  int left = inputs;
  for (int first = 0; first < count; first += together) {
    Real sums[Vec::lanes];
    folded_sums(scratch + first * Vec::lanes, sums);
    for (int q = 0; q < together && first + q < count; ++q) {
      const int here = left < dotInputs ? left : dotInputs;
      put_sums(to, sums + dotInputs * q, here, accumulate);
      to += here;
      left = left == here ? inputs : left - here;
    }
  }
}

static void weightGradient(const WeightGradient<Real>& given) {
  WeightGradient<Real> g = given;
  if (g.inputs == 1) {
    // One column of weights is one row in memory; along a row the sums come several at a time.
    g.inputs = given.outputs;
    g.outputs = 1;
    g.delta = given.input;
    g.input = given.delta;
  }
  const int blocks = (g.outputs + Vec::dotOutputs - 1) / Vec::dotOutputs;
  int output = 0;
  for (int block = 0; block < blocks; ++block) {
    const int outputs = (g.outputs - output + blocks - block - 1) / (blocks - block);
    OutputDispatch<Vec::dotOutputs>::run(outputs, g, output);
    output += outputs;
  }
  gather_sums(g);
  sumRows(given.delta, g.stride, given.outputs, g.columns, g.bias, g.accumulate);
}
