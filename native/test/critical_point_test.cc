// Critical points of functions whose critical points are known, and of networks.
#include <cmath>
#include <limits>

#include "../src/optimizers/gradient_norm.h"
#include "check.h"
#include "objective_cases.h"

using namespace basin;

namespace {

using Method = GradientNormMethod;
constexpr Method allMethods[] = {Method::Adam, Method::Lbfgs, Method::Newton, Method::LevenbergMarquardt};
constexpr Method descents[] = {Method::Lbfgs, Method::Newton, Method::LevenbergMarquardt};

/// A function of two numbers: value, gradient, Hessian.
struct Surface {
  double value;
  double gradient[2];
  double hessian[2][2];
};

TwiceSmooth smooth(Surface (*at)(double x, double y)) {
  TwiceSmooth function;
  function.size = 2;
  function.function = [at](const double* x, double* gradient) {
    const Surface here = at(x[0], x[1]);
    for (int i = 0; i < 2; ++i) gradient[i] = here.gradient[i];
    return here.value;
  };
  function.product = [at](const double* x, const double* vector, double* out) {
    const Surface here = at(x[0], x[1]);
    for (int i = 0; i < 2; ++i) out[i] = here.hessian[i][0] * vector[0] + here.hessian[i][1] * vector[1];
  };
  function.hessian = [at](const double* x, double* matrix) {
    const Surface here = at(x[0], x[1]);
    for (int i = 0; i < 4; ++i) matrix[i] = here.hessian[i / 2][i % 2];
  };
  return function;
}

struct Search {
  Search(const TwiceSmooth& function, Method method, std::vector<double> start, double target, uint64_t maxSteps,
         const GoOn& goOn = [] { return true; }) {
    CriticalPointOptions options;
    options.method = method;
    options.learningRate = 0.01;
    options.targetNorm = target;
    options.maxSteps = maxSteps;
    place.x = std::move(start);
    result = find_critical_point(function, options, goOn, [this](double, double norm) { norms.push_back(norm); }, place);
  }
  bool ended(GradientNormEnd reason) const { return result.reason == reason; }

  Place place;
  std::vector<double> norms;
  CriticalPointResult result;
};

/// Two wells at (+-1, 0), a saddle at (0, 0).
Surface wells(double x, double y) {
  return {x * x * x * x / 4 - x * x / 2 + 2 * y * y + x * x * y,
          {x * x * x - x + 2 * x * y, 4 * y + x * x},
          {{3 * x * x - 1 + 2 * y, 2 * x}, {2 * x, 4}}};
}

/// No critical point: the gradient is shortest at (0, 0), where it is (1, 0).
Surface slope(double x, double y) { return {x + x * x * x / 3 + y * y, {1 + x * x, 2 * y}, {{2 * x, 0}, {0, 2}}}; }

/// Critical along a whole curve, x y = 1, and at (0, 0), a saddle.
Surface valley(double x, double y) {
  const double r = x * y - 1;
  return {r * r / 2, {r * y, r * x}, {{y * y, 2 * x * y - 1}, {2 * x * y - 1, x * x}}};
}

/// Curvatures from 1e-4 to 1e4, one of them downwards.
Surface saddle(double x, double y) { return {5e3 * x * x - 5e-5 * y * y, {1e4 * x, -1e-4 * y}, {{1e4, 0}, {0, -1e-4}}}; }

/// Flat to third order at its minimum.
Surface flat(double x, double y) {
  return {x * x * x * x + y * y, {4 * x * x * x, 2 * y}, {{12 * x * x, 0}, {0, 2}}};
}

Surface nowhere(double, double) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {nan, {nan, nan}, {{nan, nan}, {nan, nan}}};
}

}  // namespace

CASE("every method finds the saddle it starts near, and not the minima beside it") {
  for (const Method method : allMethods) {
    const Search search(smooth(wells), method, {0.2, -0.3}, method == Method::Adam ? 1e-4 : 1e-13, 5000);
    CHECK(search.ended(GradientNormEnd::Reached));
    CHECK_NEAR(search.place.x[0], 0, 1e-3);
    CHECK_NEAR(search.place.x[1], 0, 1e-3);
    CHECK(search.norms.size() == search.result.steps);
    CHECK(search.norms[0] > 0.3);
  }
}

CASE("each method but Adam lowers the norm in every step") {
  for (const Method method : descents) {
    for (const auto surface : {wells, valley, flat, saddle}) {
      const Search search(smooth(surface), method, {1.7, -2.3}, 1e-12, 300);
      for (size_t i = 1; i < search.norms.size(); ++i) CHECK(search.norms[i] < search.norms[i - 1]);
      CHECK(search.place.norm < search.norms.back());
      CHECK(search.ended(GradientNormEnd::Reached));
    }
  }
}

CASE("Newton's steps converge quadratically at a saddle and at once where the function is quadratic") {
  CHECK(Search(smooth(wells), Method::Newton, {0.05, -0.05}, 1e-15, 6).ended(GradientNormEnd::Reached));
  CHECK(Search(smooth(saddle), Method::Newton, {1.7, -2.3}, 1e-11, 1).ended(GradientNormEnd::Reached));
}

CASE("where there is no critical point a search stalls, and claims no less than the norm that is there") {
  for (const Method method : descents) {
    const Search search(smooth(slope), method, {0.7, 0.4}, 1e-9, 100000);
    CHECK(search.ended(GradientNormEnd::Stalled));
    CHECK_NEAR(search.place.norm, 1, 1e-3);
    CHECK(search.place.norm >= 1);
  }
  const Search adam(smooth(slope), Method::Adam, {0.7, 0.4}, 1e-9, 2000);
  CHECK(adam.ended(GradientNormEnd::Finished) && adam.result.steps == 2000);
  CHECK_NEAR(adam.place.norm, 1, 1e-2);
  // Exactly there, H g = 0.
  for (const Method method : allMethods) {
    CHECK(Search(smooth(slope), method, {0, 0}, 1e-9, 10).ended(GradientNormEnd::Stalled));
  }
}

CASE("steps through the Hessian that hardly gain are given up") {
  // A Hessian that is a million times too large makes every move as much too short.
  TwiceSmooth bowl = smooth([](double x, double y) -> Surface { return {x * x / 2 + y * y / 2, {x, y}, {{1e6, 0}, {0, 1e6}}}; });
  for (const Method method : {Method::Newton, Method::LevenbergMarquardt}) {
    const Search search(bowl, method, {0.6, 0.8}, 1e-9, 1000);
    CHECK(search.ended(GradientNormEnd::Stalled) && search.result.steps == 25);
    CHECK(search.place.norm < 1 && search.place.norm > 0.98);
  }
}

CASE("a search ends at once where it is done, cannot begin, or may not") {
  for (const Method method : allMethods) {
    const Search done(smooth(wells), method, {0, 0}, 0, 10);
    CHECK(done.ended(GradientNormEnd::Reached) && done.result.steps == 0);
    const Search lost(smooth(nowhere), method, {0, 0}, 1, 10);
    CHECK(lost.ended(GradientNormEnd::Diverged) && std::isnan(lost.place.norm));
    const Search none(smooth(wells), method, {0.2, -0.3}, 1e-3, 0);
    CHECK(none.ended(GradientNormEnd::Finished) && none.norms.empty());
    const Search stopped(smooth(wells), method, {0.2, -0.3}, 1e-3, 10, [] { return false; });
    CHECK(stopped.ended(GradientNormEnd::Stopped));
    CHECK(stopped.place.x == std::vector<double>({0.2, -0.3}));
  }
}

namespace {

/// A network near what made its targets, but for some noise: a minimum is not far.
struct Subject {
  explicit Subject(Precision precision = Precision::Float64) {
    SessionOptions options;
    options.model = cases::model({1, 1, 1}, {cases::dense(3, Activation::Tanh), cases::dense(1)});
    options.precision = precision;
    session = make_session(options);
    auto samples = std::make_shared<Samples>();
    samples->size = 30;
    for (int i = 0; i < 30; ++i) samples->inputs.push_back(static_cast<float>(i) / 10 - 1.5f);
    std::vector<double> theta{2, -1, 4, 1, 1.5, -3, 1, 0.7, -1.2, 0.3};
    session->setParameters(theta.data());
    samples->values.resize(30);
    session->predict(samples->inputs.data(), 30, samples->values.data());
    const auto noise = cases::numbers(30, 8), away = cases::numbers(theta.size(), 9);
    for (size_t i = 0; i < 30; ++i) samples->values[i] += static_cast<float>(0.002 * noise[i]);
    session->setSamples(SampleSet::Training, samples);
    session->setParameters(cases::moved(theta, away, 0.1).data());
  }

  GradientNormResult minimize(Method method, double target, uint64_t maxSteps) {
    GradientNormOptions options;
    options.method = method;
    options.targetNorm = target;
    options.maxSteps = maxSteps;
    TrainControl control;
    return minimize_gradient_norm(*session, options, control, [this](ProgressReport& part) { part.moveTo(report); });
  }

  void descend(uint64_t steps) {
    TrainOptions options;
    options.epochs = steps;
    options.maxSteps = steps;
    options.batchSize = 30;
    TrainControl control;
    train(*session, options, control, [](ProgressReport&) {});
  }

  std::unique_ptr<Session> session;
  ProgressReport report;
};

}  // namespace

CASE("a network's gradient vanishes at the parameters that a session then has, in both precisions") {
  for (const Precision precision : {Precision::Float64, Precision::Float32}) {
    for (const Method method : descents) {
      Subject network(precision);
      const GradientNormResult result = network.minimize(method, 1e-10, method == Method::Lbfgs ? 20000 : 30);
      CHECK(result.reason == GradientNormEnd::Reached);
      CHECK(result.gradientNorm <= 1e-10);
      CHECK(network.report.batchLoss.size() == result.steps && network.report.gradientNorm.size() == result.steps);
      CHECK(network.report.step == result.steps && network.report.firstStep == 1);
      Session& session = *network.session;
      std::vector<double> theta(session.parameterCount()), gradient(theta.size());
      session.getParameters(theta.data());
      ObjectiveOptions options;
      options.model = session.options().model;
      options.samples = session.samples(SampleSet::Training);
      const double loss = Objective(options).lossAndGradient(theta.data(), gradient.data(), cases::go_on);
      double squares = 0;
      for (const double g : gradient) squares += g * g;
      CHECK_NEAR(std::sqrt(squares), result.gradientNorm, 1e-16);
      CHECK_NEAR(loss, result.loss, 1e-15);
    }
  }
}

CASE("a target out of reach is not claimed") {
  for (const Method method : descents) {
    Subject network;
    const GradientNormResult result = network.minimize(method, 0, 3000);
    CHECK(result.reason == GradientNormEnd::Stalled || result.reason == GradientNormEnd::Finished);
    CHECK(result.gradientNorm > 0);
    CHECK(result.gradientNorm < network.report.gradientNorm.front());
  }
}

CASE("a session goes on training after a search, and what a search cannot do is refused by name") {
  Subject network(Precision::Float32);
  network.minimize(Method::Adam, 0, 10);
  std::vector<double> unrounded(network.session->parameterCount()), trained(unrounded.size());
  network.session->getParameters(unrounded.data());
  CHECK(unrounded[0] != static_cast<float>(unrounded[0]));
  network.descend(1);
  network.session->getParameters(trained.data());
  for (const double value : trained) CHECK(value == static_cast<float>(value));

  GradientNormOptions options;
  options.method = Method::Newton;
  options.learningRate = 0;
  CHECK_ERROR(check_options(*network.session, options), ErrorCode::BadArgument, "learningRate");
  options.learningRate = 1;
  options.targetNorm = std::numeric_limits<double>::quiet_NaN();
  CHECK_ERROR(check_options(*network.session, options), ErrorCode::BadArgument, "targetNorm");
  options.targetNorm = 0;
  SessionOptions wide;
  wide.model = cases::model({100, 1, 1}, {cases::dense(100)});
  const std::unique_ptr<Session> large = make_session(wide);
  CHECK_ERROR(check_options(*large, options), ErrorCode::BadData, "training samples");
  large->setSamples(SampleSet::Training, cases::samples_for(wide.model, 5));
  CHECK_ERROR(check_options(*large, options), ErrorCode::BadArgument, "10100");
  options.method = Method::Lbfgs;
  check_options(*large, options);
}
