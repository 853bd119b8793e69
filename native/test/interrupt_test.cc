// Batches that have to stay together are long: they ask whether to go on between their layers and within them, and one that was cut short
// has never been.
#include <thread>

#include "../src/session.h"
#include "check.h"
#include "objective_cases.h"

using namespace basin;

namespace {

constexpr size_t samples = 4000;

/// Products of 2.4e9 operations each; batch normalisation keeps the batch in one piece.
std::vector<ModelSpec> long_models() {
  const LayerSpec normal = cases::plain(LayerType::BatchNorm, Activation::Relu);
  const LayerSpec convolution = cases::windowed(LayerType::Conv2d, 16, {3, 3}, {1, 1}, {1, 1});
  return {cases::model({300, 1, 1}, {cases::dense(1000), normal, cases::dense(2)}),
          cases::model({8, 16, 16}, {convolution, normal, cases::plain(LayerType::Flatten), cases::dense(2)})};
}

std::unique_ptr<Session> session_for(const ModelSpec& model, int threads) {
  SessionOptions options;
  options.model = model;
  options.threads = threads;
  auto session = make_session(options);
  session->setSamples(SampleSet::Training, cases::samples_for(model, samples));
  session->setParameters(cases::numbers(session->parameterCount(), 3).data());
  session->prepareTraining(samples);
  return session;
}

/// One batch that goes on `times` times; how often it asked is added up.
BatchResult run(Session& session, size_t times, size_t& asked) {
  Batch batch;
  batch.count = samples;
  const std::thread::id here = std::this_thread::get_id();
  return session.batchGradient(batch, [&] {
    CHECK(std::this_thread::get_id() == here);
    return ++asked <= times;
  });
}

}  // namespace

CASE("a batch in one piece asks between and within its layers, and leaves nothing where it is cut short") {
  for (const ModelSpec& model : long_models()) {
    for (const int threads : {1, 2}) {
      const auto whole = session_for(model, threads), cut = session_for(model, threads);
      const std::vector<double> before = cut->buffers();
      size_t questions = 0;
      const BatchResult result = run(*whole, ~size_t{0}, questions);
      CHECK(whole->buffers() != before);
      // Once before each layer there and back; two of the products ask several times on their way.
      CHECK(questions >= 2 * model.layers.size() + 4);
      for (const size_t times : {size_t{0}, size_t{1}, questions / 2, questions - 1}) {
        size_t asked = 0;
        run(*cut, times, asked);
        CHECK(asked == times + 1);
        cut->dropBatch();
        CHECK(cut->buffers() == before);
      }
      size_t again = 0;
      const BatchResult same = run(*cut, ~size_t{0}, again);
      CHECK(again == questions);
      CHECK(same.loss == result.loss);
      CHECK(same.norm == result.norm);
      CHECK(cut->buffers() == whole->buffers());
    }
  }
}

CASE("a short batch is not interrupted") {
  const ModelSpec model = cases::model({3, 1, 1}, {cases::dense(5), cases::plain(LayerType::BatchNorm), cases::dense(2)});
  const auto session = session_for(model, 1);
  size_t asked = 0;
  run(*session, ~size_t{0}, asked);
  CHECK(asked == 0);
}
