// What a training has to tell since it last told: filled by the training thread, taken by whoever listens.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace basin {

struct ProbeValues {
  uint64_t step;
  uint64_t epoch;
  std::vector<float> values;
};

struct ProgressReport {
  uint64_t step = 0;
  uint64_t epoch = 0;
  uint64_t firstStep = 1;
  std::vector<float> batchLoss;
  std::vector<float> gradientNorm;
  /// [steps, layers] where it was asked for, else empty.
  std::vector<float> layerGradientNorm;
  std::vector<double> epochSteps;
  std::vector<double> trainLoss;
  std::vector<double> trainAccuracy;
  std::vector<double> testSteps;
  std::vector<double> testLoss;
  std::vector<double> testAccuracy;
  std::vector<ProbeValues> probes;

  bool empty() const {
    return batchLoss.empty() && epochSteps.empty() && testSteps.empty() && probes.empty();
  }

  /// Empties this report into `to`, which is older.
  void moveTo(ProgressReport& to) {
    if (to.empty()) {
      std::swap(to, *this);
    } else {
      to.step = step;
      to.epoch = epoch;
      append(to.batchLoss, batchLoss);
      append(to.gradientNorm, gradientNorm);
      append(to.layerGradientNorm, layerGradientNorm);
      append(to.epochSteps, epochSteps);
      append(to.trainLoss, trainLoss);
      append(to.trainAccuracy, trainAccuracy);
      append(to.testSteps, testSteps);
      append(to.testLoss, testLoss);
      append(to.testAccuracy, testAccuracy);
      for (ProbeValues& probe : probes) to.probes.push_back(std::move(probe));
    }
    clear();
    step = to.step;
    epoch = to.epoch;
    firstStep = to.firstStep + to.batchLoss.size();
  }

 private:
  template <typename T>
  static void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  void clear() {
    batchLoss.clear();
    gradientNorm.clear();
    layerGradientNorm.clear();
    epochSteps.clear();
    trainLoss.clear();
    trainAccuracy.clear();
    testSteps.clear();
    testLoss.clear();
    testAccuracy.clear();
    probes.clear();
  }
};

/// Hands reports from one thread to another. What nobody takes piles up here; nothing is dropped.
class ProgressMailbox {
 public:
  void put(ProgressReport& report) {
    const std::lock_guard<std::mutex> lock(mutex_);
    report.moveTo(waiting_);
  }
  ProgressReport take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ProgressReport taken;
    std::swap(taken, waiting_);
    return taken;
  }

 private:
  std::mutex mutex_;
  ProgressReport waiting_;
};

}  // namespace basin
