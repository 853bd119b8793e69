// Convolution and pooling of every instruction set against the plain loops, both ways, for many shapes and parts of a chunk.
#include "kernel_cases.h"

using namespace basin;

namespace {

int places_of(int size, int kernel, int stride, int padding) { return (size + 2 * padding - kernel) / stride + 1; }

Windows windows_of(int channels, int height, int width, int outputs, int kernelHeight, int kernelWidth, int strideHeight,
                   int strideWidth, int paddingHeight, int paddingWidth) {
  return {channels,
          height,
          width,
          outputs,
          places_of(height, kernelHeight, strideHeight, paddingHeight),
          places_of(width, kernelWidth, strideWidth, paddingWidth),
          kernelHeight,
          kernelWidth,
          strideHeight,
          strideWidth,
          paddingHeight,
          paddingWidth};
}

/// A random shape with at least one output; `pooling`: as many outputs as channels, and padding at most half of the window.
Windows draw_windows(Draw& draw, bool pooling) {
  for (;;) {
    const int channels = draw.integer(1, 6), kernelHeight = draw.integer(1, 5), kernelWidth = draw.integer(1, 5);
    const int most = pooling ? kernelHeight / 2 : kernelHeight + 1, mostWidth = pooling ? kernelWidth / 2 : kernelWidth + 1;
    const Windows w = windows_of(channels, draw.integer(1, 12), draw.integer(1, 12), pooling ? channels : draw.integer(1, 20),
                                 kernelHeight, kernelWidth, draw.integer(1, 4), draw.integer(1, 4), draw.integer(0, most),
                                 draw.integer(0, mostWidth));
    const bool fits = w.height + 2 * w.paddingHeight >= kernelHeight && w.width + 2 * w.paddingWidth >= kernelWidth;
    if (fits) return w;
  }
}

size_t inputs_of(const Windows& w, ptrdiff_t stride) { return static_cast<size_t>(w.channels * w.height * w.width * stride); }
size_t outputs_of(const Windows& w, ptrdiff_t stride) {
  return static_cast<size_t>(w.outputs * w.outputHeight * w.outputWidth * stride);
}
size_t weights_of(const Windows& w) { return static_cast<size_t>(w.outputs * w.channels * w.kernelHeight * w.kernelWidth); }

/// Some columns of a chunk.
struct Columns {
  explicit Columns(Draw& draw) : count(columnMultiple * draw.integer(1, 5)) {
    from = columnMultiple * draw.integer(0, 1);
    stride = from + count + columnMultiple * draw.integer(0, 1);
  }
  int count, from;
  ptrdiff_t stride;
};

/// Packed weights, by a few threads' parts.
template <typename Real>
std::vector<Real> packed(const KernelTable<Real>& table, Way way, const Windows& w, const std::vector<Real>& weights) {
  std::vector<Real> to(table.images.convolutionRoom(w).packed, std::numeric_limits<Real>::quiet_NaN());
  for (const int part : {1, 0, 2}) table.images.packWeights(way, w, weights.data(), to.data(), part, 3);
  return to;
}

/// Rounding units that a sum of so many products may be apart; a few times more through the points of a fast convolution.
double units(const Windows& w, double terms) { return 8 + 2 * terms + (w.kernelHeight == 3 && w.kernelWidth == 3 ? 40 : 0); }

template <typename Real>
void compare_convolutions(const KernelTable<Real>& fast, const KernelTable<Real>& plain, Draw& draw, const Windows& w, Way way) {
  const Columns columns(draw);
  const bool forward = way == Way::Forward;
  const size_t fromSize = forward ? inputs_of(w, columns.stride) : outputs_of(w, columns.stride);
  const size_t toSize = forward ? outputs_of(w, columns.stride) : inputs_of(w, columns.stride);
  const auto from = draw.block<Real>(fromSize), weights = draw.block<Real>(weights_of(w), 0.5);
  const auto start = draw.block<Real>(toSize), gate = draw.block<Real>(toSize);
  const auto bias = draw.block<Real>(static_cast<size_t>(w.outputs));
  Convolution<Real> g{};
  g.windows = w;
  g.columns = columns.count;
  g.stride = columns.stride;
  g.from = from.data() + columns.from;
  g.accumulate = draw.integer(0, 3) == 0;
  if (forward && !g.accumulate && draw.coin()) g.bias = bias.data();
  const Activation piecewise[] = {Activation::Linear, Activation::Relu, Activation::LeakyRelu};
  if (forward) g.activation = piecewise[draw.integer(0, 2)];
  if (!forward && draw.coin()) {
    g.gate = gate.data() + columns.from;
    g.gateActivation = piecewise[draw.integer(1, 2)];
  }
  std::vector<Real> results[2] = {start, start};
  for (int which = 0; which < 2; ++which) {
    const auto& table = which == 0 ? fast : plain;
    const std::vector<Real> ready = packed(table, way, w, weights);
    std::vector<Real> scratch(table.images.convolutionRoom(w).scratch);
    g.packed = ready.data();
    g.scratch = scratch.data();
    g.to = results[which].data() + columns.from;
    table.images.convolve(way, g);
  }
  const double terms = (forward ? w.channels : w.outputs) * w.kernelHeight * w.kernelWidth;
  expect_same(CHECK_PLACE, fast, results[0], results[1], units(w, terms));
}

template <typename Real>
void compare_gradients(const KernelTable<Real>& fast, const KernelTable<Real>& plain, Draw& draw, const Windows& w) {
  const Columns columns(draw);
  const auto input = draw.block<Real>(inputs_of(w, columns.stride)), delta = draw.block<Real>(outputs_of(w, columns.stride));
  // Weights, biases and some numbers behind them that are nobody's.
  const auto start = draw.block<Real>(weights_of(w) + static_cast<size_t>(w.outputs) + 20);
  FilterGradient<Real> g{};
  g.windows = w;
  g.columns = columns.count;
  g.stride = columns.stride;
  g.delta = delta.data() + columns.from;
  g.input = input.data() + columns.from;
  g.accumulate = draw.coin();
  const bool withBias = draw.coin();
  const int split = draw.integer(0, w.outputs);
  std::vector<Real> results[2] = {start, start};
  for (int which = 0; which < 2; ++which) {
    const auto& table = which == 0 ? fast : plain;
    std::vector<Real> scratch(table.images.convolutionRoom(w).scratch);
    g.scratch = scratch.data();
    g.weights = results[which].data();
    g.bias = withBias ? g.weights + weights_of(w) : nullptr;
    for (const auto& [first, count] : {std::pair(0, split), std::pair(split, w.outputs - split)}) {
      g.first = first;
      g.count = count;
      table.images.filterGradient(g);
    }
  }
  const double terms = w.outputHeight * w.outputWidth * columns.count;
  // Partial sums of random numbers are no larger than about the square root of their count.
  expect_same(CHECK_PLACE, fast, results[0], results[1], units(w, std::sqrt(terms)), std::sqrt(terms));
}

/// Shapes that use fast convolution, with ragged tiles, and some that just do not.
std::vector<Windows> fast_windows() {
  return {windows_of(8, 3, 3, 8, 3, 3, 1, 1, 1, 1),    windows_of(9, 6, 11, 17, 3, 3, 1, 1, 0, 1),
          windows_of(33, 5, 4, 8, 3, 3, 1, 1, 3, 2),   windows_of(24, 10, 9, 40, 3, 3, 1, 1, 1, 1),
          windows_of(16, 9, 7, 29, 3, 3, 1, 1, 2, 0),  windows_of(8, 2, 8, 8, 3, 3, 1, 1, 1, 1),
          windows_of(7, 8, 8, 16, 3, 3, 1, 1, 1, 1),   windows_of(16, 8, 8, 16, 3, 3, 2, 1, 1, 1),
          windows_of(16, 8, 8, 16, 3, 2, 1, 1, 1, 1)};
}

}  // namespace

CASE("a convolution of any shape is the plain one, both ways") {
  each_level([](const auto& fast, const auto& plain) {
    Draw draw(21);
    for (int round = 0; round < 60; ++round) {
      const Windows w = draw_windows(draw, false);
      for (const Way way : {Way::Forward, Way::Backward}) compare_convolutions(fast, plain, draw, w, way);
    }
    for (const Windows& w : fast_windows()) {
      for (const Way way : {Way::Forward, Way::Backward}) compare_convolutions(fast, plain, draw, w, way);
    }
    // Nothing but padding, and more rows and depth than one tile or block.
    compare_convolutions(fast, plain, draw, windows_of(2, 1, 1, 3, 1, 1, 1, 1, 2, 3), Way::Forward);
    compare_convolutions(fast, plain, draw, windows_of(40, 4, 5, 50, 1, 1, 1, 1, 0, 0), Way::Forward);
    compare_convolutions(fast, plain, draw, windows_of(40, 9, 4, 3, 5, 4, 3, 2, 2, 2), Way::Backward);
  });
}

CASE("gradients of filters are the plain ones, whatever the range of filters") {
  each_level([](const auto& fast, const auto& plain) {
    Draw draw(22);
    for (int round = 0; round < 80; ++round) compare_gradients(fast, plain, draw, draw_windows(draw, false));
    for (const Windows& w : fast_windows()) compare_gradients(fast, plain, draw, w);
    compare_gradients(fast, plain, draw, windows_of(40, 20, 20, 4, 5, 5, 1, 1, 2, 2));
    compare_gradients(fast, plain, draw, windows_of(1, 30, 3, 2, 2, 1, 9, 1, 1, 0));
  });
}

CASE("a filter's gradient has the same bits in every range of filters") {
  each_level([](const auto& fast, const auto&) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(23);
    for (const Windows& w : fast_windows()) {
      const auto input = draw.block<Real>(inputs_of(w, 32)), delta = draw.block<Real>(outputs_of(w, 32));
      std::vector<Real> scratch(fast.images.convolutionRoom(w).scratch);
      std::vector<Real> results[2];
      for (const int share : {w.outputs, 3}) {
        std::vector<Real>& to = results[share == w.outputs ? 0 : 1];
        to.resize(weights_of(w) + static_cast<size_t>(w.outputs));
        for (int first = 0; first < w.outputs; first += share) {
          const int count = std::min(share, w.outputs - first);
          fast.images.filterGradient({w, first, count, 32, 32, delta.data(), input.data(), to.data(), to.data() + weights_of(w), false,
                               scratch.data()});
        }
      }
      CHECK(results[0] == results[1]);
    }
  });
}

CASE("pooling of any shape is the plain one, both ways") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(24);
    for (int round = 0; round < 120; ++round) {
      const Windows w = round % 4 == 0 ? windows_of(3, 8, 2 * draw.integer(1, 5), 3, 2, 2, 2, 2, 0, 0) : draw_windows(draw, true);
      const Columns columns(draw);
      auto input = draw.block<Real>(inputs_of(w, columns.stride));
      // Equal numbers, as after relu.
      for (Real& value : input) value = value < Real(0.3) ? Real(0) : value;
      const auto along = draw.block<Real>(input.size()), delta = draw.block<Real>(outputs_of(w, columns.stride));
      Pooling<Real> p{};
      p.windows = w;
      p.columns = columns.count;
      p.stride = columns.stride;
      p.input = input.data() + columns.from;
      const Activation piecewise[] = {Activation::Linear, Activation::Relu, Activation::LeakyRelu};
      p.gate = piecewise[round % 3];
      const auto compare = [&](auto kernel, const std::vector<Real>& from, size_t size) {
        const auto start = draw.template block<Real>(size);
        std::vector<Real> results[2] = {start, start};
        for (int which = 0; which < 2; ++which) {
          p.from = from.data() + columns.from;
          p.to = results[which].data() + columns.from;
          ((which == 0 ? fast : plain).images.*kernel)(p);
        }
        expect_same(CHECK_PLACE, fast, results[0], results[1], 16);
      };
      using Table = ImageKernels<Real>;
      compare(&Table::maxPool, input, delta.size());
      compare(&Table::maxPool, along, delta.size());
      compare(&Table::maxPoolBackward, delta, input.size());
      compare(&Table::averagePool, along, delta.size());
      compare(&Table::averagePoolBackward, delta, input.size());
    }
  });
}

CASE("a NaN is the maximum of its window") {
  each_level([](const auto& fast, const auto&) {
    using Real = RealOf<decltype(fast)>;
    const Windows w = windows_of(1, 2, 2, 1, 2, 2, 2, 2, 0, 0);
    for (size_t place = 0; place < 4; ++place) {
      std::vector<Real> input(4 * 16, Real(1)), output(16);
      for (size_t b = 0; b < 16; ++b) input[16 * place + b] = std::numeric_limits<Real>::quiet_NaN();
      fast.images.maxPool({w, 16, 16, input.data(), input.data(), output.data(), Activation::Linear});
      CHECK(std::all_of(output.begin(), output.end(), [](Real x) { return std::isnan(x); }));
    }
  });
}
