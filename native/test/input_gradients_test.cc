// Norms of gradients with respect to inputs against difference quotients of losses and outputs.
#include "../src/curvature/input_gradients.h"

#include <cmath>

#include "check.h"
#include "objective_cases.h"

using namespace basin;
using namespace basin::cases;

namespace {

/// Inputs that are multiples of a small power of two: exact in float, also moved by a larger one.
constexpr double grain = 1 / 4096.0, step = 1 / 64.0;

/// One sample of a set, its input i moved by `along`.
std::shared_ptr<Samples> moved_sample(const ObjectiveOptions& options, size_t sample, size_t i, double along) {
  const Samples& all = *options.samples;
  const Plan plan = plan_layers(options.model);
  const size_t inputs = plan.input.size(), outputs = plan.output.size();
  auto one = std::make_shared<Samples>();
  one->size = 1;
  const auto part = [sample](const std::vector<float>& from, size_t width) {
    const auto first = from.begin() + static_cast<ptrdiff_t>(sample * width);
    return std::vector<float>(first, first + static_cast<ptrdiff_t>(width));
  };
  one->inputs = part(all.inputs, inputs);
  one->inputs[i] = static_cast<float>(one->inputs[i] + along);
  if (all.labels.empty()) one->values = part(all.values, outputs);
  else one->labels = {all.labels[sample]};
  return one;
}

/// Losses [1] or outputs [O] of that.
std::vector<double> value_at(const Question& question, InputGradientOf of, size_t sample, size_t i, double along) {
  ObjectiveOptions options = question.options;
  options.samples = moved_sample(question.options, sample, i, along);
  options.ridge = 0;
  Objective objective(options);
  if (of == InputGradientOf::Loss) return {objective.loss(question.theta.data(), go_on)};
  Network<double>& network = objective.network();
  ChunkWork<double> work;
  work.parameters = question.theta.data();
  work.buffers = options.buffers.data();
  std::vector<double> outputs(static_cast<size_t>(network.outputSize()));
  network.choose({nullptr, 0, 1});
  network.predict(options.samples->inputs.data(), work, outputs.data());
  return outputs;
}

/// By central differences of fourth order.
double expected_norm(const Question& question, InputGradientOf of, size_t sample) {
  double squares = 0;
  for (size_t i = 0; i < plan_layers(question.options.model).input.size(); ++i) {
    const auto at = [&](double along) { return value_at(question, of, sample, i, along); };
    const std::vector<double> a = at(-2 * step), b = at(-step), c = at(step), d = at(2 * step);
    for (size_t o = 0; o < a.size(); ++o) {
      const double slope = (8 * (c[o] - b[o]) - (d[o] - a[o])) / (12 * step);
      squares += slope * slope;
    }
  }
  return std::sqrt(squares);
}

void check_norms(const ModelSpec& spec) {
  Question question(spec, 150, 1, 0.7);
  auto samples = std::make_shared<Samples>(*question.options.samples);
  for (float& x : samples->inputs) x = static_cast<float>(std::round(x / grain) * grain);
  question.options.samples = samples;
  for (const InputGradientOf of : {InputGradientOf::Loss, InputGradientOf::Output}) {
    Objective one(question.options);
    question.options.threads = 3;
    Objective many(question.options);
    question.options.threads = 1;
    const InputGradientNorms found = input_gradient_norms(one, question.theta.data(), of, go_on);
    CHECK(found.norms == input_gradient_norms(many, question.theta.data(), of, go_on).norms);
    CHECK(found.norms.size() == 150);
    double mean = 0;
    for (const double norm : found.norms) mean += norm / 150;
    CHECK_NEAR(found.mean, mean, 1e-14);
    for (const size_t sample : {0, 1, 77, 149}) {
      const double expected = expected_norm(question, of, sample);
      CHECK_NEAR(found.norms[sample], expected, 1e-6 * (1 + expected));
    }
  }
}

}  // namespace

CASE("norms of input gradients of losses and outputs are those of difference quotients") {
  for (const Loss loss : {Loss::MeanSquaredError, Loss::SoftmaxCrossEntropy}) {
    check_norms(model({3, 1, 1}, {dense(6, Activation::Tanh), dense(3)}, loss));
    check_norms(model({40, 1, 1}, {dense(30, Activation::Sin), dense(4, Activation::Softmax)}, loss));
    check_norms(model({2, 2, 1}, {plain(LayerType::BatchNorm, Activation::Sigmoid), plain(LayerType::Flatten),
                                  residual({dense(5, Activation::Gelu), dense(4)}, Activation::Softplus), dropout(0.5), dense(2)},
                      loss));
    check_norms(model({2, 4, 4},
                      {windowed(LayerType::Conv2d, 3, {3, 3}, {1, 1}, {1, 1}, Activation::Sin),
                       windowed(LayerType::AveragePool, 0, {2, 2}, {2, 2}, {0, 0}), plain(LayerType::Flatten), dense(3)},
                      loss));
  }
}

CASE("of a linear model the output's input gradient is its matrix") {
  Question question(model({3, 1, 1}, {dense(2)}), 5);
  double squares = 0;
  for (size_t i = 0; i < 6; ++i) squares += question.theta[i] * question.theta[i];
  const InputGradientNorms found = input_gradient_norms(question.objective, question.theta.data(), InputGradientOf::Output, go_on);
  for (const double norm : found.norms) CHECK_NEAR(norm, std::sqrt(squares), 1e-15);
}

CASE("input gradients can be stopped") {
  for (const int threads : {1, 3}) {
    Question question(model({100, 1, 1}, {dense(300, Activation::Tanh), dense(300)}), 100, threads);
    for (int allowed = 0; allowed < 50; allowed += 7) {
      int asked = 0;
      const GoOn goOn = [&] { return ++asked <= allowed; };
      CHECK_ERROR(input_gradient_norms(question.objective, question.theta.data(), InputGradientOf::Output, goOn), ErrorCode::Canceled,
                  "stopped");
    }
  }
}
