// A session that computes in float or double.
#pragma once

#include "network.h"
#include "session.h"

namespace basin {

template <typename Real>
class TypedSession : public Session {
 public:
  TypedSession(SessionOptions options, const KernelTable<Real>& kernels);

  const char* simd() const override { return network_.kernels().name; }
  size_t memoryUse() const override;
  void getParameters(float* to) const override { std::copy_n(parameters_.data(), parameterCount(), to); }
  void getParameters(double* to) const override;
  void setParameters(const float* from) override;
  void setParameters(const double* from) override;
  Evaluation evaluate(SampleSet set, const GoOn& goOn) override;
  void predict(const float* inputs, size_t count, float* outputs) override;
  void gradient(SampleSet set, float* to) override;
  void prepareTraining(size_t batchSize) override;
  BatchResult batchGradient(const Batch& batch, const GoOn& goOn) override;
  void layerNorms(std::vector<double>& to) const override;
  bool update(double rate, const GoOn& goOn) override;

 protected:
  void forgetChunk() override { resident_ = nullptr; }
  void exchangeState(StateArchive& archive) override;

 private:
  template <typename Number>
  void put(const Number* from);
  /// Sums of chunk results, in chunks of nearly the same size; the gradient of the mean loss if `work` has one.
  BatchResult overChunks(const Samples& samples, const Batch& batch, ChunkWork<Real> work, const GoOn& goOn);
  ChunkWork<Real> evaluation() { return {{Mode::Evaluation, parameters_.data(), buffers_.data()}}; }

  Network<Real> network_;
  Aligned<Real> parameters_;
  /// What they were set to where that does not fit Real; empty when nothing is lost.
  std::vector<double> exact_;
  Aligned<Real> gradient_;
  Aligned<Real> first_;
  Aligned<Real> second_;
  uint64_t updates_ = 0;
  /// The set that lies whole, in stored order, in the network's one chunk; null when something else does.
  const Samples* resident_ = nullptr;
};

}  // namespace basin
