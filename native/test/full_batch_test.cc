// Trainings by optimisers that take the whole training set in each step, through the same loop as all others.
#include <cmath>
#include <limits>

#include "../src/trainer.h"
#include "check.h"
#include "objective_cases.h"

using namespace basin;

namespace {

struct Training {
  Training(ModelSpec spec, size_t samples, Precision precision = Precision::Float64, int threads = 1) {
    SessionOptions options;
    options.model = std::move(spec);
    options.precision = precision;
    options.threads = threads;
    session = make_session(options);
    session->setSamples(SampleSet::Training, cases::samples_for(options.model, samples));
    session->setParameters(cases::numbers(session->parameterCount(), 3).data());
  }

  EndReason run(uint64_t steps, double untilGradientNorm = 0) {
    TrainOptions options;
    options.epochs = std::numeric_limits<uint64_t>::max();
    options.maxSteps = steps;
    options.batchSize = 1000000;
    options.untilGradientNorm = untilGradientNorm;
    TrainControl control;
    return train(*session, options, control, [this](ProgressReport& part) { part.moveTo(report); });
  }

  std::vector<double> parameters() const {
    std::vector<double> values(session->parameterCount());
    session->getParameters(values.data());
    return values;
  }

  std::unique_ptr<Session> session;
  ProgressReport report;
};

ModelSpec small(OptimizerType type, Loss loss = Loss::MeanSquaredError, double weightDecay = 0) {
  ModelSpec spec = cases::model({2, 1, 1}, {cases::dense(5, Activation::Tanh), cases::dense(3)}, loss);
  spec.optimizer.type = type;
  spec.optimizer.learningRate = 1;
  spec.optimizer.weightDecay = weightDecay;
  return spec;
}

constexpr OptimizerType fullBatchTypes[] = {OptimizerType::Lbfgs, OptimizerType::LevenbergMarquardt};

}  // namespace

CASE("each step reports loss and gradient norm before its update, is an epoch, and never leads up") {
  for (const OptimizerType type : fullBatchTypes) {
    for (const Loss loss : {Loss::MeanSquaredError, Loss::SoftmaxCrossEntropy}) {
      Training training(small(type, loss), 30);
      for (int step = 0; step < 12; ++step) {
        std::vector<float> gradient(training.session->parameterCount());
        training.session->gradient(SampleSet::Training, gradient.data());
        double squares = 0;
        for (const float g : gradient) squares += static_cast<double>(g) * g;
        const Evaluation before = training.session->evaluate(SampleSet::Training, [] { return true; });
        CHECK(training.run(1) == EndReason::Finished);
        CHECK_NEAR(training.report.batchLoss.back(), before.loss, 1e-6 * before.loss);
        CHECK_NEAR(training.report.gradientNorm.back(), std::sqrt(squares), 1e-6);
        if (loss == Loss::SoftmaxCrossEntropy) CHECK(training.report.trainAccuracy.back() == before.accuracy);
        else CHECK(std::isnan(training.report.trainAccuracy.back()));
      }
      CHECK(training.report.step == 12 && training.report.epoch == 12);
      for (size_t i = 1; i < 12; ++i) CHECK(training.report.batchLoss[i] < training.report.batchLoss[i - 1]);
    }
  }
}

CASE("a training in parts is the same as one in a whole, and new parameters are heeded in between") {
  for (const OptimizerType type : fullBatchTypes) {
    for (const Precision precision : {Precision::Float32, Precision::Float64}) {
      Training whole(small(type), 30, precision), parts(small(type), 30, precision), moved(small(type), 30, precision);
      whole.run(20);
      for (const uint64_t steps : {1, 7, 12}) parts.run(steps);
      CHECK(parts.parameters() == whole.parameters());
      CHECK(parts.report.batchLoss == whole.report.batchLoss);
      moved.run(10);
      moved.session->setParameters(cases::numbers(moved.session->parameterCount(), 3).data());
      moved.run(1);
      CHECK(moved.report.batchLoss.back() == whole.report.batchLoss.front());
    }
  }
}

CASE("precision and threads change the course by rounding alone") {
  for (const OptimizerType type : fullBatchTypes) {
    Training wide(small(type), 300), narrow(small(type), 300, Precision::Float32),
        team(small(type), 300, Precision::Float64, 3);
    for (Training* training : {&wide, &narrow, &team}) training->run(15);
    CHECK(team.parameters() == wide.parameters());
    // Steps are in double: float is how its network is asked afterwards.
    CHECK(narrow.parameters() == wide.parameters());
    std::vector<float> rounded(narrow.session->parameterCount());
    narrow.session->getParameters(rounded.data());
    for (size_t i = 0; i < rounded.size(); ++i) CHECK(rounded[i] == static_cast<float>(wide.parameters()[i]));
  }
}

CASE("weight decay ends where the penalised gradient is zero, and reports go without it") {
  for (const OptimizerType type : fullBatchTypes) {
    for (const Loss loss : {Loss::MeanSquaredError, Loss::SoftmaxCrossEntropy}) {
      constexpr double decay = 0.01;
      Training training(small(type, loss, decay), 30);
      training.run(4000);
      const auto theta = training.parameters();
      ObjectiveOptions options;
      options.model = training.session->options().model;
      options.samples = training.session->samples(SampleSet::Training);
      options.buffers = training.session->buffers();
      options.ridge = decay;
      std::vector<double> gradient(theta.size());
      Objective(options).lossAndGradient(theta.data(), gradient.data(), cases::go_on);
      double length = 0, penalised = 0;
      for (size_t i = 0; i < theta.size(); ++i) {
        length += theta[i] * theta[i];
        penalised += gradient[i] * gradient[i];
      }
      CHECK(std::sqrt(penalised) < 1e-12);
      CHECK_NEAR(training.report.gradientNorm.back(), decay * std::sqrt(length), 1e-6);
    }
  }
}

CASE("a full batch training ends at a gradient norm, and stays where nothing is lower") {
  for (const OptimizerType type : fullBatchTypes) {
    Training training(small(type), 10);
    CHECK(training.run(3000, 1e-3) == EndReason::Reached);
    CHECK(training.report.gradientNorm.back() < 1e-3);
    const auto there = training.parameters();
    CHECK(training.run(10, 1e-3) == EndReason::Reached);
    CHECK(training.parameters() == there);
  }
}

CASE("what full batch optimisers cannot do is refused by name") {
  Training training(small(OptimizerType::Lbfgs), 30);
  TrainOptions options;
  options.batchSize = 29;
  CHECK_ERROR(check_options(*training.session, options), ErrorCode::BadArgument, "batchSize");
  options.batchSize = 30;
  check_options(*training.session, options);
  for (const LayerSpec& layer : {cases::dropout(0.1), cases::plain(LayerType::BatchNorm)}) {
    ModelSpec spec = small(OptimizerType::LevenbergMarquardt);
    spec.layers.insert(spec.layers.begin() + 1, layer);
    CHECK_ERROR(plan_layers(spec), ErrorCode::BadModel, "layer1");
    spec.optimizer.type = OptimizerType::Adam;
    plan_layers(spec);
  }
  ModelSpec wide = cases::model({100, 1, 1}, {cases::dense(100)});
  wide.optimizer.type = OptimizerType::LevenbergMarquardt;
  CHECK_ERROR(plan_layers(wide), ErrorCode::BadModel, "this model has 10100");
  wide.optimizer.type = OptimizerType::Lbfgs;
  plan_layers(wide);
}

CASE("a stop within a step leaves the parameters as they were before it") {
  for (const OptimizerType type : fullBatchTypes) {
    Training training(small(type), 30);
    training.run(3);
    const auto before = training.parameters();
    // In a step of Levenberg-Marquardt there is a matrix before and a factorisation behind the first answers.
    for (const int answers : {0, type == OptimizerType::Lbfgs ? 0 : 2}) {
      int asked = 0;
      CHECK(!training.session->update(1, [&] { return asked++ < answers; }));
      CHECK(training.parameters() == before);
    }
    CHECK(training.session->update(1, [] { return true; }));
    CHECK(training.parameters() != before);
  }
}
