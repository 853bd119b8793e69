// One model, its data and its optimiser: everything an engine session does except looping. Not safe for two threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "network.h"

namespace basin {

enum class SampleSet { Training, Test };

struct Evaluation {
  double loss;
  /// NaN without classes.
  double accuracy;
};

/// What one batch gave, before its update.
struct BatchResult {
  /// Mean loss, and number of right answers.
  double loss;
  double right;
  /// Euclidean norm of the gradient.
  double norm;
};

class Session {
 public:
  Session(const ModelSpec& model, const KernelTable<float>& kernels);

  size_t parameterCount() const { return network_.parameterCount(); }
  int inputSize() const { return network_.inputSize(); }
  int outputSize() const { return network_.outputSize(); }
  bool classifies() const { return network_.loss() == Loss::SoftmaxCrossEntropy; }
  const KernelTable<float>& kernels() const { return network_.kernels(); }
  /// Bytes of parameters, gradient, moments and samples; the workspace is small beside them.
  size_t memoryUse() const;

  /// Throws Error BadData for shapes that do not fit, labels out of range and values that are not finite.
  void setSamples(SampleSet set, std::shared_ptr<const Samples> samples);
  const Samples* samples(SampleSet set) const { return sets_[static_cast<int>(set)].get(); }
  void setProbe(std::vector<float> inputs);
  size_t probeSize() const { return probe_.size() / static_cast<size_t>(inputSize()); }

  float* parameters() { return parameters_.data(); }
  const float* parameters() const { return parameters_.data(); }
  float* gradient() { return gradient_.data(); }

  /// Over a whole set. `goOn` is asked between chunks; when it declines, the result is of no use.
  Evaluation evaluate(SampleSet set, const std::function<bool()>& goOn);
  /// Outputs [count, O] for inputs [count, I].
  void predict(const float* inputs, size_t count, float* outputs);
  void predictProbe(float* outputs) { predict(probe_.data(), probeSize(), outputs); }
  /// Mean loss of `count` training or test samples from `start` in `order` (null: as stored) and its gradient in gradient().
  BatchResult batchGradient(SampleSet set, const uint32_t* order, size_t start, size_t count);
  /// One step of the optimiser along gradient().
  void update();

  /// Where training stands, kept between calls of train.
  struct Progress {
    uint64_t step = 0;
    uint64_t epoch = 0;
    /// Samples of the current epoch already seen, their summed loss and right answers.
    size_t cursor = 0;
    double lossSum = 0;
    double right = 0;
  } progress;

 private:
  Network network_;
  const OptimizerSpec optimizer_;
  std::shared_ptr<const Samples> sets_[2];
  std::vector<float> probe_;
  AlignedFloats parameters_;
  AlignedFloats gradient_;
  AlignedFloats first_;
  AlignedFloats second_;
  uint64_t updates_ = 0;
  /// The set that lies whole, in stored order, in the network's one chunk; null when something else does.
  const Samples* resident_ = nullptr;
};

}  // namespace basin
