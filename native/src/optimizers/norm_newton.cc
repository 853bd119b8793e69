// Steps through the eigenvalues of the Hessian. H is indefinite in general and nearly singular where networks have symmetries or units
// that hardly matter; eigenvalues keep their signs, so that saddle points attract as minima do.
#include <algorithm>
#include <cmath>
#include <limits>

#include "../aligned.h"
#include "../linalg/symmetric_eigen.h"
#include "../linalg/vectors.h"
#include "critical_point_method.h"

namespace basin {
namespace {

// Eigenvalues cost as much as hundreds of gradients. So a step makes the most of them, and is what all of this comes to:
// - Dampings are tried, not guessed: from that of the last move, less as long as that lowers the norm further, or more until it falls.
// - A move in directions that hardly curve changes the gradient in those that curve most, to second order. That would hide any gain, so
//   Newton steps in the latter alone, with the same eigenvalues, correct it before the norm is judged.
// - Further moves with the same eigenvalues follow while they gain as much for their gradients as the step has on the whole.

/// Between two dampings; directions that curve by so much more than the damping are corrected.
constexpr double factor = 3;
/// Dampings as shares of the largest eigenvalue in magnitude: the first; below the rounding of all others; a step that is rounded away.
constexpr double firstDamping = 1e-2, leastDamping = 1e-17, mostDamping = 1e17;
/// The share of the norm that a step has to gain. Less is where the norm has its own minimum, or rounding.
constexpr double leastGain = 1e-6;
constexpr int maxMoves = 50, maxCorrections = 6;
/// So many steps together have to gain this share.
constexpr int patience = 25;
constexpr double patientGain = 0.02;

/// With H = sum of l[k] v[k] v[k]^T, a move is d = -sum of f(l[k]) (v[k] . g) v[k]. Newton's method: f = 1 / l, where |l| is at least the
/// damping, otherwise sign(l) / damping. Levenberg-Marquardt: f = l / (l^2 + damping^2), which solves (H^2 + damping^2) d = -H g. Either
/// way d descends on 1/2 |g|^2, as g^T H d <= 0 whatever the signs of H.
class NormNewton final : public CriticalPointMethod {
 public:
  NormNewton(const TwiceSmooth& function, GradientNormMethod method, int threads, const GoOn& goOn)
      : function_(function),
        clips_(method == GradientNormMethod::Newton),
        threads_(threads),
        goOn_(goOn),
        hessian_(function.size * function.size),
        along_(function.size),
        alongHere_(function.size),
        factors_(function.size) {}

  Outcome step(Place& place) override {
    if (isPlateau(place.norm) || !decompose(place)) return Outcome::Stalled;
    const double largest = std::max(-eigen_.values.front(), eigen_.values.back());
    if (!(largest > 0)) return Outcome::Stalled;
    least_ = leastDamping * largest;
    double damping = std::clamp(damping_ > 0 ? damping_ : firstDamping * largest, least_, mostDamping * largest);
    here_ = place;
    gradients_ = 0;
    if (!move(damping, mostDamping * largest, leastGain)) return Outcome::Stalled;
    for (int moves = 1; moves < maxMoves && moveOn(damping, place.norm);) ++moves;
    damping_ = damping;
    std::swap(place, here_);
    return Outcome::Moved;
  }

 private:
  /// Whether the last `patience` steps gained too little to go on.
  bool isPlateau(double norm) {
    if (steps_++ % patience > 0) return false;
    const bool plateau = norm > (1 - patientGain) * normThen_;
    normThen_ = norm;
    return plateau;
  }

  bool decompose(const Place& place) {
    const size_t n = function_.size;
    function_.hessian(place.x.data(), hessian_.data());
    if (!std::isfinite(norm2(hessian_.data(), n * n))) return false;
    std::optional<SymmetricEigen> eigen = symmetric_eigen(hessian_.data(), n, true, threads_, goOn_);
    if (!eigen) cancel();
    eigen_ = std::move(*eigen);
    return true;
  }

  /// A further move, and whether another one is worth while; `start` is the norm ahead of the step.
  bool moveOn(double& damping, double start) {
    const double norm = here_.norm, before = gradients_;
    if (!move(damping, damping * factor * factor, leastGain)) return false;
    // The Hessian and its eigenvalues cost about as much as a gradient for each parameter.
    const double average = std::log(start / here_.norm) / (static_cast<double>(function_.size) + gradients_);
    return std::log(norm / here_.norm) >= average * (gradients_ - before);
  }

  /// Moves `here_` by the best damping around the one given, up to `most`, if that gains enough.
  bool move(double& damping, double most, double gain) {
    const size_t n = function_.size;
    row_dots(eigen_.vectors.data(), n, n, here_.gradient.data(), n, alongHere_.data());
    double trial = damping;
    const double enough = here_.norm * (1 - gain);
    while (!attempt(trial, enough)) {
      trial *= factor;
      if (trial > most) return false;
    }
    const bool first = trial == damping;
    while (first && trial > least_ && attempt(trial / factor, best_.norm)) trial /= factor;
    damping = trial;
    std::swap(here_, best_);
    return true;
  }

  /// Whether a damping leads from `here_` below a norm; then `best_` is there.
  bool attempt(double damping, double below) {
    require_go_on(goOn_);
    const size_t n = function_.size;
    for (size_t k = 0; k < n; ++k) factors_[k] = -inverse(eigen_.values[k], damping) * alongHere_[k];
    trial_.x = here_.x;
    add_rows(eigen_.vectors.data(), n, n, factors_.data(), trial_.x.data(), n);
    look(trial_);
    correct(factor * damping);
    if (!(is_finite(trial_) && trial_.norm < below)) return false;
    std::swap(best_, trial_);
    return true;
  }

  /// Newton steps of `trial_` where H curves by at least `stiff`: at both ends of the eigenvalues.
  void correct(double stiff) {
    const std::vector<double>& values = eigen_.values;
    const auto below = static_cast<size_t>(std::upper_bound(values.begin(), values.end(), -stiff) - values.begin());
    const auto above = static_cast<size_t>(std::lower_bound(values.begin(), values.end(), stiff) - values.begin());
    if (below == 0 && above == values.size()) return;
    for (int i = 0; i < maxCorrections && is_finite(trial_); ++i) {
      corrected_.x = trial_.x;
      solve(0, below);
      solve(above, values.size());
      look(corrected_);
      if (!(is_finite(corrected_) && corrected_.norm < trial_.norm)) return;
      std::swap(trial_, corrected_);
    }
  }

  /// The Newton step from `trial_` to `corrected_` along some eigenvectors.
  void solve(size_t from, size_t to) {
    const size_t n = function_.size;
    const double* vectors = eigen_.vectors.data() + from * n;
    row_dots(vectors, n, to - from, trial_.gradient.data(), n, along_.data());
    for (size_t k = from; k < to; ++k) along_[k - from] /= -eigen_.values[k];
    add_rows(vectors, n, to - from, along_.data(), corrected_.x.data(), n);
  }

  void look(Place& place) {
    look_around(function_, place);
    ++gradients_;
  }

  double inverse(double value, double damping) const {
    if (!clips_) return value / (value * value + damping * damping);
    return std::copysign(1 / std::max(std::fabs(value), damping), value);
  }

  const TwiceSmooth& function_;
  const bool clips_;
  const int threads_;
  const GoOn& goOn_;
  Aligned<double> hessian_;
  SymmetricEigen eigen_;
  /// v[k] . g of a trial and of `here_`, and the coordinates of a move.
  std::vector<double> along_, alongHere_, factors_;
  Place here_, trial_, corrected_, best_;
  double damping_ = 0, least_ = 0;
  /// Of the present step.
  double gradients_ = 0;
  int steps_ = 0;
  double normThen_ = std::numeric_limits<double>::infinity();
};

}  // namespace

std::unique_ptr<CriticalPointMethod> norm_newton(const TwiceSmooth& function, GradientNormMethod method, int threads,
                                                 const GoOn& goOn) {
  return std::make_unique<NormNewton>(function, method, threads, goOn);
}

}  // namespace basin
