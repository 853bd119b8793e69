// Gradients and products of an objective against finite differences of its loss, gradient and outputs, for every layer and activation.
#include "../src/curvature/objective.h"

#include "check.h"
#include "objective_cases.h"

using namespace basin;
using namespace basin::cases;

namespace {

/// Central differences with this step are right to about its square.
constexpr double step = 1e-5;
constexpr double tolerance = 2e-8;

std::vector<double> gradient_at(Question& question, const std::vector<double>& theta) {
  std::vector<double> gradient(theta.size());
  question.objective.lossAndGradient(theta.data(), gradient.data(), go_on);
  return gradient;
}

/// (after - before) / 2 step.
std::vector<double> difference(const std::vector<double>& after, const std::vector<double>& before) {
  std::vector<double> slope(after.size());
  for (size_t i = 0; i < slope.size(); ++i) slope[i] = (after[i] - before[i]) / (2 * step);
  return slope;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Outputs [N, O].
std::vector<double> outputs_at(Question& question, const std::vector<double>& theta) {
  Network<double>& network = question.objective.network();
  ChunkWork<double> work;
  work.parameters = theta.data();
  work.buffers = question.options.buffers.data();
  const auto size = question.options.samples->size;
  std::vector<double> outputs(size * static_cast<size_t>(network.outputSize()));
  network.choose({nullptr, 0, static_cast<int>(size)});
  network.predict(question.options.samples->inputs.data(), work, outputs.data());
  return outputs;
}

/// u^T (J^T H J) v with tangents J u and J v of the outputs by differences, H of the loss from its formula.
double gauss_newton_between(Question& question, const std::vector<double>& u, const std::vector<double>& v) {
  const std::vector<double>& theta = question.theta;
  const auto tangent = [&](const std::vector<double>& along) {
    return difference(outputs_at(question, moved(theta, along, step)), outputs_at(question, moved(theta, along, -step)));
  };
  const std::vector<double> ju = tangent(u), jv = tangent(v);
  if (question.options.model.loss == Loss::MeanSquaredError) return 2 * dot(ju, jv) / static_cast<double>(ju.size());
  const std::vector<double> logits = outputs_at(question, theta);
  const size_t size = question.options.samples->size, classes = logits.size() / size;
  double sum = 0;
  for (size_t n = 0; n < size; ++n) {
    double total = 0, both = 0, meanU = 0, meanV = 0;
    for (size_t o = n * classes; o < (n + 1) * classes; ++o) {
      const double p = std::exp(logits[o]);
      total += p;
      both += p * ju[o] * jv[o];
      meanU += p * ju[o];
      meanV += p * jv[o];
    }
    sum += both / total - meanU / total * (meanV / total);
  }
  return sum / static_cast<double>(size);
}

void check_gradient(Question& question, const std::vector<double>& v) {
  const std::vector<double> gradient = gradient_at(question, question.theta);
  const double after = question.objective.loss(moved(question.theta, v, step).data(), go_on);
  const double before = question.objective.loss(moved(question.theta, v, -step).data(), go_on);
  CHECK_NEAR(dot(gradient, v), (after - before) / (2 * step), tolerance * (1 + std::fabs(after)));
}

void check_hessian(Question& question, const std::vector<double>& v) {
  const auto gradients = [&](double along) { return gradient_at(question, moved(question.theta, v, along)); };
  CHECK_NEAR(distance(product(question, Operator::Hessian, v), difference(gradients(step), gradients(-step))), 0, tolerance);
}

void check_gauss_newton(Question& question, const std::vector<double>& u, const std::vector<double>& v) {
  const double expected = gauss_newton_between(question, u, v);
  CHECK_NEAR(dot(u, product(question, Operator::GaussNewton, v)), expected, tolerance * (1 + std::fabs(expected)));
}

void check_all(const ModelSpec& spec, size_t size = 37) {
  for (const int threads : {1, 3}) {
    Question question(spec, size, threads);
    const std::vector<double> u = numbers(question.parameters(), 11), v = numbers(question.parameters(), 12);
    check_gradient(question, v);
    check_hessian(question, v);
    check_gauss_newton(question, u, v);
    // Unlike the difference quotients this has no error of its own.
    const std::vector<double> hu = product(question, Operator::Hessian, u), hv = product(question, Operator::Hessian, v);
    CHECK_NEAR(dot(u, hv), dot(v, hu), 1e-12 * (1 + std::fabs(dot(u, hv))));
  }
}

void check_both_losses(const std::vector<LayerSpec>& layers, Shape input = {3, 1, 1}) {
  check_all(model(input, layers));
  check_all(model(input, layers, Loss::SoftmaxCrossEntropy));
}

}  // namespace

CASE("dense layers, every activation inside and at the end") {
  for (const Activation activation : activations) {
    check_both_losses({dense(5, activation), dense(4, activation), dense(3)});
    check_both_losses({dense(4, Activation::Tanh), dense(3, activation)});
  }
}

CASE("dense layers so wide that their gradient is a matrix product") {
  check_both_losses({dense(41, Activation::Tanh), dense(37, Activation::Gelu), dense(3)}, {40, 1, 1});
  check_both_losses({dense(3, Activation::Sin), dense(350, Activation::Sigmoid), dense(5)}, {2, 1, 1});
}

CASE("dropout and flattening change nothing in evaluation") {
  check_both_losses({dropout(0.5), dense(5, Activation::Tanh), dropout(0.2), plain(LayerType::Flatten), dense(3)});
  check_both_losses({plain(LayerType::Flatten), dense(5, Activation::Sin), dense(3)}, {3, 2, 2});
}

CASE("batch normalisation by running statistics, every elementwise activation") {
  for (const Activation activation : activations) {
    if (activation == Activation::Softmax) continue;
    check_both_losses({dense(5, Activation::Tanh), plain(LayerType::BatchNorm, activation), dense(3)});
    check_both_losses({plain(LayerType::BatchNorm, activation), dense(3, Activation::Tanh)});
  }
  check_both_losses({plain(LayerType::BatchNorm, Activation::Sin), plain(LayerType::Flatten), dense(3)}, {2, 3, 2});
}

CASE("residual blocks: first, nested, without parameters, with every elementwise activation") {
  for (const Activation activation : activations) {
    if (activation == Activation::Softmax) continue;
    check_both_losses({dense(4, Activation::Tanh), residual({dense(5, Activation::Sin), dense(4)}, activation), dense(3)});
  }
  check_both_losses({residual({dense(5, Activation::Tanh), dense(3, Activation::Sin)}, Activation::Gelu), dense(2)});
  check_both_losses({dense(4, Activation::Tanh), residual({dropout(0.5)}, Activation::Sin), dense(3)});
  check_both_losses({residual({dropout(0.5)}, Activation::Tanh), dense(3)});
  check_both_losses({dense(4, Activation::Sin),
                     residual({residual({dense(4, Activation::Gelu)}), plain(LayerType::BatchNorm)}, Activation::Tanh),
                     residual({dense(6, Activation::Softplus), dense(4)}), dense(2)});
}

CASE("convolutions and pooling, every elementwise activation, strides and padding") {
  const auto max = windowed(LayerType::MaxPool, 0, {2, 2}, {2, 2}, {0, 0});
  const auto average = windowed(LayerType::AveragePool, 0, {3, 2}, {2, 1}, {1, 1});
  for (const Activation activation : activations) {
    if (activation == Activation::Softmax) continue;
    const auto first = windowed(LayerType::Conv2d, 3, {3, 2}, {1, 2}, {1, 0}, activation);
    check_both_losses({first, windowed(LayerType::Conv2d, 2, {2, 2}, {1, 1}, {0, 1}, activation), plain(LayerType::Flatten), dense(3)},
                      {2, 4, 5});
  }
  const auto tanh = windowed(LayerType::Conv2d, 3, {3, 3}, {1, 1}, {1, 1}, Activation::Tanh);
  // Pooling first, last, after another, and above a layer whose activation it may differentiate.
  check_both_losses({max, tanh, average, plain(LayerType::Flatten), dense(3)}, {2, 6, 6});
  check_both_losses({average, tanh, max, plain(LayerType::Flatten), dense(3)}, {1, 6, 6});
  const auto relu = windowed(LayerType::Conv2d, 4, {3, 3}, {1, 1}, {1, 1}, Activation::Relu);
  check_both_losses({relu, max, average, plain(LayerType::Flatten), dense(3)}, {2, 6, 6});
  check_both_losses({tanh, plain(LayerType::BatchNorm, Activation::Sin), residual({tanh}, Activation::Gelu), average}, {3, 4, 4});
}

CASE("many chunks, few samples, and a part of the set") {
  const ModelSpec spec = model({3, 1, 1}, {dense(5, Activation::Tanh), dense(4, Activation::Gelu), dense(2)});
  check_all(spec, 1);
  check_all(spec, 16);
  // The first 700 of 1500 samples are those of a set of 700, in more than one chunk.
  Question part(spec, 1500);
  Question all(spec, 700);
  part.options.count = 700;
  auto first = std::make_shared<Samples>(*part.options.samples);
  first->size = 700;
  first->inputs.resize(2100);
  first->values.resize(1400);
  all.options.samples = first;
  Objective partial(part.options), whole(all.options);
  const std::vector<double> v = numbers(part.parameters(), 3);
  std::vector<double> a(v.size()), b(v.size());
  for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
    partial.product(op, part.theta.data(), v.data(), a.data(), go_on);
    whole.product(op, part.theta.data(), v.data(), b.data(), go_on);
    CHECK(a == b);
  }
  CHECK(partial.loss(part.theta.data(), go_on) == whole.loss(part.theta.data(), go_on));
}

CASE("products are the same to the last bit for any number of threads") {
  const ModelSpec spec = model({20, 1, 1}, {dense(70, Activation::Tanh), plain(LayerType::BatchNorm, Activation::Relu),
                                            residual({dense(70, Activation::Sin)}), dense(10)},
                               Loss::SoftmaxCrossEntropy);
  Question one(spec, 333);
  const std::vector<double> v = numbers(one.parameters(), 3);
  for (const int threads : {2, 3, 5}) {
    Question many(spec, 333, threads);
    CHECK(gradient_at(many, many.theta) == gradient_at(one, one.theta));
    CHECK(many.objective.loss(many.theta.data(), go_on) == one.objective.loss(one.theta.data(), go_on));
    for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) CHECK(product(many, op, v) == product(one, op, v));
  }
}

CASE("a ridge adds to loss, gradient and both matrices") {
  const ModelSpec spec = model({3, 1, 1}, {dense(5, Activation::Tanh), dense(2)});
  Question without(spec, 20), with(spec, 20, 1, 0.3);
  const std::vector<double>& theta = with.theta;
  CHECK_NEAR(with.objective.loss(theta.data(), go_on), without.objective.loss(theta.data(), go_on) + 0.15 * dot(theta, theta), 1e-14);
  CHECK_NEAR(distance(gradient_at(with, theta), moved(gradient_at(without, theta), theta, 0.3)), 0, 1e-14);
  const std::vector<double> v = numbers(theta.size(), 3);
  for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
    CHECK_NEAR(distance(product(with, op, v), moved(product(without, op, v), v, 0.3)), 0, 1e-14);
  }
}

CASE("what declines ends a computation with an error, between chunks and within") {
  const ModelSpec spec = model({700, 1, 1}, {dense(700, Activation::Tanh), dense(700)});
  for (const int threads : {1, 3}) {
    Question question(spec, 40, threads);
    std::vector<double> out(question.parameters());
    int asked = 0, allowed = 1000;
    const GoOn goOn = [&] { return ++asked <= allowed; };
    question.objective.product(Operator::Hessian, question.theta.data(), question.theta.data(), out.data(), goOn);
    // Each of three chunks, and the layers of the ways there, there again and back.
    const int all = asked;
    CHECK(all == 3 * (1 + 3 * 2));
    for (allowed = 0; allowed < all; allowed += 5) {
      asked = 0;
      CHECK_ERROR(question.objective.product(Operator::Hessian, question.theta.data(), question.theta.data(), out.data(), goOn),
                  ErrorCode::Canceled, "stopped");
      CHECK(asked == allowed + 1);
    }
    // It can be asked again afterwards.
    CHECK(question.objective.loss(question.theta.data(), go_on) > 0);
  }
}

CASE("objectives that do not fit are refused") {
  const ModelSpec spec = model({3, 1, 1}, {dense(5, Activation::Tanh), plain(LayerType::BatchNorm), dense(2)});
  const Question question(spec, 20);
  const auto make = [&](auto change) {
    ObjectiveOptions options = question.options;
    change(options);
    Objective objective(options);
  };
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.samples = nullptr; }), ErrorCode::BadArgument, "samples");
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.count = 21; }), ErrorCode::BadArgument, "only 20");
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.buffers.pop_back(); }), ErrorCode::BadArgument, "buffers");
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.ridge = -1; }), ErrorCode::BadArgument, "ridge");
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.simd = "abacus"; }), ErrorCode::BadArgument, "abacus");
  CHECK_ERROR(make([](ObjectiveOptions& o) { o.model.input.channels = 4; }), ErrorCode::BadData, "inputs");
}
