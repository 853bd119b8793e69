// Fast convolution and its gradients: tiles are transformed (winograd_transforms.h), and each of the 36 points is a matrix product over the
// channels, for a few tiles at a time, so that what is between stays in the second cache. In float alone.
// Included inside a level's namespace.

static inline bool suits_winograd(const Windows& w) {
  if constexpr (sizeof(Real) != sizeof(float)) return false;
  return w.kernelHeight == tileKernel && w.kernelWidth == tileKernel && w.strideHeight == 1 && w.strideWidth == 1 &&
         w.channels >= 8 && w.outputs >= 8 && w.outputHeight > 2 && w.outputWidth > 2;
}

/// Sides and tiles of one call.
struct WinogradPlan {
  Sides sides;
  /// Of the source around the result.
  int paddingHeight, paddingWidth;
  int down, across;
};

static inline WinogradPlan winograd_plan(const Windows& w, Way way) {
  WinogradPlan plan;
  plan.sides = sides_of(w, way);
  plan.paddingHeight = way == Way::Forward ? w.paddingHeight : tileKernel - 1 - w.paddingHeight;
  plan.paddingWidth = way == Way::Forward ? w.paddingWidth : tileKernel - 1 - w.paddingWidth;
  plan.down = (plan.sides.height + tileOutputs - 1) / tileOutputs;
  plan.across = (plan.sides.width + tileOutputs - 1) / tileOutputs;
  return plan;
}

/// Some tiles of one call, for columnMultiple columns.
struct TileGroup {
  int tile, tiles, column;
  int columns() const { return tiles * columnMultiple; }
};

/// Columns of a group's products, and depth of those that make gradients: few enough for the second cache.
static inline int group_columns(int depth) {
  const int fitting = 4096 / depth / columnMultiple * columnMultiple;
  return larger(2 * columnMultiple, smaller(8 * columnMultiple, fitting));
}

template <typename Function>
static inline void each_group(const WinogradPlan& plan, int columns, Function function) {
  const int all = plan.down * plan.across, together = group_columns(plan.sides.depth) / columnMultiple;
  for (int column = 0; column < columns; column += columnMultiple) {
    for (int tile = 0; tile < all; tile += together) function(TileGroup{tile, smaller(together, all - tile), column});
  }
}

static inline ptrdiff_t whole_vectors(ptrdiff_t count) { return (count + columnMultiple - 1) / columnMultiple * columnMultiple; }

/// From one point's numbers to the next one's: not a power of two, at which they would share lines of the first cache.
static inline ptrdiff_t point_stride(ptrdiff_t count) { return whole_vectors(count) + columnMultiple; }

/// Places of a call's blocks in its scratch.
struct WinogradRoom {
  ptrdiff_t inputs, products;
  ptrdiff_t size() const { return tilePoints * (inputs + products); }
};

static inline WinogradRoom winograd_room(int depth) {
  const int columns = group_columns(depth);
  return {point_stride(whole_vectors(depth) * columns), point_stride(ptrdiff_t{Vec::tileRows} * columns)};
}

/// Packed weights [36, rows, depth].
static void pack_winograd(Way way, const Windows& w, const Real* weights, Real* packed, int part, int parts) {
  constexpr int taps = tileKernel * tileKernel, together = 2 * columnMultiple;
  const Sides sides = sides_of(w, way);
  const ptrdiff_t filter = ptrdiff_t{w.channels} * taps;
  const bool forward = way == Way::Forward;
  const ptrdiff_t rowStep = forward ? filter : taps, depthStep = forward ? taps : filter;
  const ptrdiff_t plane = ptrdiff_t{sides.rows} * sides.depth;
  alignas(Vec) Real turned[taps * together] = {};
  for (int row = part; row < sides.rows; row += parts) {
    for (int d = 0; d < sides.depth; d += together) {
      const int here = smaller(together, sides.depth - d);
      transpose(weights + row * rowStep + d * depthStep, depthStep, here, taps, turned, together);
      for (int lane = 0; lane < here; lane += Vec::lanes) {
        Real* to = packed + ptrdiff_t{row} * sides.depth + d + lane;
        const int count = smaller(Vec::lanes, here - lane);
        both_ways<tileKernel, tileInputs>(
            [&](int j, Vec(&column)[tileKernel]) {
              for (int i = 0; i < tileKernel; ++i) {
                const int tap = i * tileKernel + j;
                column[i] = load(turned + (forward ? tap : taps - 1 - tap) * together + lane);
              }
            },
            [](const Vec(&x)[tileKernel], Vec(&values)[tileInputs]) {
              evaluate(x, values);
              weigh(values);
            },
            [&](int i, const Vec(&values)[tileInputs]) {
              for (int j = 0; j < tileInputs; ++j) {
                Real* place = to + (i * tileInputs + j) * plane;
                if (count == Vec::lanes) store(place, values[j]);
                else store_partial(place, values[j], count);
              }
            });
      }
    }
  }
}

/// Zeros that stand for places outside of an image.
alignas(Vec) static const Real zeros[columnMultiple] = {};

/// Where the inputs of a tile are in a plane of the source, -1 outside of it.
static inline void find_places(const WinogradPlan& plan, int tile, ptrdiff_t stride, ptrdiff_t (&places)[tilePoints]) {
  const Sides& s = plan.sides;
  const int top = tile / plan.across * tileOutputs - plan.paddingHeight;
  const int left = tile % plan.across * tileOutputs - plan.paddingWidth;
  for (int p = 0; p < tilePoints; ++p) {
    const int y = top + p / tileInputs, x = left + p % tileInputs;
    const bool inside = y >= 0 && y < s.sourceHeight && x >= 0 && x < s.sourceWidth;
    places[p] = inside ? (ptrdiff_t{y} * s.sourceWidth + x) * stride : -1;
  }
}

/// Values of the tiles' inputs: [36, depth, tiles, columns].
static void transform_inputs(const WinogradPlan& plan, const TileGroup& group, const Real* from, ptrdiff_t stride, Real* to,
                             ptrdiff_t pointStride) {
  const Sides& s = plan.sides;
  const ptrdiff_t plane = ptrdiff_t{s.sourceHeight} * s.sourceWidth * stride;
  for (int i = 0; i < group.tiles; ++i) {
    ptrdiff_t places[tilePoints];
    find_places(plan, group.tile + i, stride, places);
    for (int d = 0; d < s.depth; ++d) {
      const Real* image = from + d * plane + group.column;
      const Real* inputs[tilePoints];
      for (int p = 0; p < tilePoints; ++p) inputs[p] = places[p] < 0 ? zeros : image + places[p];
      Real* values = to + (ptrdiff_t{d} * group.tiles + i) * columnMultiple;
      for (int c = 0; c < columnMultiple; c += Vec::lanes, values += Vec::lanes) {
        both_ways<tileInputs, tileInputs>(
            [&inputs, c](int j, Vec(&column)[tileInputs]) {
              for (int k = 0; k < tileInputs; ++k) column[k] = load(inputs[k * tileInputs + j] + c);
            },
            window, [=](int k, const Vec(&row)[tileInputs]) { store_points(values, pointStride, k, row); });
      }
    }
  }
}

/// What happens to the output at a place before it is stored.
static inline Vec finished(const Convolution<Real>& g, ptrdiff_t place, Vec value, Finish finish) {
  if (g.accumulate) value = value + load(g.to + place);
  switch (finish) {
    case Finish::Plain:
      return value;
    case Finish::Relu:
      return max(set(0), value);
    case Finish::Leaky:
      return leaky(value);
    case Finish::ReluGate:
      return relu_gate(value, load(g.gate + place));
    case Finish::LeakyGate:
      return leaky_gate(value, load(g.gate + place));
  }
  return value;
}

/// Outputs of `rows` features from `row`, from the values [36, rows, tiles, columns] of the products.
static void transform_outputs(const WinogradPlan& plan, const TileGroup& group, const Convolution<Real>& g, Finish finish, int row,
                              int rows, const Real* from, ptrdiff_t pointStride) {
  const Sides& s = plan.sides;
  const ptrdiff_t rowStride = s.width * g.stride;
  for (int r = row; r < row + rows; ++r) {
    const Vec bias = set(g.bias == nullptr ? Real(0) : g.bias[r]);
    for (int i = 0; i < group.tiles; ++i) {
      const int y = (group.tile + i) / plan.across * tileOutputs, x = (group.tile + i) % plan.across * tileOutputs;
      const int down = s.height - y, across = s.width - x;
      const ptrdiff_t at = (ptrdiff_t{r} * s.height + y) * rowStride + x * g.stride + group.column;
      for (int c = 0; c < columnMultiple; c += Vec::lanes, from += Vec::lanes) {
        both_ways<tileInputs, tileOutputs>(
            [=](int j, Vec(&column)[tileInputs]) { load_points(from, pointStride, j, column); }, collect<tileOutputs>,
            [&, c](int k, const Vec(&tileRow)[tileOutputs]) {
              if (k >= down) return;
              for (int j = 0; j < tileOutputs && j < across; ++j) {
                const ptrdiff_t place = at + c + k * rowStride + j * g.stride;
                store(g.to + place, finished(g, place, tileRow[j] + bias, finish));
              }
            });
      }
    }
  }
}

static void convolve_winograd(Way way, const Convolution<Real>& g) {
  const WinogradPlan plan = winograd_plan(g.windows, way);
  const int rows = plan.sides.rows, depth = plan.sides.depth;
  const Finish finish = finish_of(g.activation, g.gate != nullptr, g.gateActivation);
  const WinogradRoom room = winograd_room(depth);
  Real* inputs = g.scratch;
  Real* products = inputs + tilePoints * room.inputs;
  const int blocks = row_blocks(rows);
  each_group(plan, g.columns, [&](const TileGroup& group) {
    transform_inputs(plan, group, g.from, g.stride, inputs, room.inputs);
    Gemm<Real> product{};
    product.columns = group.columns();
    product.depth = depth;
    product.aRow = depth;
    product.aStep = 1;
    product.bStep = product.cRow = group.columns();
    int row = 0;
    for (int block = 0; block < blocks; ++block) {
      product.rows = even_part(rows - row, blocks - block);
      for (int p = 0; p < tilePoints; ++p) {
        product.a = g.packed + (ptrdiff_t{p} * rows + row) * depth;
        product.b = inputs + p * room.inputs;
        product.c = products + p * room.products;
        gemm(product);
      }
      transform_outputs(plan, group, g, finish, row, product.rows, products, room.products);
      row += product.rows;
    }
  });
}
