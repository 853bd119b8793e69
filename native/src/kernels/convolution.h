// Convolution as a product of weights with rows of pixels that lie where they lie: for each place of the result, the taps that are
// inside the image. Both ways, and the gradient of the filters. Included inside a level's namespace.

/// Taps along one dimension of one place of the result: kernel places `kernel`, then on by the way's kernel step, meet the places
/// `source`, then on by its source step.
struct Reach {
  int count, kernel, source;
};

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }

static inline Reach reach_forward(int place, int size, int kernel, int stride, int padding) {
  const int start = place * stride - padding;
  const int first = larger(-start, 0);
  return {smaller(kernel, size - start) - first, first, start + first};
}

/// Kernel place k brings the delta of output (place + padding - k) / stride, if that is whole and there.
static inline Reach reach_backward(int place, int size, int kernel, int stride, int padding) {
  const int shifted = place + padding;
  const int least = shifted - (size - 1) * stride;
  int first = shifted % stride;
  if (first < least) first += (least - first + stride - 1) / stride * stride;
  const int end = smaller(kernel, shifted + 1);
  return {(end - first + stride - 1) / stride, first, (shifted - first) / stride};
}

/// The sides of a convolution as one way sees them.
struct Sides {
  int rows, height, width;
  int depth, sourceHeight, sourceWidth;
};

static inline Sides sides_of(const Windows& w, Way way) {
  if (way == Way::Forward) return {w.outputs, w.outputHeight, w.outputWidth, w.channels, w.height, w.width};
  return {w.channels, w.height, w.width, w.outputs, w.outputHeight, w.outputWidth};
}

/// Blocks of rows that share a register tile, dealt out evenly.
static inline int row_blocks(int rows) { return (rows + Vec::tileRows - 1) / Vec::tileRows; }

/// Three nested loops over the taps of a tile: the depth, then kernel rows, then kernel columns.
struct Taps {
  int depth, down, across;
  ptrdiff_t weightDepth, weightDown, weightAcross;
  ptrdiff_t fromDepth, fromDown, fromAcross;
};

template <int rows, int vectors>
static inline void convolution_tile(const Tile& t, const Taps& taps, Start start, Finish finish) {
  Vec sums[rows][vectors];
  start_sums(t, start, sums);
  const ptrdiff_t weightAcross = taps.weightAcross, fromAcross = taps.fromAcross;
  const int across = taps.across;
  for (int i = 0; i < taps.depth; ++i) {
    for (int j = 0; j < taps.down; ++j) {
      const Real* weight = t.a + i * taps.weightDepth + j * taps.weightDown;
      const Real* from = t.b + i * taps.fromDepth + j * taps.fromDown;
      for (int k = across; k > 0; --k) {
        Vec values[vectors];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) values[v] = load(from + v * Vec::lanes);
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
          const Vec w = set(weight[r]);
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) sums[r][v] = multiply_add(w, values[v], sums[r][v]);
        }
        weight += weightAcross;
        from += fromAcross;
      }
    }
  }
  if (start == Start::Sum) add_old<false>(t, sums);
  finish_sums(t, sums, finish);
}

template <int rows, int vectors>
static inline void convolution_strip(Tile& tile, const Taps& taps, int left, Start start, Finish finish) {
  constexpr int count = vectors * Vec::lanes;
  for (; left >= count; left -= count) {
    convolution_tile<rows, vectors>(tile, taps, start, finish);
    tile.b += count;
    tile.c += count;
    tile.gate += count;
  }
  if constexpr (vectors > 1) convolution_strip<rows, vectors / 2>(tile, taps, left, start, finish);
}

/// What is the same for all places of a call.
struct ConvolutionRun {
  const Convolution<Real>& g;
  Way way;
  Sides sides;
  Start start;
  Finish finish;
};

static inline Reach reach_down(const ConvolutionRun& run, int place) {
  const Windows& w = run.g.windows;
  return run.way == Way::Forward ? reach_forward(place, w.height, w.kernelHeight, w.strideHeight, w.paddingHeight)
                                 : reach_backward(place, w.outputHeight, w.kernelHeight, w.strideHeight, w.paddingHeight);
}
static inline Reach reach_across(const ConvolutionRun& run, int place) {
  const Windows& w = run.g.windows;
  return run.way == Way::Forward ? reach_forward(place, w.width, w.kernelWidth, w.strideWidth, w.paddingWidth)
                                 : reach_backward(place, w.outputWidth, w.kernelWidth, w.strideWidth, w.paddingWidth);
}

/// One row of places and `rows` features from `row`, for some columns.
template <int rows>
static void convolution_rows(const ConvolutionRun& run, int row, int y, int column, int columns) {
  constexpr int widen = rows == 1 ? 4 : rows * 2 <= Vec::tileRows ? 2 : 1;
  const Convolution<Real>& g = run.g;
  const Windows& w = g.windows;
  const Sides& sides = run.sides;
  const bool forward = run.way == Way::Forward;
  const int kernelDown = forward ? 1 : w.strideHeight, kernelAcross = forward ? 1 : w.strideWidth;
  const int sourceStep = forward ? 1 : -1;
  const int taps = w.kernelHeight * w.kernelWidth;
  const ptrdiff_t plane = ptrdiff_t{sides.sourceHeight} * sides.sourceWidth * g.stride;
  const Reach down = reach_down(run, y);
  Taps t{};
  t.depth = sides.depth;
  t.down = down.count;
  t.weightDepth = ptrdiff_t{taps} * rows;
  t.weightDown = ptrdiff_t{kernelDown} * w.kernelWidth * rows;
  t.weightAcross = ptrdiff_t{kernelAcross} * rows;
  t.fromDepth = plane;
  t.fromDown = ptrdiff_t{sourceStep} * sides.sourceWidth * g.stride;
  t.fromAcross = sourceStep * g.stride;
  Tile tile{};
  tile.cRow = ptrdiff_t{sides.height} * sides.width * g.stride;
  tile.bias = g.bias == nullptr ? nullptr : g.bias + row;
  const Real* weights = g.packed + ptrdiff_t{row} * sides.depth * taps;
  const ptrdiff_t to = row * tile.cRow + ptrdiff_t{y} * sides.width * g.stride + column;
  for (int x = 0; x < sides.width; ++x) {
    const Reach across = reach_across(run, x);
    t.across = across.count;
    tile.a = weights + (ptrdiff_t{down.kernel} * w.kernelWidth + across.kernel) * rows;
    tile.b = g.from + (ptrdiff_t{down.source} * sides.sourceWidth + across.source) * g.stride + column;
    tile.c = g.to + to + x * g.stride;
    tile.gate = g.gate == nullptr ? tile.c : g.gate + to + x * g.stride;
    convolution_strip<rows, widen * Vec::tileVectors>(tile, t, columns, run.start, run.finish);
  }
}

template <int rows>
struct ConvolutionDispatch {
  static void run(int count, const ConvolutionRun& run, int row, int y, int column, int columns) {
    if (count == rows) {
      convolution_rows<rows>(run, row, y, column, columns);
    } else {
      ConvolutionDispatch<rows - 1>::run(count, run, row, y, column, columns);
    }
  }
};
template <>
struct ConvolutionDispatch<0> {
  static void run(int, const ConvolutionRun&, int, int, int, int) {}
};

/// Columns at a time: a few rows of the image stay in the second cache.
constexpr int convolutionColumns = 4 * columnMultiple;

static void convolve_directly(Way way, const Convolution<Real>& g) {
  const ConvolutionRun run = {g, way, sides_of(g.windows, way),
                              g.accumulate ? Start::Sum : g.bias != nullptr ? Start::Bias : Start::Zero,
                              finish_of(g.activation, g.gate != nullptr, g.gateActivation)};
  const int blocks = row_blocks(run.sides.rows);
  for (int column = 0; column < g.columns; column += convolutionColumns) {
    const int columns = smaller(convolutionColumns, g.columns - column);
    for (int y = 0; y < run.sides.height; ++y) {
      int row = 0;
      for (int block = 0; block < blocks; ++block) {
        const int rows = even_part(run.sides.rows - row, blocks - block);
        ConvolutionDispatch<Vec::tileRows>::run(rows, run, row, y, column, columns);
        row += rows;
      }
    }
  }
}

/// Weights of a block of rows, tap by tap.
static void pack_directly(Way way, const Windows& w, const Real* weights, Real* packed, int part, int parts) {
  const Sides sides = sides_of(w, way);
  const int taps = w.kernelHeight * w.kernelWidth;
  const ptrdiff_t filter = ptrdiff_t{w.channels} * taps;
  const ptrdiff_t rowStep = way == Way::Forward ? filter : taps, depthStep = way == Way::Forward ? taps : filter;
  const int blocks = row_blocks(sides.rows);
  int row = 0;
  for (int block = 0; block < blocks; ++block) {
    const int rows = even_part(sides.rows - row, blocks - block);
    if (block % parts == part) {
      Real* to = packed + row * ptrdiff_t{sides.depth} * taps;
      for (int d = 0; d < sides.depth; ++d) {
        const Real* from = weights + row * rowStep + d * depthStep;
        transpose(from, rowStep, rows, taps, to, rows);
        to += ptrdiff_t{taps} * rows;
      }
    }
    row += rows;
  }
}
