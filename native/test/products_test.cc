// Matrix products, weight gradients, sums and transposes of every instruction set against the plain loops.
#include "../src/round_up.h"
#include "kernel_cases.h"

using namespace basin;

namespace {

int rounded_up(int size) { return static_cast<int>(whole_vectors(static_cast<size_t>(size))); }

/// One random product by both tables; whole blocks must agree.
template <typename Real>
void compare_products(const KernelTable<Real>& fast, const KernelTable<Real>& plain, Draw& draw, int rows, int columns, int depth) {
  Gemm<Real> g{};
  g.rows = rows;
  g.columns = columns;
  g.depth = depth;
  const bool turned = draw.coin();
  g.aRow = turned ? 1 : depth + draw.integer(0, 3);
  g.aStep = turned ? rows + draw.integer(0, 3) : 1;
  g.bStep = rounded_up(columns) + columnMultiple * draw.integer(0, 2);
  g.cRow = columns + draw.integer(0, 40);
  const auto count = [](ptrdiff_t n) { return static_cast<size_t>(n); };
  const std::vector<Real> a = draw.block<Real>(count((rows - 1) * g.aRow + (depth - 1) * g.aStep + 1));
  std::vector<Real> b = draw.block<Real>(count(depth * g.bStep));
  // Read, but of no effect.
  for (int k = 0; k < depth; ++k) {
    for (ptrdiff_t c = columns; c < g.bStep; ++c) b[count(k * g.bStep + c)] = std::numeric_limits<Real>::quiet_NaN();
  }
  // Rows of zeros, or parts of rows: on a whole row and on runs of columns.
  g.sparse = draw.coin();
  if (g.sparse) {
    for (int k = 0; k < depth; ++k) {
      for (int c = 0; c < columns; c += 8) {
        if (draw.integer(0, 3) == 0) continue;
        for (int i = c; i < std::min(c + 8 * draw.integer(1, 8), columns); ++i) b[count(k * g.bStep + i)] = 0;
      }
    }
  }
  const std::vector<Real> start = draw.block<Real>(count(rows * g.cRow)), bias = draw.block<Real>(count(rows));
  const std::vector<Real> gate = draw.block<Real>(start.size());
  g.a = a.data();
  g.b = b.data();
  const Activation piecewise[] = {Activation::Linear, Activation::Relu, Activation::LeakyRelu};
  g.accumulate = draw.coin();
  if (!g.accumulate && draw.coin()) g.bias = bias.data();
  // Kinds of endings, as layers use them: an activation, a gate, or the sum of squares.
  const int ending = draw.integer(0, 2);
  // A last vector of less than whole width has no activation or gate: those products are along the batch.
  if (columns % columnMultiple == 0 && ending == 0) g.activation = piecewise[draw.integer(0, 2)];
  if (columns % columnMultiple == 0 && ending == 1) {
    g.gate = gate.data();
    g.gateActivation = piecewise[draw.integer(1, 2)];
  }
  double squares[2] = {1, 1};
  std::vector<Real> results[2] = {start, start};
  for (int which = 0; which < 2; ++which) {
    g.c = results[which].data();
    g.squares = ending == 2 ? &squares[which] : nullptr;
    (which == 0 ? fast : plain).gemm(g);
  }
  expect_same(CHECK_PLACE, fast, results[0], results[1], 8 + depth);
  CHECK_NEAR(squares[0], squares[1], std::numeric_limits<Real>::epsilon() * (8 + depth + rows + columns) * squares[1]);
}

/// A column times a row of 16: one step of depth.
template <typename Real>
Gemm<Real> outer_product(const std::vector<Real>& column, const std::vector<Real>& row, std::vector<Real>& to) {
  Gemm<Real> g{};
  g.rows = static_cast<int>(column.size());
  g.depth = 1;
  g.columns = 16;
  g.a = column.data();
  g.aRow = g.aStep = 1;
  g.b = row.data();
  g.c = to.data();
  g.cRow = 16;
  return g;
}

}  // namespace

CASE("a product of any shape, start and ending is the plain one") {
  each_level([](const auto& fast, const auto& plain) {
    Draw draw(1);
    for (int round = 0; round < 200; ++round) {
      compare_products(fast, plain, draw, draw.integer(1, 45), draw.integer(1, 100), draw.integer(1, round % 8 == 0 ? 400 : 30));
      compare_products(fast, plain, draw, draw.integer(1, 45), 16 * draw.integer(1, 6), draw.integer(1, 30));
    }
    for (int round = 0; round < 20; ++round) {
      compare_products(fast, plain, draw, draw.integer(50, 80), draw.integer(1, 100), draw.integer(1, round % 10 == 0 ? 2500 : 300));
      compare_products(fast, plain, draw, draw.integer(50, 80), 16 * draw.integer(1, 6), draw.integer(1, 300));
    }
    compare_products(fast, plain, draw, 60, 1300, 17);
    compare_products(fast, plain, draw, 256, 784, 64);
    compare_products(fast, plain, draw, 256, 64, 784);
  });
}

CASE("a NaN in a product stays in it through relu") {
  each_level([](const auto& fast, const auto&) {
    using Real = RealOf<decltype(fast)>;
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    for (const Activation activation : {Activation::Linear, Activation::Relu, Activation::LeakyRelu}) {
      for (int rows = 1; rows <= 3; ++rows) {
        const std::vector<Real> a(static_cast<size_t>(rows), nan), b(16, Real(1));
        std::vector<Real> c(16 * a.size());
        Gemm<Real> g = outer_product(a, b, c);
        g.activation = activation;
        fast.gemm(g);
        CHECK(std::all_of(c.begin(), c.end(), [](Real x) { return std::isnan(x); }));
      }
    }
  });
}

CASE("relu lets gradients through where its output is positive, not at either zero") {
  each_level([](const auto& fast, const auto&) {
    using Real = RealOf<decltype(fast)>;
    const Real least = std::numeric_limits<Real>::min();
    const Real outputs[16] = {0, Real(-0.0), least, 1, Real(1e30), 0, Real(-0.0), least};
    for (int rows = 1; rows <= 3; ++rows) {
      const std::vector<Real> a(static_cast<size_t>(rows), Real(2)), b(16, Real(3));
      std::vector<Real> gate, c(16 * a.size(), Real(1));
      for (int row = 0; row < rows; ++row) gate.insert(gate.end(), outputs, outputs + 16);
      Gemm<Real> g = outer_product(a, b, c);
      g.gate = gate.data();
      g.gateActivation = Activation::Relu;
      fast.gemm(g);
      for (size_t i = 0; i < c.size(); ++i) CHECK(c[i] == (outputs[i % 16] > 0 ? Real(6) : Real(0)));
    }
  });
}

CASE("weight gradients along the batch are the plain ones, for every width of a layer and part of a chunk") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(2);
    for (int inputs = 1; inputs <= 24; ++inputs) {
      for (int outputs = 1; outputs <= 24; ++outputs) {
        WeightGradient<Real> g{};
        g.inputs = inputs;
        g.outputs = outputs;
        g.columns = columnMultiple * draw.integer(1, 5);
        g.stride = g.columns + columnMultiple * draw.integer(0, 2);
        g.accumulate = draw.coin();
        const auto delta = draw.block<Real>(static_cast<size_t>(outputs * g.stride));
        const auto input = draw.block<Real>(static_cast<size_t>(inputs * g.stride));
        g.delta = delta.data();
        g.input = input.data();
        // Weights, biases and some numbers behind them that are nobody's.
        const auto start = draw.block<Real>(static_cast<size_t>((inputs + 1) * outputs + 20));
        std::vector<Real> results[2] = {start, start};
        for (int which = 0; which < 2; ++which) {
          g.weights = results[which].data();
          g.bias = g.weights + inputs * outputs;
          (which == 0 ? fast : plain).weightGradient(g);
        }
        expect_same(CHECK_PLACE, fast, results[0], results[1], 40);
      }
    }
  });
}

CASE("sums of rows and transposes are the plain ones") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(3);
    for (int count = 1; count <= 40; ++count) {
      const int columns = columnMultiple * draw.integer(1, 5);
      const ptrdiff_t stride = columns + columnMultiple * draw.integer(0, 2);
      const auto from = draw.block<Real>(static_cast<size_t>(count * stride));
      const auto start = draw.block<Real>(static_cast<size_t>(count + 20));
      const bool accumulate = draw.coin();
      std::vector<Real> sums[2] = {start, start};
      fast.sumRows(from.data(), stride, count, columns, sums[0].data(), accumulate);
      plain.sumRows(from.data(), stride, count, columns, sums[1].data(), accumulate);
      expect_same(CHECK_PLACE, fast, sums[0], sums[1], 40);

      const int width = draw.integer(1, columns);
      const ptrdiff_t toStride = count + draw.integer(0, 20);
      const auto before = draw.block<Real>(static_cast<size_t>(width * toStride));
      std::vector<Real> turned[2] = {before, before};
      fast.transpose(from.data(), stride, count, width, turned[0].data(), toStride);
      plain.transpose(from.data(), stride, count, width, turned[1].data(), toStride);
      CHECK(turned[0] == turned[1]);
    }
  });
}

CASE("sums of two products and rows of outer products are the plain ones") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(4);
    for (int inputs = 1; inputs <= 40; ++inputs) {
      const int samples = draw.integer(1, 5), outputs = draw.integer(1, 12);
      const auto size = static_cast<size_t>(samples * columnMultiple);
      const auto a = draw.block<Real>(size), x = draw.block<Real>(size), b = draw.block<Real>(size), y = draw.block<Real>(size);
      std::vector<Real> sums[2] = {b, b};
      const bool both = draw.coin();
      fast.weightedSum({sums[0].data(), a.data(), x.data(), both ? b.data() : nullptr, y.data(), size});
      plain.weightedSum({sums[1].data(), a.data(), x.data(), both ? b.data() : nullptr, y.data(), size});
      expect_same(CHECK_PLACE, fast, sums[0], sums[1], 4);

      // Rows of exactly as many numbers as are read.
      const auto rows = [&](int width) { return draw.block<Real>(static_cast<size_t>(samples * width)); };
      const auto s = rows(outputs), d = rows(outputs), input = rows(inputs), tangent = rows(inputs);
      const ptrdiff_t toRow = outputs * inputs + draw.integer(0, 5);
      const auto start = draw.block<Real>(static_cast<size_t>(samples * toRow));
      std::vector<Real> results[2] = {start, start};
      for (int which = 0; which < 2; ++which) {
        const OuterRows<Real> job{samples, outputs,  inputs,  s.data(), outputs, input.data(),           inputs,
                                  d.data(), outputs, both ? tangent.data() : nullptr, inputs, results[which].data(), toRow};
        (which == 0 ? fast : plain).outerRows(job);
      }
      expect_same(CHECK_PLACE, fast, results[0], results[1], 4);
    }
  });
}
