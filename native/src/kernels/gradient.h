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

/// As many sums as there are lanes, from vectors of partial sums.
constexpr int dotFolds = Vec::lanes / dotInputs;

/// Each vector's lanes summed. `count` is a multiple of dotInputs; numbers has room for whole vectors.
template <int count>
static inline void sum_lanes(const Vec (&sums)[count], Real* numbers) {
  constexpr int folds = count / dotInputs;
#pragma GCC unroll 8
  for (int first = 0; first < folds; first += dotFolds) {
    Vec folded[dotFolds];
#pragma GCC unroll 4
    for (int f = 0; f < dotFolds; ++f) {
      Vec rows[dotInputs];
#pragma GCC unroll 4
      for (int i = 0; i < dotInputs; ++i) rows[i] = first + f < folds ? sums[(first + f) * dotInputs + i] : set(0);
      folded[f] = fold(rows);
    }
    folded_sums(folded, numbers + first * dotInputs);
  }
}

/// Gradients of a tile's weights, delta[o] . input[i] for `outputs` outputs from `output` and `inputs` inputs from `input` on; if `last`,
/// of these outputs' biases too: the sums of delta[o], which additions find time for beside the multiplications.
template <int outputs, int inputs, bool last>
BASIN_APART static void weight_tile(const WeightGradient<Real>& g, int output, int input) {
  constexpr int width = inputs + (last ? 1 : 0), count = outputs * width;
  constexpr int padded = (count + dotInputs - 1) / dotInputs * dotInputs;
  const ptrdiff_t stride = g.stride;
  const Real* delta = g.delta + output * stride;
  const Real* from = g.input + input * stride;
  Vec sums[padded];
#pragma GCC unroll 32
  for (int i = 0; i < padded; ++i) sums[i] = set(0);
  // Two at a time: in short turns the processor would wait for the next ones.
#pragma GCC unroll 2
  for (int c = 0; c < g.columns; c += Vec::lanes) {
    Vec deltas[outputs];
#pragma GCC unroll 8
    for (int o = 0; o < outputs; ++o) deltas[o] = load(delta + o * stride + c);
#pragma GCC unroll 4
    for (int i = 0; i < inputs; ++i) {
      const Vec value = load(from + i * stride + c);
#pragma GCC unroll 8
      for (int o = 0; o < outputs; ++o) sums[o * width + i] = multiply_add(deltas[o], value, sums[o * width + i]);
    }
    if constexpr (last) {
#pragma GCC unroll 8
      for (int o = 0; o < outputs; ++o) sums[o * width + inputs] = sums[o * width + inputs] + deltas[o];
    }
  }
  Real numbers[padded + Vec::lanes];
  sum_lanes(sums, numbers);
  Real* weights = g.weights + static_cast<ptrdiff_t>(output) * g.inputs + input;
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o, weights += g.inputs) {
    put_sums(weights, numbers + o * width, inputs, g.accumulate);
    if (last) put_sums(g.bias + output + o, numbers + o * width + inputs, 1, g.accumulate);
  }
}

/// A tile of `width` inputs, the bias taken for one more.
template <int outputs, int width>
static inline void weight_block(const WeightGradient<Real>& g, int output, int input) {
  if (input + width > g.inputs) weight_tile<outputs, width - 1, true>(g, output, input);
  else weight_tile<outputs, width, false>(g, output, input);
}

/// All inputs of `outputs` outputs, then their biases, dealt out evenly.
template <int outputs>
static void weight_rows(const WeightGradient<Real>& g, int output) {
  const int all = g.inputs + 1, blocks = (all + dotInputs - 1) / dotInputs;
  int input = 0;
  for (int block = 0; block < blocks; ++block) {
    const int width = even_part(all - input, blocks - block);
    if (width == 1) weight_block<outputs, 1>(g, output, input);
    if (width == 2) weight_block<outputs, 2>(g, output, input);
    if constexpr (dotInputs == 4) {
      if (width == 3) weight_block<outputs, 3>(g, output, input);
      if (width == 4) weight_block<outputs, 4>(g, output, input);
    }
    input += width;
  }
}

template <int outputs>
static inline void dispatch_outputs(int wanted, const WeightGradient<Real>& g, int output) {
  if (wanted == outputs) return weight_rows<outputs>(g, output);
  if constexpr (outputs > 1) dispatch_outputs<outputs - 1>(wanted, g, output);
}

static void weightGradient(const WeightGradient<Real>& g) {
  const int blocks = (g.outputs + Vec::dotOutputs - 1) / Vec::dotOutputs;
  int output = 0;
  for (int block = 0; block < blocks; ++block) {
    const int outputs = even_part(g.outputs - output, blocks - block);
    dispatch_outputs<Vec::dotOutputs>(outputs, g, output);
    output += outputs;
  }
}
