// States of sessions in blocks of exactly their size: under sanitizers a byte too many is an error. What they are worth is told by
// test/native/state.test.ts.
#include <memory>
#include <vector>

#include "../src/trainer.h"
#include "check.h"
#include "objective_cases.h"

using namespace basin;

namespace {

constexpr OptimizerType types[] = {OptimizerType::Sgd,   OptimizerType::RmsProp, OptimizerType::Adam,
                                   OptimizerType::AdamW, OptimizerType::Lbfgs,   OptimizerType::LevenbergMarquardt};

std::unique_ptr<Session> trained(OptimizerType type, Precision precision, uint64_t steps) {
  SessionOptions options;
  options.model = cases::model({2, 1, 1}, {cases::dense(5, Activation::Tanh), cases::dense(3)}, Loss::MeanSquaredError);
  options.model.optimizer.type = type;
  options.model.optimizer.learningRate = 0.01;
  options.precision = precision;
  auto session = make_session(options);
  session->setSamples(SampleSet::Training, cases::samples_for(options.model, 30));
  session->setParameters(cases::numbers(session->parameterCount(), 3).data());
  TrainOptions training;
  training.epochs = steps;
  training.maxSteps = steps;
  training.batchSize = 30;
  TrainControl control;
  train(*session, training, control, [](ProgressReport&) {});
  return session;
}

std::vector<uint8_t> state_of(Session& session) {
  std::vector<uint8_t> state(session.stateSize());
  session.saveState(state.data());
  return state;
}

}  // namespace

CASE("a state comes back whole, and cut off anywhere it is refused") {
  for (const OptimizerType type : types) {
    for (const Precision precision : {Precision::Float32, Precision::Float64}) {
      const auto session = trained(type, precision, 4);
      const auto other = trained(type, precision, 2);
      const std::vector<uint8_t> state = state_of(*session), before = state_of(*other);
      CHECK(state != before);
      for (size_t size = 0; size < state.size(); ++size) {
        const std::vector<uint8_t> part(state.begin(), state.begin() + static_cast<ptrdiff_t>(size));
        CHECK_ERROR(other->restoreState(part.data(), part.size()), ErrorCode::BadData, "state: ");
      }
      CHECK(state_of(*other) == before);
      other->restoreState(state.data(), state.size());
      CHECK(state_of(*other) == state);
      CHECK(other->progress.step == 4);
    }
  }
}
