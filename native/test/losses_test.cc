// Losses, optimisers and random words: every instruction set against the plain loops, tangents of losses against finite differences.
#include "kernel_cases.h"

using namespace basin;

namespace {

/// A random loss to take: some columns of a chunk, the last of them padding.
template <typename Real>
struct LossCase {
  LossCase(Draw& draw, bool labels) {
    in.outputs = draw.integer(1, 12);
    in.columns = columnMultiple * draw.integer(1, 4);
    in.stride = in.columns + columnMultiple * draw.integer(0, 2);
    in.scale = Real(0.125);
    const auto size = static_cast<size_t>(in.outputs * in.stride);
    output = draw.block<Real>(size, 5);
    tangent = draw.block<Real>(size);
    target = draw.block<Real>(size);
    valid.assign(static_cast<size_t>(in.stride), Real(1));
    for (int c = in.columns - draw.integer(0, 15); c < in.columns; ++c) valid[static_cast<size_t>(c)] = 0;
    if (labels) {
      for (Real& label : target) label = static_cast<Real>(draw.integer(0, in.outputs - 1));
    }
    in.output = output.data();
    in.target = target.data();
    in.valid = valid.data();
  }
  LossInput<Real> in{};
  std::vector<Real> output, tangent, target, valid;
};

template <typename Real>
Update<Real> draw_update(Draw& draw, int kind) {
  Update<Real> u{};
  u.learningRate = Real(0.01);
  u.decay1 = kind == 0 && draw.coin() ? Real(0) : Real(0.9);
  u.decay2 = Real(0.99);
  u.rest1 = 1 - u.decay1;
  u.rest2 = 1 - u.decay2;
  u.epsilon = Real(1e-8);
  u.secondScale = Real(1.5);
  if (draw.coin()) u.weightDecay = Real(0.1);
  if (draw.coin()) u.decoupledDecay = Real(0.01);
  u.nesterov = draw.coin();
  return u;
}

}  // namespace

CASE("losses and their tangents are the plain ones, padding left out") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(1);
    for (int round = 0; round < 200; ++round) {
      const bool labels = round % 2 == 1;
      LossCase<Real> c(draw, labels);
      std::vector<Real> delta[2] = {c.target, c.target}, tangent[2] = {c.target, c.target};
      LossSum sums[2], alone[2];
      for (int which = 0; which < 2; ++which) {
        const auto& table = which == 0 ? fast : plain;
        c.in.delta = nullptr;
        alone[which] = labels ? table.crossEntropy(c.in) : table.squaredError(c.in);
        (labels ? table.crossEntropyTangent : table.squaredErrorTangent)(c.in, c.tangent.data(), tangent[which].data());
        c.in.delta = delta[which].data();
        sums[which] = labels ? table.crossEntropy(c.in) : table.squaredError(c.in);
      }
      expect_same(CHECK_PLACE, fast, delta[0], delta[1], 16);
      expect_same(CHECK_PLACE, fast, tangent[0], tangent[1], 32);
      CHECK_NEAR(sums[0].loss, sums[1].loss, 32 * std::numeric_limits<Real>::epsilon() * (1 + sums[1].loss));
      CHECK(sums[0].right == sums[1].right);
      CHECK(alone[0].loss == sums[0].loss && alone[0].right == sums[0].right);
    }
  });
}

CASE("tangents of losses are what finite differences say") {
  const KernelTable<double>& plain = referenceKernels<double>();
  Draw draw(2);
  for (const bool labels : {false, true}) {
    LossCase<double> c(draw, labels);
    constexpr double step = 1e-5;
    const auto delta_at = [&](double h) {
      std::vector<double> output(c.output), delta(c.output.size(), 0.0);
      for (size_t i = 0; i < output.size(); ++i) output[i] += h * c.tangent[i];
      LossInput<double> in = c.in;
      in.output = output.data();
      in.delta = delta.data();
      if (labels) plain.crossEntropy(in);
      else plain.squaredError(in);
      return delta;
    };
    const auto high = delta_at(step), low = delta_at(-step);
    std::vector<double> tangent(c.output.size(), 0.0);
    (labels ? plain.crossEntropyTangent : plain.squaredErrorTangent)(c.in, c.tangent.data(), tangent.data());
    for (size_t i = 0; i < tangent.size(); ++i) CHECK_NEAR(tangent[i], (high[i] - low[i]) / (2 * step), 1e-9);
  }
}

CASE("steps of the optimisers are the plain ones, with every kind of decay, and end where the parameters do") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(3);
    for (int round = 0; round < 300; ++round) {
      const int kind = round % 3;
      Update<Real> u = draw_update<Real>(draw, kind);
      u.size = static_cast<size_t>(draw.integer(1, 70));
      const size_t room = u.size + 20;
      const auto gradient = draw.block<Real>(room);
      u.gradient = gradient.data();
      const auto parameters = draw.block<Real>(room), first = draw.block<Real>(room);
      auto second = draw.block<Real>(room);
      for (Real& value : second) value = std::fabs(value);
      std::vector<Real> results[2][3] = {{parameters, first, second}, {parameters, first, second}};
      for (int which = 0; which < 2; ++which) {
        u.parameters = results[which][0].data();
        u.first = results[which][1].data();
        u.second = results[which][2].data();
        const auto& table = which == 0 ? fast : plain;
        (kind == 0 ? table.sgd : kind == 1 ? table.rmsprop : table.adam)(u);
      }
      for (int part = 0; part < 3; ++part) expect_same(CHECK_PLACE, fast, results[0][part], results[1][part], 8);
    }
  });
}

CASE("sums of squares are right, also where single precision has no such numbers") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(4);
    for (const double scale : {1.0, 1e-24, 1e-18, 1e18, 1e24}) {
      for (const size_t size : {1, 5, 64, 1000, 3000, 4097}) {
        const auto values = draw.block<Real>(size, scale);
        const double expected = plain.sumSquares(values.data(), size);
        CHECK_NEAR(fast.sumSquares(values.data(), size), expected, 1e-6 * expected);
      }
    }
  });
}

CASE("random words are those of the plain generator") {
  each_level([](const auto& fast, const auto& plain) {
    for (const uint32_t count : {1u, 7u, 16u, 33u}) {
      std::vector<uint32_t> words[2] = {std::vector<uint32_t>(4 * count + 8, 7u), std::vector<uint32_t>(4 * count + 8, 7u)};
      fast.randomWords({{1, 2}, 3, 0xfffffff8u, count, words[0].data()});
      plain.randomWords({{1, 2}, 3, 0xfffffff8u, count, words[1].data()});
      CHECK(words[0] == words[1]);
    }
  });
}
