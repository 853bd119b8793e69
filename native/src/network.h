// Forward and backward of a network on one chunk of samples, by a team of threads. Knows layers and workspace; nothing of sets and steps.
#pragma once

#include <cstdint>
#include <vector>

#include "layers/layer.h"
#include "samples.h"

namespace basin {

/// What one chunk is to give: its loss, and the gradient if that has a place.
template <typename Real>
struct ChunkWork : PassSettings<Real> {
  /// So many times each sample's loss counts in the gradient.
  Real scale = 1;
  /// Asked while a large chunk is under way; when it declines, the result is of no use. Null: never asked.
  const GoOn* goOn = nullptr;
};

struct ChunkResult {
  /// Sum over the samples of squared errors or cross-entropies, and number of right answers.
  double loss = 0;
  double right = 0;
  /// Of the gradient as it then is, in the network's precision: for use if neither very small nor very large.
  double squares = 0;
};

template <typename Real>
class Network {
 public:
  Network(const ModelSpec& model, const KernelTable<Real>& kernels, int threads);

  const Plan& plan() const { return plan_; }
  size_t parameterCount() const { return plan_.parameters; }
  int inputSize() const { return static_cast<int>(plan_.input.size()); }
  int outputSize() const { return static_cast<int>(plan_.output.size()); }
  Loss loss() const { return loss_; }
  const KernelTable<Real>& kernels() const { return kernels_; }
  /// The most samples that one chunk holds, and making it more (throws OutOfMemory). Batch normalisation needs its batch in one chunk.
  int capacity() const { return capacity_; }
  void reserve(size_t samples);
  /// Bytes that a chunk's blocks take.
  size_t workspaceBytes() const;

  /// Chooses the chunk's samples; they are fetched by the next run.
  void choose(const Choice& choice);
  /// Loads what was chosen (unless `loaded`, when it is there already) and works on it.
  ChunkResult run(const Samples& samples, bool loaded, const ChunkWork<Real>& work);
  /// Outputs [count, O] for `count` rows of `inputs`.
  void predict(const float* inputs, const ChunkWork<Real>& work, Real* outputs);

  // Parts of a run, for what needs more than a gradient (curvature/). Within team().run, each thread with its own pass.

  Team& team() { return team_; }
  Pass<Real> passFor(int thread, const PassSettings<Real>& work);
  void loadInputs(const Pass<Real>& pass, const float* inputs);
  void loadTargets(const Pass<Real>& pass, const Samples& samples);
  const Real* input() const { return input_.data(); }
  Sequence<Real>& sequence() { return *sequence_; }
  /// Losses of the thread's columns at `output`; with `scale` also dL/doutput into sequence().deltas().
  void lossOf(const Pass<Real>& pass, const Real* output, const Real* scale);
  /// Their sum over the chunk once all threads are done: the same whatever their number.
  LossSum lossSum() const;
  /// The derivative of dL/doutput along outputTangent into `deltaTangent` [O, stride].
  void lossTangent(const Pass<Real>& pass, const Real* output, const Real* outputTangent, Real scale, Real* deltaTangent);

 private:
  void build(int capacity);
  LossInput<Real> lossInput(const Pass<Real>& pass, const Real* output) const;
  double squaresOf(const Real* gradient) const;

  const Plan plan_;
  const KernelTable<Real>& kernels_;
  const Loss loss_;
  Team team_;
  /// For one sample, one way.
  const double operations_;
  int capacity_ = 0;
  Choice choice_;
  /// Columns of the chunk: its samples rounded up; padding repeats the first sample, so that it is never less finite.
  int columns_ = 0;
  std::unique_ptr<Sequence<Real>> sequence_;
  /// For each block of columns.
  std::vector<LossSum> losses_;
  /// Layers that sum the squares of their gradient, and parameters [from, to) of those that do not.
  std::vector<const Layer<Real>*> summing_;
  std::vector<std::pair<size_t, size_t>> unsummed_;
  Aligned<Real> input_;
  /// Inputs samples first; empty for narrow inputs.
  Aligned<Real> rows_;
  Aligned<Real> target_;
  Aligned<Real> valid_;
};

}  // namespace basin
