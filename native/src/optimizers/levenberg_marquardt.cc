// Matrices once a step, factorisations once for each damping.
#include "levenberg_marquardt.h"

#include <algorithm>
#include <cmath>

#include "../linalg/vectors.h"
#include "../model.h"

namespace basin {
namespace {

/// Less damping makes no difference; more makes a step that is rounded away.
constexpr double leastDamping = 1e-15, mostDamping = 1e18;
/// Damping is raised so often by the factor asked for, however close to 1 it is, and then tenfold.
constexpr int patience = 20;

}  // namespace

LevenbergMarquardt::LevenbergMarquardt(size_t size, const DampingOptions& options)
    : size_(size), options_(options), damping_(options.first), factor_(size) {
  require_memory(memory_of(size), "Levenberg-Marquardt with " + std::to_string(size) + " parameters");
  matrix_ = Aligned<double>(size * size);
  for (Aligned<double>* vector : {&step_, &trial_, &trialGradient_}) *vector = Aligned<double>(size);
}

double LevenbergMarquardt::memory_of(size_t size) {
  return 2.0 * sizeof(double) * static_cast<double>(size) * static_cast<double>(size + 16);
}

size_t LevenbergMarquardt::memoryUse() const { return static_cast<size_t>(memory_of(size_)) + 3 * size_ * sizeof(double); }

bool LevenbergMarquardt::step(const SmoothFunction& function, const MatrixFunction& matrix, Team& team, const GoOn& goOn,
                              double* x, double& value, double* gradient) {
  matrix(x, matrix_.data());
  double damping = damping_;
  for (int attempt = 0; damping <= mostDamping; ++attempt) {
    require_go_on(goOn);
    if (solve(damping, gradient, team, goOn)) {
      for (size_t i = 0; i < size_; ++i) trial_[i] = x[i] + step_[i];
      if (std::equal(x, x + size_, trial_.data())) return false;
      const double there = function(trial_.data(), trialGradient_.data());
      // Where values no longer tell places apart, gradients do.
      const bool level = std::fabs(there - value) <= rounding_of(value);
      if (there < value || (level && norm2(trialGradient_.data(), size_) < norm2(gradient, size_))) {
        std::copy_n(trial_.data(), size_, x);
        std::copy_n(trialGradient_.data(), size_, gradient);
        value = there;
        damping_ = std::max(leastDamping, damping * options_.decrease);
        return true;
      }
    }
    damping *= attempt < patience ? options_.increase : std::max(10.0, options_.increase);
  }
  return false;
}

/// The step of one damping; false where the damped matrix is not positive definite to rounding.
bool LevenbergMarquardt::solve(double damping, const double* gradient, Team& team, const GoOn& goOn) {
  for (size_t i = 0; i < size_; ++i) {
    double* row = factor_.row(i);
    std::copy_n(matrix_.data() + i * size_ + i, size_ - i, row + i);
    row[i] += damping;
  }
  const Cholesky::Outcome outcome = factor_.factor(team, goOn);
  if (outcome == Cholesky::Outcome::Stopped) cancel();
  if (outcome == Cholesky::Outcome::NotPositiveDefinite) return false;
  for (size_t i = 0; i < size_; ++i) step_[i] = -gradient[i];
  factor_.solve(step_.data());
  return true;
}

}  // namespace basin
