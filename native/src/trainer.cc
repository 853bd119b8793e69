// Steps until an end. The numbers depend on options and data alone; time only decides when reports go out.
#include "trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "error.h"
#include "kernels/select.h"
#include "permutation.h"
#include "reporter.h"

namespace basin {

void TrainControl::pause() { paused_.store(true); }

void TrainControl::resume() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    paused_.store(false);
  }
  changed_.notify_all();
}

void TrainControl::hold() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    held_.store(true);
  }
  changed_.notify_all();
}

void TrainControl::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_.store(true);
  }
  changed_.notify_all();
}

void TrainControl::waitWhilePaused() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !paused_.load() || held_.load() || stopped_.load(); });
}

void check_options(const Session& session, const TrainOptions& options) {
  const auto fail = [](ErrorCode code, const char* message) { throw Error(code, message); };
  if (session.samples(SampleSet::Training) == nullptr) fail(ErrorCode::BadData, "training samples: none have been set");
  if (options.batchSize == 0) fail(ErrorCode::BadArgument, "batchSize must be at least 1");
  if (needs_full_batch(session.options().model.optimizer.type) &&
      options.batchSize < session.samples(SampleSet::Training)->size) {
    fail(ErrorCode::BadArgument, "batchSize: the optimizer needs all training samples in each step");
  }
  if ((options.evaluateEveryEpochs > 0 || options.evaluateFirst) && session.samples(SampleSet::Test) == nullptr) {
    fail(ErrorCode::BadData, "evaluateEveryEpochs or evaluateFirst asks for test samples, but none have been set");
  }
  if (session.plan().dropouts > 0 && !options.dropoutKey) {
    fail(ErrorCode::BadArgument, "dropoutKey: the model drops, so it needs one");
  }
  if (!options.probeEpochs.empty() && session.probeSize() == 0) {
    fail(ErrorCode::BadData, "probeEpochs asks for a probe, but none has been set");
  }
  if (!std::is_sorted(options.probeEpochs.begin(), options.probeEpochs.end())) {
    fail(ErrorCode::BadArgument, "probeEpochs must be ascending");
  }
}

namespace {

class Run {
 public:
  Run(Session& session, const TrainOptions& options, TrainControl& control,
      const std::function<void(ProgressReport&)>& publish)
      : session_(session),
        options_(options),
        control_(control),
        reporter_(control, options.progressEveryMs, publish),
        report_(reporter_.report()),
        state_(session.progress),
        samples_(*session.samples(SampleSet::Training)),
        firstStep_(state_.step),
        lastEpoch_(saturated(state_.epoch, options.epochs)),
        lastStep_(saturated(state_.step, options.maxSteps)) {
    report_.firstStep = state_.step + 1;
    report_.step = state_.step;
    report_.epoch = state_.epoch;
  }

  EndReason run() {
    session_.prepareTraining(options_.batchSize < samples_.size ? static_cast<size_t>(options_.batchSize) : samples_.size);
    if (state_.step == 0 && state_.epoch == 0) probe();
    if (options_.evaluateFirst) evaluate();
    const EndReason reason = loop();
    // The last epoch has been evaluated already, unless it was cut short.
    if (reason == EndReason::Finished && state_.cursor > 0 && evaluatesLast()) evaluate();
    reporter_.publish();
    return reason;
  }

 private:
  static uint64_t saturated(uint64_t a, uint64_t b) {
    return b > std::numeric_limits<uint64_t>::max() - a ? std::numeric_limits<uint64_t>::max() : a + b;
  }

  bool evaluatesLast() const { return options_.evaluateLast && options_.evaluateEveryEpochs > 0; }

  EndReason loop() {
    while (state_.epoch < lastEpoch_ && state_.step < lastStep_) {
      const bool whole = options_.batchSize >= samples_.size;
      const uint32_t* order = nullptr;
      // A full batch sums over the same samples in any order; it keeps the stored one and stays in place.
      if (options_.shuffleKey && !(whole && state_.cursor == 0)) {
        order_.resize(samples_.size);
        permute(default_kernels<float>(), *options_.shuffleKey, static_cast<uint32_t>(state_.epoch), order_);
        order = order_.data();
      }
      while (state_.cursor < samples_.size && state_.step < lastStep_) {
        if (!reporter_.goOn()) return EndReason::Stopped;
        // What is due before the first step would come again with the next call.
        if (control_.held() && state_.step > firstStep_) return EndReason::Held;
        if (const std::optional<EndReason> end = step(order)) return *end;
      }
      if (state_.cursor == samples_.size) endEpoch();
    }
    return EndReason::Finished;
  }

  /// One batch: its numbers into the report, and the update if they are finite and nothing ends the training.
  std::optional<EndReason> step(const uint32_t* order) {
    const size_t left = samples_.size - state_.cursor;
    Batch batch;
    batch.order = order;
    batch.start = state_.cursor;
    batch.count = options_.batchSize < left ? static_cast<size_t>(options_.batchSize) : left;
    batch.dropoutKey = options_.dropoutKey.value_or(RandomKey{});
    batch.step = state_.step;
    if (batch.count == 1) refuseLonely();
    const BatchResult result = session_.batchGradient(batch, goOn_);
    if (control_.stopped()) {
      session_.dropBatch();
      return EndReason::Stopped;
    }
    const auto loss = static_cast<float>(result.loss);
    const auto norm = static_cast<float>(result.norm);
    const bool finite = std::isfinite(loss) && std::isfinite(norm);
    const bool reached = result.norm < options_.untilGradientNorm;
    if (!finite || reached) {
      session_.dropBatch();
    } else {
      const double rate = session_.options().model.optimizer.schedule.at(state_.step, state_.epoch);
      // Cut short: as if it had never begun.
      if (!session_.update(rate, goOn_)) return EndReason::Stopped;
    }
    ++state_.step;
    report_.step = state_.step;
    report_.batchLoss.push_back(loss);
    report_.gradientNorm.push_back(norm);
    if (options_.layerGradients) noteLayers();
    if (!finite) return EndReason::Diverged;
    if (reached) return EndReason::Reached;
    state_.cursor += batch.count;
    state_.lossSum += result.loss * static_cast<double>(batch.count);
    state_.right += result.right;
    return std::nullopt;
  }

  /// As PyTorch: one value for each channel has no variance, and running statistics must not follow it.
  void refuseLonely() const {
    const PlannedLayer* norm = norm_without_pixels(session_.plan().layers);
    if (norm == nullptr) return;
    throw Error(ErrorCode::BadArgument, "batchSize: batch normalisation in " + norm->name +
                                            " needs more than one value per channel, but " +
                                            std::to_string(samples_.size) + " training samples in batches of " +
                                            std::to_string(std::min<uint64_t>(options_.batchSize, samples_.size)) +
                                            " come to a batch of one");
  }

  void noteLayers() {
    layerNorms_.clear();
    session_.layerNorms(layerNorms_);
    for (const double norm : layerNorms_) report_.layerGradientNorm.push_back(static_cast<float>(norm));
  }

  void endEpoch() {
    const auto size = static_cast<double>(samples_.size);
    ++state_.epoch;
    report_.epoch = state_.epoch;
    report_.epochSteps.push_back(static_cast<double>(state_.step));
    report_.trainLoss.push_back(state_.lossSum / size);
    report_.trainAccuracy.push_back(session_.classifies() ? state_.right / size
                                                          : std::numeric_limits<double>::quiet_NaN());
    state_.cursor = 0;
    state_.lossSum = 0;
    state_.right = 0;
    probe();
    const uint64_t every = options_.evaluateEveryEpochs;
    const bool last = state_.epoch == lastEpoch_ || state_.step == lastStep_;
    if ((last && evaluatesLast()) || (every > 0 && state_.epoch % every == 0)) evaluate();
  }

  void evaluate() {
    const Evaluation result = session_.evaluate(SampleSet::Test, goOn_);
    if (control_.stopped()) return;
    report_.testSteps.push_back(static_cast<double>(state_.step));
    report_.testLoss.push_back(result.loss);
    report_.testAccuracy.push_back(result.accuracy);
  }

  void probe() {
    if (!std::binary_search(options_.probeEpochs.begin(), options_.probeEpochs.end(), state_.epoch)) return;
    ProbeValues values{state_.step, state_.epoch, {}};
    values.values.resize(session_.probeSize() * static_cast<size_t>(session_.outputSize()));
    session_.predictProbe(values.values.data());
    report_.probes.push_back(std::move(values));
  }

  Session& session_;
  const TrainOptions& options_;
  TrainControl& control_;
  Reporter reporter_;
  ProgressReport& report_;
  const GoOn goOn_ = [this] { return reporter_.goOn(); };
  Session::Progress& state_;
  const Samples& samples_;
  const uint64_t firstStep_;
  const uint64_t lastEpoch_;
  const uint64_t lastStep_;
  std::vector<uint32_t> order_;
  std::vector<double> layerNorms_;
};

}  // namespace

EndReason train(Session& session, const TrainOptions& options, TrainControl& control,
                const std::function<void(ProgressReport&)>& publish) {
  return Run(session, options, control, publish).run();
}

}  // namespace basin
