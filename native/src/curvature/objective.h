// The mean loss of a model over a set as a function of its parameters, in float64 and in evaluation mode: what curvature and
// second-order optimisers work on. P parameters, N samples, O outputs.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../go_on.h"
#include "../network.h"

namespace basin {

/// The Hessian, or the generalized Gauss-Newton matrix J^T (second derivative of the loss in the outputs) J, J being the outputs'
/// Jacobian (Schraudolph, "Fast curvature matrix-vector products for second-order gradient descent", 2002). Where relu, leaky relu and
/// max pooling bend they have no second derivative; both are the matrices almost everywhere.
enum class Operator { Hessian, GaussNewton };

struct ObjectiveOptions {
  ModelSpec model;
  /// As a session accepts them (Session::setSamples).
  std::shared_ptr<const Samples> samples;
  /// Only the first so many of them; 0: all.
  size_t count = 0;
  /// lambda: 1/2 lambda |theta|^2 is added to the loss, so lambda theta to the gradient and lambda to the diagonal of both matrices.
  double ridge = 0;
  /// Running statistics of batch normalisation, [Plan::buffers].
  std::vector<double> buffers;
  int threads = 1;
  /// Name of an instruction set; empty: the fastest.
  std::string simd;
};

/// L(theta) = mean over the samples of their loss (squared errors: the mean over the outputs too) + 1/2 lambda |theta|^2.
/// For one caller at a time. All functions of theta ask `goOn` every few milliseconds and throw Error Canceled when it declines; what
/// they were to write is then of no use. Results do not depend on the number of threads.
class Objective {
 public:
  /// Throws Error BadModel, BadData, BadArgument or OutOfMemory.
  explicit Objective(ObjectiveOptions options);

  size_t parameterCount() const { return network_.parameterCount(); }
  size_t sampleCount() const { return options_.count; }
  double ridge() const { return options_.ridge; }

  double loss(const double* theta, const GoOn& goOn);
  /// `gradient` [P].
  double lossAndGradient(const double* theta, double* gradient, const GoOn& goOn);
  /// out [P] = matrix times vector [P], exact (forward over reverse; Pearlmutter, "Fast exact multiplication by the Hessian", 1994).
  /// `out` must not be `vector`.
  void product(Operator op, const double* theta, const double* vector, double* out, const GoOn& goOn);
  /// out [P, P], symmetric to the last bit. Throws OutOfMemory before it starts if the machine cannot hold it.
  void matrix(Operator op, const double* theta, double* out, const GoOn& goOn);

  // For what goes through the samples in its own way.

  Network<double>& network() { return network_; }
  const Samples& samples() const { return *options_.samples; }
  /// What a sample's summed loss counts in the mean.
  double scale() const;
  /// Takes the memory that tangents need, once.
  void reserveTangents();
  /// Chooses one chunk after the other and calls work(samples done before, samples of this chunk). Chunks have at most
  /// `most` samples and are so small that each takes a few milliseconds when the network's layers are gone through `times` times; goOn is
  /// asked between them.
  void eachChunk(double times, int most, const GoOn& goOn, const std::function<void(size_t done, int count)>& work);
  /// On all threads of the team: work(pass), with parameters and samples loaded; sequence() gives null where the pass was interrupted.
  void onChunk(const double* theta, const GoOn& goOn, const std::function<void(Pass<double>& pass)>& work);

 private:
  ObjectiveOptions options_;
  Network<double> network_;
  /// Multiplications and additions of one way through the layers, for one sample.
  double operations_;
  bool hasTangents_ = false;
  /// Whether the chunk at hand is so much work that layers ask whether to go on.
  bool interrupts_ = false;
};

}  // namespace basin
