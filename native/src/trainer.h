// The training loop: epochs, batches, evaluations, probes, and what may interrupt them. Runs on the thread that calls it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "progress.h"
#include "random.h"
#include "session.h"

namespace basin {

struct TrainOptions {
  /// Epochs to complete in this call.
  uint64_t epochs = 0;
  /// Steps of this call at most.
  uint64_t maxSteps = 0;
  uint64_t batchSize = 0;
  std::optional<RandomKey> shuffleKey;
  std::optional<RandomKey> dropoutKey;
  /// Ends before the update of a step whose gradient norm is below this; 0: never.
  double untilGradientNorm = 0;
  uint64_t evaluateEveryEpochs = 0;
  /// Also before the first step of this call; and whether at its end where evaluateEveryEpochs is not 0.
  bool evaluateFirst = false, evaluateLast = true;
  /// Report the norms of each layer's part of the gradient too.
  bool layerGradients = false;
  std::vector<uint32_t> probeEpochs;
  double progressEveryMs = 0;
};

enum class EndReason { Finished, Stopped, Diverged, Reached, Held };

/// Pause, resume, hold and stop, from any thread.
class TrainControl {
 public:
  void pause();
  void resume();
  /// Ends training between two of its steps, at least one after it began: another call of train goes on as if it had not ended. One that
  /// is paused takes the step that it needs for that.
  void hold();
  void stop();
  bool held() const { return held_.load(std::memory_order_relaxed); }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
  bool paused() const { return paused_.load(std::memory_order_relaxed); }
  /// Returns when no longer paused, or held or stopped.
  void waitWhilePaused();

 private:
  std::atomic<bool> paused_{false};
  std::atomic<bool> held_{false};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// Throws Error when the session lacks what the options ask for, or they contradict each other.
void check_options(const Session& session, const TrainOptions& options);

/// Trains until an end. `publish` is called with every report due (and with the rest at the end) on this thread.
EndReason train(Session& session, const TrainOptions& options, TrainControl& control,
                const std::function<void(ProgressReport&)>& publish);

}  // namespace basin
