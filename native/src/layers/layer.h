// What a layer does, in both directions, and along a tangent. A network calls layers in order; a layer knows nothing of its neighbours.
// Activations and deltas of a chunk are [features, stride], the batch innermost (kernels/table.h); several threads work on one chunk,
// each on its own columns and on its own share of a layer's parameters.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "../aligned.h"
#include "../go_on.h"
#include "../model.h"
#include "../random.h"
#include "../team.h"

namespace basin {

/// Training drops and normalises by the batch; evaluation does neither. All curvature is of the evaluated network.
enum class Mode { Training, Evaluation };

/// Asks whether to go on; thread 0 asks, and what it heard holds to the end of the pass.
class Interrupt {
 public:
  explicit Interrupt(const GoOn& goOn) : goOn_(goOn) {}
  /// Whether the pass is going to be left, so that a layer may leave what it does half done. Other threads hear of it a little later.
  bool leaving(int thread) {
    if (thread == 0 && !leaving_.load(std::memory_order_relaxed) && !goOn_()) leaving_.store(true, std::memory_order_relaxed);
    return leaving_.load(std::memory_order_relaxed);
  }
  /// True if the pass is to be left now, the same for all threads. They have to ask equally often, each with a count of its own that
  /// starts at 0.
  bool ended(Team& team, int thread, uint32_t& times) {
    // Two answers in turn: a slow thread may still read one while the next question is asked.
    bool& answer = ended_[times++ % 2];
    if (thread == 0) answer = leaving(thread);
    team.barrier();
    return answer;
  }

 private:
  const GoOn& goOn_;
  std::atomic<bool> leaving_{false};
  bool ended_[2] = {false, false};
};

/// Between two questions within a layer; some milliseconds of one core.
constexpr double operationsBetweenQuestions = 1e9;

/// What a way through the network is to work with and to leave, whatever the chunk and the thread.
template <typename Real>
struct PassSettings {
  Mode mode = Mode::Evaluation;
  /// [P]
  const Real* parameters = nullptr;
  /// Running statistics of batch normalisation; written by training alone.
  double* buffers = nullptr;
  /// Where the parameters' gradient [P] goes; null: nobody wants it.
  Real* gradient = nullptr;
  /// Added to what is there, rather than stored.
  bool accumulate = false;
  /// Dropout's place in its random stream.
  RandomKey dropoutKey{};
  uint32_t step = 0;
  /// First sample of the chunk within the batch, and the batch's size.
  size_t batchStart = 0, batchSize = 0;
};

/// One way through the network for one thread.
template <typename Real>
struct Pass : PassSettings<Real> {
  /// Columns of the chunk: samples, then padding (copies of the first sample whose deltas are zero), a multiple of columnMultiple.
  int stride = 0;
  int samples = 0;
  /// Columns of this thread.
  int from = 0, columns = 0;
  /// Inputs samples first, [stride, I rounded up to columnMultiple], where the first layer asked for them.
  const Real* rows = nullptr;
  /// Along a tangent: that of the parameters [P], and where the tangent of their gradient goes (or null).
  const Real* direction = nullptr;
  Real* gradientTangent = nullptr;
  /// Where the gradients of each sample alone go: row p [stride] is parameter p.
  Real* sampleRows = nullptr;
  Team* team = nullptr;
  int thread = 0;
  /// Asked between and within the layers of a pass that takes long; null: never.
  Interrupt* interrupt = nullptr;

  void barrier() const { team->barrier(); }
  bool leaving() const { return interrupt != nullptr && interrupt->leaving(thread); }
  /// How many parts of about equal size there are to be of so many operations, each a moment long.
  size_t partsOf(double operations) const {
    return interrupt == nullptr ? 1 : static_cast<size_t>(std::max(1.0, std::ceil(operations / operationsBetweenQuestions)));
  }
  /// Calls work(part) for this thread's columns, or for one part of them after the other where so many operations for each take long.
  template <typename Work>
  void inParts(double operationsForEach, const Work& work) const {
    if (interrupt == nullptr) return work(*this);
    const auto blocks = static_cast<size_t>((columns + partColumns - 1) / partColumns);
    const size_t parts = std::min(blocks, partsOf(operationsForEach * columns));
    if (parts <= 1) return work(*this);
    Pass part = *this;
    for (size_t p = 0; p < parts && !leaving(); ++p) {
      const Share share = even_share(blocks, static_cast<int>(p), static_cast<int>(parts));
      part.from = from + static_cast<int>(share.from) * partColumns;
      part.columns = std::min(from + columns, from + static_cast<int>(share.to) * partColumns) - part.from;
      work(part);
    }
  }
  /// Columns that kernels work on together.
  static constexpr int partColumns = 2 * columnMultiple;
  /// This thread's part of `count` things.
  Share share(size_t count) const { return even_share(count, thread, team->size()); }
};

/// An activation of the layer below whose derivative can be applied as a delta is stored, from its outputs alone.
template <typename Real>
struct Gate {
  Activation activation = Activation::Linear;
  /// Null: none.
  const Real* output = nullptr;
  bool applied = false;
};

/// Memory for chunks of up to `capacity` columns and teams of `threads` is taken at construction.
template <typename Real>
class Layer {
 public:
  Layer(const PlannedLayer& plan, const KernelTable<Real>& kernels) : plan_(plan), kernels_(kernels) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  const PlannedLayer& plan() const { return plan_; }
  bool hasParameters() const { return plan_.weights > 0; }

  /// Outputs for this thread's columns: a block of this layer's own, or `input` where nothing changes.
  virtual const Real* forward(const Pass<Real>& pass, const Real* input) = 0;

  /// The way back for this thread's columns. `delta` is dL/da, a being the output (or dL/dz where the layer above applied this layer's
  /// gate, z being what the activation was applied to). Leaves the parameters' gradient where the pass says. Returns dL/dinput: in
  /// `to`, or `delta` itself changed in place; null if `to` is null, and then it is not computed. May apply the gate, and says so.
  /// Before `to` is written stands a barrier, if there is a gradient: other threads may still read the delta of the layer above there.
  virtual Real* backward(const Pass<Real>& pass, const Real* input, Real* delta, bool gated, Real* to, Gate<Real>& gate) {
    if (!gated) activationBackward(pass, delta);
    if (pass.gradient != nullptr) {
      prepareGradient(pass, input);
      pass.barrier();
      parameterGradient(pass, input, delta);
    }
    if (pass.sampleRows != nullptr) sampleGradients(pass, input, delta);
    return to == nullptr ? nullptr : inputDelta(pass, input, delta, to, gate);
  }
  /// For a layer whose activation the layer above may differentiate.
  virtual Gate<Real> gate() const { return {}; }
  /// Whether it reads Pass::rows.
  virtual bool wantsRows() const { return false; }
  /// Whether parameterGradient sums the squares of what it leaves; their sum, the same whatever the threads.
  virtual bool sumsSquares() const { return false; }
  virtual double squares() const { return 0; }

  // Exact directional derivatives (forward over reverse, Pearlmutter 1994): tangents of all that `forward` and `backward` compute,
  // along Pass::direction. Tangents of inputs may be null, which is zero. The mode is Evaluation.

  /// Takes the memory for tangents, once.
  virtual void reserveTangents() = 0;
  /// After `forward` of the same pass.
  virtual const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) = 0;
  /// From dL/da and its tangent. Returns whether those of the input are in `to` and `toTangent`, rather than in place.
  virtual bool backwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta,
                               Real* deltaTangent, Real* to, Real* toTangent) {
    activationBackwardTangent(pass, delta, deltaTangent);
    if (pass.gradientTangent != nullptr) {
      prepareGradientTangent(pass, input, inputTangent);
      pass.barrier();
      parameterGradientTangent(pass, input, inputTangent, delta, deltaTangent);
    }
    return to != nullptr && inputDeltaTangent(pass, input, inputTangent, delta, deltaTangent, to, toTangent);
  }

  /// This layer and those inside it.
  virtual void visit(const std::function<void(Layer&)>& see) { see(*this); }

 protected:
  // The parts of the two ways back; a layer overrides what concerns it. Without parameters their gradients are nothing to do.

  /// dL/da to dL/dz.
  virtual void activationBackward(const Pass<Real>&, Real* /*delta*/) {}
  /// What parameterGradient wants prepared from this thread's columns, before the barrier ahead of it.
  virtual void prepareGradient(const Pass<Real>&, const Real* /*input*/) {}
  /// This thread's share of the parameters' gradient, from all columns of dL/dz.
  virtual void parameterGradient(const Pass<Real>&, const Real* /*input*/, const Real* /*delta*/) {}
  /// Gradients of each sample alone, for this thread's columns.
  virtual void sampleGradients(const Pass<Real>&, const Real* /*input*/, const Real* /*delta*/) {}
  virtual Real* inputDelta(const Pass<Real>&, const Real* /*input*/, Real* delta, Real* /*to*/, Gate<Real>&) { return delta; }

  virtual void activationBackwardTangent(const Pass<Real>&, Real* /*delta*/, Real* /*deltaTangent*/) {}
  virtual void prepareGradientTangent(const Pass<Real>&, const Real* /*input*/, const Real* /*inputTangent*/) {}
  virtual void parameterGradientTangent(const Pass<Real>&, const Real* /*input*/, const Real* /*inputTangent*/,
                                        const Real* /*delta*/, const Real* /*deltaTangent*/) {}
  virtual bool inputDeltaTangent(const Pass<Real>&, const Real* /*input*/, const Real* /*inputTangent*/, Real* /*delta*/,
                                 Real* /*deltaTangent*/, Real* /*to*/, Real* /*toTangent*/) {
    return false;
  }

  const PlannedLayer plan_;
  const KernelTable<Real>& kernels_;
};

/// Layers one after the other; a network and the inside of a residual block.
template <typename Real>
class Sequence {
 public:
  /// `first`: the first layer's input is the network's.
  Sequence(const std::vector<PlannedLayer>& plans, const KernelTable<Real>& kernels, int capacity, int threads, bool first);

  /// Null if the pass was interrupted.
  const Real* forward(const Pass<Real>& pass, const Real* input);
  /// From dL/doutput in deltas(). Returns dL/dinput if that is wanted, or null.
  Real* backward(const Pass<Real>& pass, const Real* input, bool toInput);

  void reserveTangents();
  const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent);
  /// From dL/doutput and its tangent in deltas() and deltaTangents(). Returns both for the input if they are wanted.
  std::pair<Real*, Real*> backwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, bool toInput);

  bool wantsRows() const { return layers_.front()->wantsRows(); }
  Real* deltas() { return delta_[0].data(); }
  Real* deltaTangents() { return deltaTangent_[0].data(); }
  void visit(const std::function<void(Layer<Real>&)>& see);

 private:
  const Real* inputOf(size_t index, const Real* input) const { return index == 0 ? input : outputs_[index - 1]; }
  const Real* tangentOf(size_t index, const Real* input) const { return index == 0 ? input : tangents_[index - 1]; }

  std::vector<std::unique_ptr<Layer<Real>>> layers_;
  /// Where each layer's output is; the same for all threads.
  std::vector<const Real*> outputs_;
  std::vector<const Real*> tangents_;
  const bool outermost_;
  size_t deltaSize_ = 0;
  Aligned<Real> delta_[2];
  Aligned<Real> deltaTangent_[2];
};

/// The layer for a plan. `first`: its input is the network's, so that Pass::rows holds the same numbers.
template <typename Real>
std::unique_ptr<Layer<Real>> make_layer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads,
                                        bool first);

}  // namespace basin
