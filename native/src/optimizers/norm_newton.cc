// Steps through the eigenvalues of the Hessian. H is indefinite in general and nearly singular where networks have symmetries or units
// that hardly matter; eigenvalues keep their signs, so that saddle points attract as minima do.
#include <algorithm>
#include <cmath>

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
// - Further moves with the same eigenvalues follow while they pay.

/// Between two dampings; directions that curve by so much more than the damping are corrected.
constexpr double factor = 3;
/// Dampings as shares of the largest eigenvalue in magnitude: the first; below the rounding of all others; a step that is rounded away.
constexpr double firstDamping = 1e-2, leastDamping = 1e-17, mostDamping = 1e17;
/// The share of the norm that a step has to gain, and a further move. Less is where the norm has its own minimum, or rounding.
constexpr double leastGain = 1e-6, furtherGain = 1e-3;
constexpr int maxMoves = 20, maxCorrections = 6;

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
        factors_(function.size) {}

  Outcome step(Place& place) override {
    if (!decompose(place)) return Outcome::Stalled;
    const double largest = std::max(-eigen_.values.front(), eigen_.values.back());
    if (!(largest > 0)) return Outcome::Stalled;
    least_ = leastDamping * largest;
    double damping = std::clamp(damping_ > 0 ? damping_ : firstDamping * largest, least_, mostDamping * largest);
    here_ = place;
    if (!move(damping, mostDamping * largest, leastGain)) return Outcome::Stalled;
    for (int moves = 1; moves < maxMoves && move(damping, damping * factor * factor, furtherGain);) ++moves;
    damping_ = damping;
    std::swap(place, here_);
    return Outcome::Moved;
  }

 private:
  bool decompose(const Place& place) {
    const size_t n = function_.size;
    function_.hessian(place.x.data(), hessian_.data());
    if (!std::isfinite(norm2(hessian_.data(), n * n))) return false;
    std::optional<SymmetricEigen> eigen = symmetric_eigen(hessian_.data(), n, true, threads_, goOn_);
    if (!eigen) cancel();
    eigen_ = std::move(*eigen);
    return true;
  }

  /// Moves `here_` by the best damping around the one given, up to `most`, if that gains enough.
  bool move(double& damping, double most, double gain) {
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
    go(here_, trial_, [&](double value) { return inverse(value, damping); });
    for (int i = 0; i < maxCorrections && is_finite(trial_); ++i) {
      const double stiff = factor * damping;
      go(trial_, corrected_, [&](double value) { return std::fabs(value) >= stiff ? 1 / value : 0; });
      if (!(is_finite(corrected_) && corrected_.norm < trial_.norm)) break;
      std::swap(trial_, corrected_);
    }
    if (!(is_finite(trial_) && trial_.norm < below)) return false;
    std::swap(best_, trial_);
    return true;
  }

  double inverse(double value, double damping) const {
    if (!clips_) return value / (value * value + damping * damping);
    return std::copysign(1 / std::max(std::fabs(value), damping), value);
  }

  /// to = from - f(H) g(from), and what is there.
  template <typename Inverse>
  void go(const Place& from, Place& to, const Inverse& f) {
    const size_t n = function_.size;
    row_dots(eigen_.vectors.data(), n, n, from.gradient.data(), n, along_.data());
    for (size_t k = 0; k < n; ++k) factors_[k] = -f(eigen_.values[k]) * along_[k];
    to.x = from.x;
    add_rows(eigen_.vectors.data(), n, n, factors_.data(), to.x.data(), n);
    look_around(function_, to);
  }

  const TwiceSmooth& function_;
  const bool clips_;
  const int threads_;
  const GoOn& goOn_;
  Aligned<double> hessian_;
  SymmetricEigen eigen_;
  /// v[k] . g, and the coordinates of a move.
  std::vector<double> along_, factors_;
  Place here_, trial_, corrected_, best_;
  double damping_ = 0, least_ = 0;
};

}  // namespace

std::unique_ptr<CriticalPointMethod> norm_newton(const TwiceSmooth& function, GradientNormMethod method, int threads,
                                                 const GoOn& goOn) {
  return std::make_unique<NormNewton>(function, method, threads, goOn);
}

}  // namespace basin
