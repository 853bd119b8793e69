// Activations, losses and their derivatives and tangents: every instruction set against the plain loops, and these against finite
// differences in double.
#include "kernel_cases.h"

using namespace basin;

namespace {

/// Some columns of a chunk.
Extent draw_extent(Draw& draw) {
  Extent e{draw.integer(1, 9), columnMultiple * draw.integer(1, 4), 0};
  e.stride = e.columns + columnMultiple * draw.integer(0, 2);
  return e;
}

size_t size_of(Extent e) { return static_cast<size_t>(e.rows * e.stride); }

bool needs_input(Activation activation) {
  return activation == Activation::Softplus || activation == Activation::Gelu || activation == Activation::Sin;
}

/// z, a, delta and tangents for one activation.
template <typename Real>
struct Blocks {
  Blocks(Draw& draw, Extent extent, Activation f, const KernelTable<Real>& plain)
      : z(draw.block<Real>(size_of(extent), 6)),
        a(z),
        zTangent(draw.block<Real>(z.size())),
        delta(draw.block<Real>(z.size())),
        deltaTangent(draw.block<Real>(z.size())) {
    plain.activate(f, extent, z.data(), a.data());
    if (!needs_input(f)) z = a;
  }
  std::vector<Real> z, a, zTangent, delta, deltaTangent;
};

double largest(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::fabs(a[i] - b[i]));
  return most;
}

/// from + h along
std::vector<double> moved(const std::vector<double>& from, double h, const std::vector<double>& along) {
  std::vector<double> to(from);
  for (size_t i = 0; i < to.size(); ++i) to[i] += h * along[i];
  return to;
}

constexpr double smallStep = 1e-5;

/// Central difference of function(h) at 0.
template <typename Function>
std::vector<double> difference(Function function) {
  const std::vector<double> high = function(smallStep), low = function(-smallStep);
  std::vector<double> slope(high.size());
  for (size_t i = 0; i < slope.size(); ++i) slope[i] = (high[i] - low[i]) / (2 * smallStep);
  return slope;
}

}  // namespace

CASE("activations and their derivatives are the plain ones, on a whole chunk and on some columns") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(1);
    for (const Activation f : elementwise_activations()) {
      for (int round = 0; round < 30; ++round) {
        const Extent e = draw_extent(draw);
        const Blocks<Real> start(draw, e, f, plain);
        const auto far = draw.block<Real>(start.z.size(), 30);
        std::vector<Real> a[2] = {start.a, start.a}, delta[2] = {start.delta, start.delta}, aTangent[2] = {start.a, start.a};
        std::vector<Real> back[2] = {start.delta, start.delta}, backTangent[2] = {start.deltaTangent, start.deltaTangent};
        for (int which = 0; which < 2; ++which) {
          const auto& table = which == 0 ? fast : plain;
          const Real* z = start.z.data();
          table.activate(f, e, far.data(), a[which].data());
          table.activateBackward(f, e, delta[which].data(), z, start.a.data());
          table.activateTangent(f, e, z, start.a.data(), start.zTangent.data(), aTangent[which].data());
          table.activateBackwardTangent(f, e, z, start.a.data(), start.zTangent.data(), back[which].data(),
                                        backTangent[which].data());
        }
        expect_same(CHECK_PLACE, fast, a[0], a[1], 8);
        expect_same(CHECK_PLACE, fast, delta[0], delta[1], 8);
        expect_same(CHECK_PLACE, fast, aTangent[0], aTangent[1], 8);
        expect_same(CHECK_PLACE, fast, back[0], back[1], 8);
        expect_same(CHECK_PLACE, fast, backTangent[0], backTangent[1], 16);
      }
    }
  });
}

CASE("activations work in place, and tangents too") {
  each_level([](const auto& fast, const auto&) {
    Draw draw(2);
    for (const Activation f : elementwise_activations()) {
      using Real = RealOf<decltype(fast)>;
      const Extent e{3, 32, 48};
      auto z = draw.block<Real>(size_of(e), 4), a = z, tangent = draw.block<Real>(z.size()), to = tangent;
      fast.activate(f, e, z.data(), a.data());
      fast.activateTangent(f, e, z.data(), a.data(), tangent.data(), to.data());
      fast.activateTangent(f, e, z.data(), a.data(), tangent.data(), tangent.data());
      CHECK(tangent == to);
      fast.activate(f, e, z.data(), z.data());
      CHECK(z == a);
    }
  });
}

CASE("activations are right to a few units in the last place, small and large") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(3);
    const Extent e{1, 2048, 2048};
    // Where numbers lose digits only their size counts.
    const double smallest = double(std::numeric_limits<Real>::min()) / double(std::numeric_limits<Real>::epsilon());
    // Sizes of arguments; gelu's tail ends where its values do.
    for (const double size : {1e-12, 1e-3, 0.5, 2.0, 10.0, 60.0, 500.0}) {
      for (const Activation f : elementwise_activations()) {
        if (f == Activation::Gelu && size > (sizeof(Real) == 4 ? 10 : 30)) continue;
        const auto z = draw.block<Real>(size_of(e), size);
        std::vector<Real> a(z.size()), expected(z.size());
        fast.activate(f, e, z.data(), a.data());
        plain.activate(f, e, z.data(), expected.data());
        for (size_t i = 0; i < z.size(); ++i) {
          // Relative to the value itself; sine's zeros far from 0 are only as good as 500 units of pi.
          const double scale = f == Activation::Sin ? std::max(std::fabs(double(expected[i])), size * 1e-3) : 0;
          expect_same(CHECK_PLACE, fast, std::vector<Real>{a[i]}, std::vector<Real>{expected[i]}, 16,
                      std::max(scale, smallest));
        }
      }
    }
  });
}

CASE("what is not a number stays none through every activation and its derivative") {
  each_level([](const auto& fast, const auto&) {
    using Real = RealOf<decltype(fast)>;
    const Extent e{1, 16, 16};
    const std::vector<Real> z(16, std::numeric_limits<Real>::quiet_NaN());
    for (const Activation f : elementwise_activations()) {
      std::vector<Real> a(16);
      fast.activate(f, e, z.data(), a.data());
      CHECK(std::isnan(a[0]) && std::isnan(a[15]));
      std::vector<Real> tangent(16, Real(1)), delta(16, Real(1)), delta_tangent(16, Real(1));
      if (f == Activation::Linear || f == Activation::Relu || f == Activation::LeakyRelu) continue;
      fast.activateBackwardTangent(f, e, z.data(), a.data(), tangent.data(), delta.data(), delta_tangent.data());
      CHECK(std::isnan(delta[0]) && std::isnan(delta_tangent[0]));
    }
  });
}

CASE("tangents of activations are what finite differences say") {
  const KernelTable<double>& plain = referenceKernels<double>();
  Draw draw(4);
  for (const Activation f : elementwise_activations()) {
    const Extent e{2, 32, 32};
    const auto z = draw.block<double>(size_of(e), 3), along = draw.block<double>(z.size());
    const auto delta = draw.block<double>(z.size()), deltaAlong = draw.block<double>(z.size());
    const auto forward = [&](double h) {
      auto a = moved(z, h, along);
      plain.activate(f, e, a.data(), a.data());
      return a;
    };
    const auto backward = [&](double h) {
      const auto from = moved(z, h, along), a = forward(h);
      auto d = moved(delta, h, deltaAlong);
      plain.activateBackward(f, e, d.data(), from.data(), a.data());
      return d;
    };
    const auto a = forward(0);
    std::vector<double> aTangent(z.size());
    auto d = delta, dTangent = deltaAlong;
    plain.activateTangent(f, e, z.data(), a.data(), along.data(), aTangent.data());
    plain.activateBackwardTangent(f, e, z.data(), a.data(), along.data(), d.data(), dTangent.data());
    CHECK_NEAR(largest(aTangent, difference(forward)), 0, 1e-9);
    CHECK_NEAR(largest(dTangent, difference(backward)), 0, 1e-9);
    CHECK_NEAR(largest(d, backward(0)), 0, 1e-15);
  }
}

CASE("softmax, its derivative and their tangents are the plain ones") {
  each_level([](const auto& fast, const auto& plain) {
    using Real = RealOf<decltype(fast)>;
    Draw draw(5);
    for (int round = 0; round < 60; ++round) {
      const Extent e = draw_extent(draw);
      const auto z = draw.block<Real>(size_of(e), round % 3 == 0 ? 200 : 4), along = draw.block<Real>(z.size());
      const auto delta = draw.block<Real>(z.size()), deltaAlong = draw.block<Real>(z.size());
      auto a = z, aAlong = along;
      plain.softmax(a.data(), e.stride, e.rows, e.columns);
      plain.softmaxTangent(a.data(), e.stride, e.rows, e.columns, aAlong.data());
      std::vector<Real> outputs[2] = {z, z}, tangent[2] = {along, along}, back[2] = {delta, delta};
      std::vector<Real> both[2] = {delta, delta}, bothTangent[2] = {deltaAlong, deltaAlong};
      for (int which = 0; which < 2; ++which) {
        const auto& table = which == 0 ? fast : plain;
        table.softmax(outputs[which].data(), e.stride, e.rows, e.columns);
        table.softmaxTangent(a.data(), e.stride, e.rows, e.columns, tangent[which].data());
        table.softmaxBackward(back[which].data(), a.data(), e.stride, e.rows, e.columns);
        table.softmaxBackwardTangent(a.data(), aAlong.data(), both[which].data(), bothTangent[which].data(), e.stride, e.rows,
                                     e.columns);
      }
      expect_same(CHECK_PLACE, fast, outputs[0], outputs[1], 16);
      expect_same(CHECK_PLACE, fast, tangent[0], tangent[1], 16);
      expect_same(CHECK_PLACE, fast, back[0], back[1], 16);
      expect_same(CHECK_PLACE, fast, both[0], back[1], 16);
      expect_same(CHECK_PLACE, fast, bothTangent[0], bothTangent[1], 32);
    }
  });
}

CASE("tangents of softmax are what finite differences say") {
  const KernelTable<double>& plain = referenceKernels<double>();
  Draw draw(6);
  const Extent e{5, 16, 16};
  const auto z = draw.block<double>(size_of(e), 2), along = draw.block<double>(z.size());
  const auto delta = draw.block<double>(z.size()), deltaAlong = draw.block<double>(z.size());
  const auto forward = [&](double h) {
    auto a = moved(z, h, along);
    plain.softmax(a.data(), e.stride, e.rows, e.columns);
    return a;
  };
  const auto backward = [&](double h) {
    auto d = moved(delta, h, deltaAlong);
    plain.softmaxBackward(d.data(), forward(h).data(), e.stride, e.rows, e.columns);
    return d;
  };
  auto tangent = along, d = delta, dTangent = deltaAlong;
  const auto a = forward(0);
  plain.softmaxTangent(a.data(), e.stride, e.rows, e.columns, tangent.data());
  CHECK_NEAR(largest(tangent, difference(forward)), 0, 1e-9);
  plain.softmaxBackwardTangent(a.data(), tangent.data(), d.data(), dTangent.data(), e.stride, e.rows, e.columns);
  CHECK_NEAR(largest(dTangent, difference(backward)), 0, 1e-9);
}
