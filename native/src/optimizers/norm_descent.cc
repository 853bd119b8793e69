// First-order methods on half the squared gradient norm: Adam and L-BFGS.
#include <cmath>
#include <limits>

#include "../aligned.h"
#include "../kernels/select.h"
#include "../linalg/vectors.h"
#include "critical_point_method.h"
#include "lbfgs.h"

namespace basin {
namespace {

/// Goes on from each place whatever is there, as Adam does.
class NormAdam final : public CriticalPointMethod {
 public:
  NormAdam(const TwiceSmooth& function, double learningRate)
      : function_(function), learningRate_(learningRate), slope_(function.size), first_(function.size), second_(function.size) {}

  Outcome step(Place& place) override {
    function_.product(place.x.data(), place.gradient.data(), slope_.data());
    if (norm2(slope_.data(), function_.size) == 0) return Outcome::Stalled;
    next_.x = place.x;
    ++steps_;
    constexpr double beta1 = 0.9, beta2 = 0.999;
    const auto t = static_cast<double>(steps_);
    Update<double> update{};
    update.parameters = next_.x.data();
    update.gradient = slope_.data();
    update.first = first_.data();
    update.second = second_.data();
    update.size = function_.size;
    update.learningRate = learningRate_ / (1 - std::pow(beta1, t));
    update.secondScale = 1 / std::sqrt(1 - std::pow(beta2, t));
    update.decay1 = beta1;
    update.rest1 = 1 - beta1;
    update.decay2 = beta2;
    update.rest2 = 1 - beta2;
    update.epsilon = 1e-8;
    default_kernels<double>().adam(update);
    look_around(function_, next_);
    if (!is_finite(next_)) return Outcome::Diverged;
    std::swap(place, next_);
    return Outcome::Moved;
  }

 private:
  const TwiceSmooth& function_;
  const double learningRate_;
  Aligned<double> slope_, first_, second_;
  uint64_t steps_ = 0;
  Place next_;
};

class NormLbfgs final : public CriticalPointMethod {
 public:
  explicit NormLbfgs(const TwiceSmooth& function)
      : function_(function), lbfgs_(function.size, history), slope_(function.size) {}

  Outcome step(Place& place) override {
    if (last_.x.empty()) {
      last_ = place;
      function_.product(place.x.data(), place.gradient.data(), slope_.data());
    }
    next_ = place.x;
    double half = half_square(place);
    const bool moved = lbfgs_.step([this](const double* x, double* slope) { return evaluate(x, slope); }, 1, next_.data(),
                                   half, slope_.data());
    if (!moved) return Outcome::Stalled;
    // The step may have ended at another place than the one it saw last.
    if (last_.x != next_) {
      last_.x = next_;
      look_around(function_, last_);
    }
    std::swap(place, last_);
    last_ = place;
    return Outcome::Moved;
  }

 private:
  static double half_square(const Place& place) { return 0.5 * place.norm * place.norm; }

  double evaluate(const double* x, double* slope) {
    last_.x.assign(x, x + function_.size);
    look_around(function_, last_);
    if (!is_finite(last_)) return std::numeric_limits<double>::infinity();
    function_.product(x, last_.gradient.data(), slope);
    return half_square(last_);
  }

  static constexpr size_t history = 20;

  const TwiceSmooth& function_;
  Lbfgs lbfgs_;
  /// H g at the place.
  std::vector<double> slope_, next_;
  Place last_;
};

}  // namespace

std::unique_ptr<CriticalPointMethod> norm_adam(const TwiceSmooth& function, double learningRate) {
  return std::make_unique<NormAdam>(function, learningRate);
}

std::unique_ptr<CriticalPointMethod> norm_lbfgs(const TwiceSmooth& function) {
  return std::make_unique<NormLbfgs>(function);
}

}  // namespace basin
