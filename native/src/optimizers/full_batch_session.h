// A session whose optimiser takes the loss of all training samples as often as it needs: L-BFGS and Levenberg-Marquardt. Their steps
// are computed in double whatever the session's precision.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "../curvature/objective.h"
#include "../typed_session.h"
#include "lbfgs.h"
#include "levenberg_marquardt.h"

namespace basin {

/// Minimises the mean loss plus 1/2 weightDecay |theta|^2. As with other optimisers, what it reports is the loss and its gradient's
/// norm without the decay. A step that finds nothing lower leaves the parameters as they are; it still counts.
template <typename Real>
class FullBatchSession final : public TypedSession<Real> {
 public:
  FullBatchSession(SessionOptions options, const KernelTable<Real>& kernels);

  size_t memoryUse() const override;
  /// Loss and norm are known from the last step's end, unless parameters or samples have changed since.
  BatchResult batchGradient(const Batch& batch, const GoOn& goOn) override;
  void layerNorms(std::vector<double>& to) const override;
  bool update(double rate, const GoOn& goOn) override;

 protected:
  void exchangeState(StateArchive& archive) override;
  void stateRestored() override;

 private:
  bool isOfPresentSamples() const;
  void makeObjective();
  /// Makes position_ the session's parameters, and value_ and gradient_ those there.
  void locate(const GoOn& goOn);
  bool advance(double rate, const GoOn& goOn);

  std::unique_ptr<Objective> objective_;
  std::optional<Lbfgs> lbfgs_;
  std::optional<LevenbergMarquardt> marquardt_;
  /// [P]: parameters, the gradient with decay, and that without it of the last batchGradient.
  std::vector<double> position_, gradient_, plain_;
  std::vector<double> present_;
  double value_ = 0;
  bool isLocated_ = false;
  /// No step leads on from here.
  bool isStuck_ = false;
};

}  // namespace basin
