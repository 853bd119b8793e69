// Directions from the last pairs, and steps along them.
#include "lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../linalg/vectors.h"
#include "../model.h"
#include "../round_up.h"
#include "line_search.h"

namespace basin {
namespace {

double norm1(const double* x, size_t size) {
  double sum = 0;
  for (size_t i = 0; i < size; ++i) sum += std::fabs(x[i]);
  return sum;
}

}  // namespace

/// The function along the direction from x; keeps the best place's gradient.
class Lbfgs::Path final : public Line {
 public:
  Path(Lbfgs& owner, const SmoothFunction& function, const double* x) : owner_(owner), function_(function), x_(x) {}

  LinePoint at(double step) override {
    move(step, owner_.trial_.data());
    const double value = function_(owner_.trial_.data(), owner_.trialGradient_.data());
    last_ = {step, value, dot(owner_.trialGradient_.data(), owner_.direction_.data(), owner_.size_)};
    return last_;
  }

  void keep() override {
    best_ = last_;
    std::swap(owner_.trialGradient_, owner_.bestGradient_);
  }

  /// x + step direction, the same bits each time.
  void move(double step, double* to) const {
    std::copy_n(x_, owner_.size_, to);
    axpy(step, owner_.direction_.data(), to, owner_.size_);
  }

  const LinePoint& best() const { return best_; }

 private:
  Lbfgs& owner_;
  const SmoothFunction& function_;
  const double* x_;
  LinePoint last_, best_;
};

Lbfgs::Lbfgs(size_t size, size_t history)
    : size_(size), stride_(whole_vectors(size)), history_(history), curvatures_(history), factors_(history) {
  const double bytes = 2.0 * sizeof(double) * static_cast<double>(stride_) * (static_cast<double>(history) + 2);
  require_memory(bytes, "L-BFGS with a history of " + std::to_string(history));
  for (Aligned<double>* rows : {&steps_, &changes_}) *rows = Aligned<double>(history * stride_);
  for (Aligned<double>* vector : {&direction_, &trial_, &trialGradient_, &bestGradient_}) *vector = Aligned<double>(stride_);
}

size_t Lbfgs::memoryUse() const { return (steps_.size() + changes_.size() + 4 * stride_) * sizeof(double); }

void Lbfgs::exchangeState(StateArchive& archive) {
  uint64_t newest = newest_, pairs = pairs_;
  archive.number(newest);
  archive.number(pairs);
  if (newest >= history_ || pairs > history_) throw Error(ErrorCode::BadData, "state: it has pairs that cannot be");
  newest_ = static_cast<size_t>(newest);
  pairs_ = static_cast<size_t>(pairs);
  for (Aligned<double>* rows : {&steps_, &changes_}) archive.numbers(rows->data(), rows->size());
  archive.numbers(curvatures_.data(), curvatures_.size());
}

bool Lbfgs::step(const SmoothFunction& function, double firstStep, double* x, double& value, double* gradient) {
  if (search(function, firstStep, pairs_, x, value, gradient)) return true;
  // The pairs may come from where the function looked quite different; the gradient itself always leads down.
  return pairs_ > 0 && search(function, firstStep, 0, x, value, gradient);
}

bool Lbfgs::search(const SmoothFunction& function, double firstStep, size_t pairs, double* x, double& value,
                   double* gradient) {
  findDirection(gradient, pairs);
  const double slope = dot(gradient, direction_.data(), size_);
  if (!(slope < 0 && std::isfinite(slope))) return false;
  Path path(*this, function, x);
  const double longest = pairs > 0 ? 1 : std::min(1.0, 1 / norm1(gradient, size_));
  if (!search_line(path, {0, value, slope}, firstStep * longest)) return false;
  path.move(path.best().step, trial_.data());
  // So close that the step has been rounded away.
  if (std::equal(x, x + size_, trial_.data())) return false;
  pairs_ = pairs;
  remember(path.best().step, gradient);
  std::copy_n(trial_.data(), size_, x);
  std::copy_n(bestGradient_.data(), size_, gradient);
  value = path.best().value;
  return true;
}

/// Algorithm 7.4 with the scaling of equation 7.20: -H g without ever forming H.
void Lbfgs::findDirection(const double* gradient, size_t pairs) {
  double* q = direction_.data();
  for (size_t i = 0; i < size_; ++i) q[i] = -gradient[i];
  if (pairs == 0) return;
  const auto slot = [&](size_t age) { return (newest_ + history_ - age) % history_; };
  for (size_t age = 0; age < pairs; ++age) {
    const size_t k = slot(age);
    factors_[k] = curvatures_[k] * dot(stepOf(k), q, size_);
    axpy(-factors_[k], changeOf(k), q, size_);
  }
  const double* y = changeOf(newest_);
  scale(1 / (curvatures_[newest_] * dot(y, y, size_)), q, size_);
  for (size_t age = pairs; age-- > 0;) {
    const size_t k = slot(age);
    const double factor = factors_[k] - curvatures_[k] * dot(changeOf(k), q, size_);
    axpy(factor, stepOf(k), q, size_);
  }
}

/// Keeps the pair if it shows the function curving upwards, as every step does that satisfies the curvature condition.
void Lbfgs::remember(double step, const double* oldGradient) {
  const size_t next = pairs_ == 0 ? 0 : (newest_ + 1) % history_;
  double* s = stepOf(next);
  double* y = changeOf(next);
  for (size_t i = 0; i < size_; ++i) {
    s[i] = step * direction_[i];
    y[i] = bestGradient_[i] - oldGradient[i];
  }
  const double product = dot(s, y, size_);
  const double least = std::numeric_limits<double>::epsilon() * dot(y, y, size_);
  if (!(product > least && std::isfinite(1 / product))) {
    // Its slot was the oldest pair's.
    if (pairs_ == history_) --pairs_;
    return;
  }
  curvatures_[next] = 1 / product;
  newest_ = next;
  pairs_ = std::min(pairs_ + 1, history_);
}

}  // namespace basin
