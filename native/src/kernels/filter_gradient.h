// Gradient of a convolution's filters by dot products of deltas with shifted inputs along rows of places and the batch. A block of places
// at a time: its inputs are copied with the zeros around the image, so that each tap is one run, a few numbers after the one before.
// Included inside a level's namespace.

/// Vectors of one output's deltas in a block: with those of dotOutputs outputs they stay in the first cache.
constexpr int blockVectors = 64;
/// Numbers of inputs that are copied at a time.
constexpr ptrdiff_t blockInputs = 1 << 16;

/// Sums over the blocks, in double: there may be thousands of them.
struct FilterSums {
  /// [count, channels, kernel places], and [count] of the deltas.
  double* weights;
  double* bias;
};

/// Places [y, y + down) x [x, x + across) of the output, for some columns.
struct PlaceBlock {
  int y, down, x, across, column, columns;
};

/// The copied inputs of a block: [channels, rows, phases, length]. A phase holds every strideWidth-th place.
struct BlockInputs {
  int rows, phases;
  ptrdiff_t length;
  ptrdiff_t row() const { return phases * length; }
  ptrdiff_t channel() const { return rows * row(); }
};

static inline BlockInputs block_inputs(const Windows& w, const PlaceBlock& block) {
  const int phases = smaller(w.strideWidth, w.kernelWidth);
  const ptrdiff_t places = block.across + (w.kernelWidth - 1) / w.strideWidth;
  return {(block.down - 1) * w.strideHeight + w.kernelHeight, phases, places * block.columns + columnMultiple};
}

static void copy_inputs(const FilterGradient<Real>& g, const PlaceBlock& block, const BlockInputs& form, int channel, int channels) {
  const Windows& w = g.windows;
  const int top = block.y * w.strideHeight - w.paddingHeight, left = block.x * w.strideWidth - w.paddingWidth;
  const int places = block.across + (w.kernelWidth - 1) / w.strideWidth;
  Real* row = g.scratch;
  for (int c = channel; c < channel + channels; ++c) {
    for (int i = 0; i < form.rows; ++i) {
      const int y = top + i;
      const bool inside = y >= 0 && y < w.height;
      const Real* from = g.input + (ptrdiff_t{c} * w.height + y) * w.width * g.stride + block.column;
      for (int phase = 0; phase < form.phases; ++phase, row += form.length) {
        Real* to = row;
        for (int p = 0; p < places; ++p) {
          const int x = left + phase + p * w.strideWidth;
          const bool there = inside && x >= 0 && x < w.width;
          for (int b = 0; b < block.columns; b += Vec::lanes, to += Vec::lanes) store(to, there ? load(from + x * g.stride + b) : set(0));
        }
      }
    }
  }
}

/// What a tile of sums runs along: `down` x `across` runs of `vectors` vectors.
struct Runs {
  int down, across, vectors;
  ptrdiff_t deltaDown, deltaAcross, inputDown, inputAcross;
};

/// Sums of delta[o] . input[i] along the runs, [outputs, dotInputs].
template <int outputs>
static inline void filter_tile(const Runs& runs, const Real* delta, ptrdiff_t plane, const Real* const (&inputs)[dotInputs],
                               Real* to) {
  Vec sums[outputs][dotInputs];
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o) {
#pragma GCC unroll 4
    for (int i = 0; i < dotInputs; ++i) sums[o][i] = set(0);
  }
  for (int down = 0; down < runs.down; ++down) {
    for (int across = 0; across < runs.across; ++across) {
      const Real* d = delta + down * runs.deltaDown + across * runs.deltaAcross;
      const Real* at[dotInputs];
      for (int i = 0; i < dotInputs; ++i) at[i] = inputs[i] + down * runs.inputDown + across * runs.inputAcross;
      for (ptrdiff_t v = 0; v < ptrdiff_t{runs.vectors} * Vec::lanes; v += Vec::lanes) {
        Vec deltas[outputs];
#pragma GCC unroll 8
        for (int o = 0; o < outputs; ++o) deltas[o] = load(d + o * plane + v);
#pragma GCC unroll 4
        for (int i = 0; i < dotInputs; ++i) {
          const Vec value = load(at[i] + v);
#pragma GCC unroll 8
          for (int o = 0; o < outputs; ++o) sums[o][i] = multiply_add(deltas[o], value, sums[o][i]);
        }
      }
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o) block_sums(fold(sums[o]), to + o * dotInputs);
}

/// Sums of the deltas along the runs, by many short chains: they lose fewer digits.
template <int outputs>
static inline void sum_deltas(const Runs& runs, const Real* delta, ptrdiff_t plane, double* to) {
  constexpr int chain = 8;
  for (int o = 0; o < outputs; ++o) {
    for (int down = 0; down < runs.down; ++down) {
      for (int across = 0; across < runs.across; ++across) {
        const Real* d = delta + o * plane + down * runs.deltaDown + across * runs.deltaAcross;
        for (int v = 0; v < runs.vectors; v += chain) {
          const int end = smaller(v + chain, runs.vectors);
          Vec total = set(0);
          for (int i = v; i < end; ++i) total = total + load(d + ptrdiff_t{i} * Vec::lanes);
          to[o] += double(sum(total));
        }
      }
    }
  }
}

/// All taps of some channels for `outputs` filters from `output`, counted from the call's first.
template <int outputs>
static void filter_rows(const FilterGradient<Real>& g, const FilterSums& total, const PlaceBlock& block, const BlockInputs& form,
                        const Runs& runs, int output, int channel, int channels) {
  const Windows& w = g.windows;
  const int window = w.kernelHeight * w.kernelWidth, taps = channels * window;
  const ptrdiff_t plane = ptrdiff_t{w.outputHeight} * w.outputWidth * g.stride;
  const ptrdiff_t filter = ptrdiff_t{w.channels} * window;
  const Real* delta = g.delta + (g.first + output) * plane + (ptrdiff_t{block.y} * w.outputWidth + block.x) * g.stride + block.column;
  double* to = total.weights + output * filter + ptrdiff_t{channel} * window;
  if (channel == 0) sum_deltas<outputs>(runs, delta, plane, total.bias + output);
  int c = 0, y = 0, x = 0;
  for (int tap = 0; tap < taps; tap += dotInputs) {
    const Real* inputs[dotInputs];
    for (int i = 0; i < dotInputs; ++i) {
      inputs[i] = g.scratch + c * form.channel() + y * form.row() + x % w.strideWidth * form.length +
                  ptrdiff_t{x / w.strideWidth} * block.columns;
      // The last tap again where there are no more.
      if (tap + i + 1 >= taps) continue;
      if (++x < w.kernelWidth) continue;
      x = 0;
      if (++y < w.kernelHeight) continue;
      y = 0;
      ++c;
    }
    Real sums[outputs * dotInputs];
    filter_tile<outputs>(runs, delta, plane, inputs, sums);
    const int here = smaller(dotInputs, taps - tap);
    for (int o = 0; o < outputs; ++o) {
      for (int i = 0; i < here; ++i) to[o * filter + tap + i] += double(sums[o * dotInputs + i]);
    }
  }
}

template <int outputs>
struct FilterDispatch {
  template <typename... Arguments>
  static void run(int count, const Arguments&... arguments) {
    if (count == outputs) filter_rows<outputs>(arguments...);
    else FilterDispatch<outputs - 1>::run(count, arguments...);
  }
};
template <>
struct FilterDispatch<0> {
  template <typename... Arguments>
  static void run(int, const Arguments&...) {}
};

static void filters_of_block(const FilterGradient<Real>& g, const FilterSums& total, const PlaceBlock& block) {
  const Windows& w = g.windows;
  const BlockInputs form = block_inputs(w, block);
  Runs runs{};
  runs.down = block.down;
  runs.deltaDown = w.outputWidth * g.stride;
  runs.inputDown = w.strideHeight * form.row();
  // Neighbouring places are one run where all columns are there.
  const bool whole = block.columns == g.stride;
  runs.across = whole ? 1 : block.across;
  runs.vectors = block.columns / Vec::lanes * (whole ? block.across : 1);
  runs.deltaAcross = g.stride;
  runs.inputAcross = block.columns;
  const int together = larger(1, static_cast<int>(blockInputs / form.channel()));
  const int blocks = (g.count + Vec::dotOutputs - 1) / Vec::dotOutputs;
  for (int channel = 0; channel < w.channels; channel += together) {
    const int channels = smaller(together, w.channels - channel);
    copy_inputs(g, block, form, channel, channels);
    int output = 0;
    for (int i = 0; i < blocks; ++i) {
      const int count = even_part(g.count - output, blocks - i);
      FilterDispatch<Vec::dotOutputs>::run(count, g, total, block, form, runs, output, channel, channels);
      output += count;
    }
  }
}

/// The largest block of places and columns from which filter_rows takes runs.
static inline PlaceBlock largest_block(const Windows& w, int columns) {
  PlaceBlock block{};
  block.columns = smaller(columns, blockVectors * Vec::lanes);
  const int vectors = block.columns / Vec::lanes;
  block.across = smaller(w.outputWidth, larger(1, blockVectors / vectors));
  // Rows between windows would be copied for nothing.
  const bool dense = w.strideHeight <= w.kernelHeight;
  block.down = dense ? smaller(w.outputHeight, larger(1, blockVectors / (vectors * block.across))) : 1;
  return block;
}

/// Numbers of inputs that are copied at a time, whatever the columns.
static inline ptrdiff_t copied_inputs(const Windows& w) {
  ptrdiff_t most = blockInputs;
  for (int vectors = columnMultiple / Vec::lanes; vectors <= blockVectors; vectors += columnMultiple / Vec::lanes) {
    const ptrdiff_t channel = block_inputs(w, largest_block(w, vectors * Vec::lanes)).channel();
    if (channel > most) most = channel;
  }
  return most;
}

static inline ptrdiff_t filters_room(const Windows& w) {
  const ptrdiff_t sums = (ptrdiff_t{w.channels} * w.kernelHeight * w.kernelWidth + 1) * w.outputs;
  return copied_inputs(w) + sums * static_cast<ptrdiff_t>(sizeof(double) / sizeof(Real));
}

static void filters_directly(const FilterGradient<Real>& g) {
  const Windows& w = g.windows;
  const ptrdiff_t filter = ptrdiff_t{w.channels} * w.kernelHeight * w.kernelWidth, weights = filter * g.count;
  FilterSums total;
  total.weights = reinterpret_cast<double*>(g.scratch + copied_inputs(w));
  total.bias = total.weights + weights;
  for (ptrdiff_t i = 0; i < weights + g.count; ++i) total.weights[i] = 0;
  const PlaceBlock largest = largest_block(w, g.columns);
  PlaceBlock block{};
  for (block.column = 0; block.column < g.columns; block.column += largest.columns) {
    block.columns = smaller(largest.columns, g.columns - block.column);
    for (block.y = 0; block.y < w.outputHeight; block.y += largest.down) {
      block.down = smaller(largest.down, w.outputHeight - block.y);
      for (block.x = 0; block.x < w.outputWidth; block.x += largest.across) {
        block.across = smaller(largest.across, w.outputWidth - block.x);
        filters_of_block(g, total, block);
      }
    }
  }
  const auto put = [&g](Real* to, const double* from, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) to[i] = Real(from[i] + (g.accumulate ? double(to[i]) : 0));
  };
  put(g.weights + g.first * filter, total.weights, weights);
  if (g.bias != nullptr) put(g.bias + g.first, total.bias, g.count);
}
