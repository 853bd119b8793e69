// Gradient of 3 x 3 filters by the transpose of fast convolution: deltas go to the 36 points, the products sum over tiles and the batch, and
// their sums go back to weights. Included inside a level's namespace.

/// Values of the tiles' inputs with the channels innermost: [36, tiles, columns, channels in whole vectors].
static void transform_inputs_turned(const WinogradPlan& plan, const TileGroup& group, const Real* from, ptrdiff_t stride, Real* to,
                                    ptrdiff_t pointStride) {
  constexpr int lanes = Vec::lanes;
  const Sides& s = plan.sides;
  const ptrdiff_t plane = ptrdiff_t{s.sourceHeight} * s.sourceWidth * stride;
  const ptrdiff_t width = whole_vectors(s.depth);
  alignas(Vec) Real turned[tilePoints][lanes * lanes];
  for (int i = 0; i < group.tiles; ++i) {
    ptrdiff_t places[tilePoints];
    find_places(plan, group.tile + i, stride, places);
    for (int c = 0; c < columnMultiple; c += lanes) {
      for (int d = 0; d < width; d += lanes) {
        const Real* image = from + d * plane + group.column + c;
        const int here = smaller(lanes, s.depth - d);
        for (int p = 0; p < tilePoints; ++p) {
          Vec block[lanes];
          for (int l = 0; l < lanes; ++l) block[l] = places[p] < 0 || l >= here ? set(0) : load(image + l * plane + places[p]);
          turn(block);
          for (int l = 0; l < lanes; ++l) store(turned[p] + l * lanes, block[l]);
        }
        Real* values = to + (ptrdiff_t{i} * columnMultiple + c) * width + d;
        for (int l = 0; l < lanes; ++l, values += width) {
          const Real* inputs = turned[0] + l * lanes;
          both_ways<tileInputs, tileInputs>(
              [=](int j, Vec(&column)[tileInputs]) { load_points(inputs, lanes * lanes, j, column); }, window,
              [=](int k, const Vec(&row)[tileInputs]) { store_points(values, pointStride, k, row); });
        }
      }
    }
  }
}

/// Values of the deltas of `rows` outputs from `row`: [36, rows, tiles, columns]. Adds the deltas to `totals` [rows, lanes].
static void transform_deltas(const WinogradPlan& plan, const TileGroup& group, const Real* from, ptrdiff_t stride, int row, int rows,
                             Real* to, ptrdiff_t pointStride, Real* totals) {
  const Sides& s = plan.sides;
  const ptrdiff_t rowStride = s.width * stride;
  for (int r = row; r < row + rows; ++r, totals += Vec::lanes) {
    Vec total = set(0);
    for (int i = 0; i < group.tiles; ++i) {
      const int y = (group.tile + i) / plan.across * tileOutputs, x = (group.tile + i) % plan.across * tileOutputs;
      const int down = s.height - y, across = s.width - x;
      const Real* place = from + (ptrdiff_t{r} * s.height + y) * rowStride + x * stride + group.column;
      for (int c = 0; c < columnMultiple; c += Vec::lanes, to += Vec::lanes) {
        both_ways<tileOutputs, tileInputs>(
            [=, &total](int j, Vec(&column)[tileOutputs]) {
              for (int k = 0; k < tileOutputs; ++k) {
                column[k] = k < down && j < across ? load(place + k * rowStride + j * stride + c) : set(0);
              }
              total = total + ((column[0] + column[1]) + (column[2] + column[3]));
            },
            evaluate<tileOutputs>, [=](int k, const Vec(&tileRow)[tileInputs]) { store_points(to, pointStride, k, tileRow); });
      }
    }
    store(totals, load(totals) + total);
  }
}

/// One filter's gradient from the sums of its channels' products at the points.
static void transform_sums(const Real* from, ptrdiff_t pointStride, int channels, Real* weights, bool accumulate) {
  constexpr int lanes = Vec::lanes, taps = tileKernel * tileKernel;
  alignas(Vec) Real sums[taps * lanes];
  for (int c = 0; c < channels; c += lanes) {
    both_ways<tileInputs, tileKernel>(
        [=](int j, Vec(&column)[tileInputs]) { load_points(from + c, pointStride, j, column); },
        [](const Vec(&values)[tileInputs], Vec(&x)[tileKernel]) {
          Vec weighed[tileInputs];
          for (int i = 0; i < tileInputs; ++i) weighed[i] = values[i];
          weigh(weighed);
          collect(weighed, x);
        },
        [&sums](int i, const Vec(&row)[tileKernel]) {
          for (int j = 0; j < tileKernel; ++j) store(sums + (i * tileKernel + j) * lanes, row[j]);
        });
    const int here = smaller(lanes, channels - c);
    for (int l = 0; l < here; ++l) {
      for (int tap = 0; tap < taps; ++tap) {
        Real& to = weights[(c + l) * taps + tap];
        to = accumulate ? to + sums[tap * lanes + l] : sums[tap * lanes + l];
      }
    }
  }
}

/// From one point's sums [filters, channels in whole vectors] to the next one's.
static inline ptrdiff_t sum_stride(int channels, int filters) { return point_stride(whole_vectors(channels) * filters); }

/// Numbers of sums of products, and of deltas behind them.
static inline ptrdiff_t sums_room(const Windows& w) {
  return tilePoints * sum_stride(w.channels, w.outputs) + ptrdiff_t{w.outputs} * Vec::lanes;
}

static void filters_winograd(const FilterGradient<Real>& g) {
  const WinogradPlan plan = winograd_plan(g.windows, Way::Forward);
  const int channels = g.windows.channels;
  const WinogradRoom room = winograd_room(channels);
  const ptrdiff_t width = whole_vectors(channels), sumStride = sum_stride(channels, g.count);
  Real* inputs = g.scratch;
  Real* deltas = inputs + tilePoints * room.inputs;
  Real* sums = deltas + tilePoints * room.products;
  Real* totals = sums + tilePoints * sumStride;
  for (int i = 0; i < g.count * Vec::lanes; ++i) totals[i] = 0;
  const int blocks = row_blocks(g.count);
  Gemm<Real> product{};
  each_group(plan, g.columns, [&](const TileGroup& group) {
    transform_inputs_turned(plan, group, g.input, g.stride, inputs, room.inputs);
    product.columns = static_cast<int>(width);
    product.depth = group.columns();
    product.aRow = group.columns();
    product.aStep = 1;
    product.bStep = product.cRow = width;
    int row = 0;
    for (int block = 0; block < blocks; ++block) {
      product.rows = even_part(g.count - row, blocks - block);
      transform_deltas(plan, group, g.delta, g.stride, g.first + row, product.rows, deltas, room.products,
                       totals + row * Vec::lanes);
      for (int p = 0; p < tilePoints; ++p) {
        product.a = deltas + p * room.products;
        product.b = inputs + p * room.inputs;
        product.c = sums + p * sumStride + row * width;
        gemm(product);
      }
      row += product.rows;
    }
    product.accumulate = true;
  });
  const ptrdiff_t filter = ptrdiff_t{channels} * tileKernel * tileKernel;
  for (int o = 0; o < g.count; ++o) {
    transform_sums(sums + o * width, sumStride, channels, g.weights + (g.first + o) * filter, g.accumulate);
    if (g.bias == nullptr) continue;
    Real& bias = g.bias[g.first + o];
    bias = sum(load(totals + o * Vec::lanes)) + (g.accumulate ? bias : Real(0));
  }
}
