// One model, its data and its optimiser: everything an engine session does except looping. Not safe for two threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "go_on.h"
#include "model.h"
#include "random.h"
#include "samples.h"
#include "state_archive.h"

namespace basin {

enum class SampleSet { Training, Test };
enum class Precision { Float32, Float64 };

struct SessionOptions {
  ModelSpec model;
  Precision precision = Precision::Float32;
  int threads = 1;
  /// Name of an instruction set; empty: the fastest.
  std::string simd;
};

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

/// Which samples a batch holds, and where it is in the random streams.
struct Batch {
  /// Null: as stored.
  const uint32_t* order = nullptr;
  size_t start = 0, count = 0;
  RandomKey dropoutKey{};
  uint64_t step = 0;
};

class Session {
 public:
  virtual ~Session() = default;

  const SessionOptions& options() const { return options_; }
  const Plan& plan() const { return plan_; }
  size_t parameterCount() const { return plan_.parameters; }
  int inputSize() const { return static_cast<int>(plan_.input.size()); }
  int outputSize() const { return static_cast<int>(plan_.output.size()); }
  bool classifies() const { return options_.model.loss == Loss::SoftmaxCrossEntropy; }
  virtual const char* simd() const = 0;
  /// Bytes of parameters, gradient, moments, samples and workspace.
  virtual size_t memoryUse() const = 0;

  /// Throws Error BadData for shapes that do not fit, labels out of range and values that are not finite.
  void setSamples(SampleSet set, std::shared_ptr<const Samples> samples);
  const std::shared_ptr<const Samples>& samples(SampleSet set) const { return sets_[static_cast<int>(set)]; }
  void setProbe(std::vector<float> inputs);
  size_t probeSize() const { return probe_.size() / static_cast<size_t>(inputSize()); }

  /// [P] each.
  virtual void getParameters(float* to) const = 0;
  virtual void getParameters(double* to) const = 0;
  virtual void setParameters(const float* from) = 0;
  /// A session in float computes with their rounded values, but keeps them as they are for getParameters until they change.
  virtual void setParameters(const double* from) = 0;
  /// Running statistics of batch normalisation, [plan().buffers].
  std::vector<double>& buffers() { return buffers_; }

  /// Over a whole set, in evaluation mode. `goOn` is asked between chunks; when it declines, the result is of no use.
  virtual Evaluation evaluate(SampleSet set, const GoOn& goOn) = 0;
  /// Outputs [count, O] for inputs [count, I], in evaluation mode.
  virtual void predict(const float* inputs, size_t count, float* outputs) = 0;
  void predictProbe(float* outputs) { predict(probe_.data(), probeSize(), outputs); }
  /// Gradient [P] of the mean loss over a whole set, in evaluation mode.
  virtual void gradient(SampleSet set, float* to) = 0;

  /// Takes what training with such batches needs. Throws OutOfMemory.
  virtual void prepareTraining(size_t batchSize) = 0;
  /// Mean loss of a batch of training samples in training mode; its gradient is kept for `update`. `goOn` is asked between chunks; when
  /// it declines, the result is of no use.
  virtual BatchResult batchGradient(const Batch& batch, const GoOn& goOn) = 0;
  /// Instead of `update`: as if that batch had never been. Its running statistics go.
  void dropBatch();
  /// Appends the Euclidean norms of the kept gradient's parts, one for each layer with parameters in the order they lie.
  virtual void layerNorms(std::vector<double>& to) const = 0;
  /// One step of the optimiser along the kept gradient, at `rate` times its learning rate. False if `goOn`, which steps of many
  /// evaluations ask, declined; then nothing has changed.
  virtual bool update(double rate, const GoOn& goOn) = 0;

  /// Where training stands, kept between calls of train.
  struct Progress {
    uint64_t step = 0;
    uint64_t epoch = 0;
    /// Samples of the current epoch already seen, their summed loss and right answers.
    size_t cursor = 0;
    double lossSum = 0;
    double right = 0;
  } progress;

  /// Bytes of all that training goes on from: parameters, moments, running statistics, counters. Random numbers are keyed by the
  /// counters, so the same calls of train follow with the same bits as without the detour, on the same instruction set.
  size_t stateSize();
  /// [stateSize()]
  void saveState(uint8_t* to);
  /// Throws Error BadData for what is cut off or damaged, or was taken with another model, precision, optimizer or number of samples;
  /// then nothing has changed.
  void restoreState(const uint8_t* from, size_t size);

 protected:
  explicit Session(SessionOptions options);
  /// Counts, writes or reads what this session computes with, beside its counters.
  virtual void exchangeState(StateArchive& archive);
  virtual void stateRestored() {}
  /// Samples have changed.
  virtual void forgetChunk() = 0;
  size_t sampleBytes() const;
  /// Calls part(from, to) for each layer's stretch of the parameters.
  template <typename Part>
  static void forEachLayer(const std::vector<PlannedLayer>& layers, Part&& part) {
    for (const PlannedLayer& layer : layers) {
      if (layer.weights > 0) part(layer.weightOffset, layer.biasOffset + layer.biases);
      forEachLayer(layer.inner, part);
    }
  }

  const SessionOptions options_;
  const Plan plan_;
  std::shared_ptr<const Samples> sets_[2];
  std::vector<float> probe_;
  std::vector<double> buffers_;
  /// Before the last batch in training mode; empty where there is none to drop.
  std::vector<double> buffersBefore_;
};

/// Throws Error BadModel naming the layer, or OutOfMemory.
std::unique_ptr<Session> make_session(SessionOptions options);

/// Throws Error BadData, naming `what`, unless `values` are whole rows of `width` finite numbers.
template <typename Number>
void check_finite(const Number* values, size_t size, const std::string& what, size_t width);

}  // namespace basin
