#include "power_iteration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../linalg/vectors.h"
#include "basis.h"
#include "random_vectors.h"

namespace basin {
namespace {

struct Pair {
  double value, residual;
  uint32_t iterations;
};

/// The eigenvalue of [a b; b c] of larger magnitude, the positive one of two alike, with its eigenvector (cosine, sine).
struct Dominant {
  Dominant(double a, double b, double c) {
    const double middle = 0.5 * (a + c), half = 0.5 * (a - c);
    const double root = std::hypot(half, b);
    value = middle >= 0 ? middle + root : middle - root;
    // Of the two rows of (matrix - value) the one that is larger.
    double x = b, y = value - a;
    if (std::fabs(value - c) > std::fabs(value - a)) {
      x = value - c;
      y = b;
    }
    const double length = std::hypot(x, y);
    cosine = length > 0 ? x / length : 1;
    sine = length > 0 ? y / length : 0;
  }
  double value, cosine, sine;
};

class PowerIteration {
 public:
  PowerIteration(const SymmetricOperator& a, const PowerOptions& options)
      : a_(a),
        options_(options),
        found_(options.count, a.size, "eigenvectors"),
        v_(a.size),
        first_(a.size),
        next_(a.size),
        second_(a.size) {}

  /// The next pair; its vector goes to the basis.
  Pair find() {
    fill_normal(v_.data(), a_.size, options_.key, static_cast<uint32_t>(found_.count()), a_.goOn);
    makeUnit(v_);
    Pair pair{0, 0, 0};
    while (!step(pair)) {
    }
    makeUnit(v_);
    found_.push(v_.data(), a_.goOn);
    largest_ = std::max(largest_, std::fabs(pair.value));
    return pair;
  }

  const Basis& found() const { return found_; }

 private:
  /// Orthogonal to what has been found, of length 1.
  void makeUnit(Aligned<double>& x) {
    found_.orthogonalize(x.data(), a_.goOn);
    const double length = norm2(x.data(), a_.size);
    if (length > 0) scale(1 / length, x.data(), a_.size);
  }

  /// y += factor x. A vector of millions takes some milliseconds each time.
  void add(double factor, const Aligned<double>& x, Aligned<double>& y) {
    require_go_on(a_.goOn);
    axpy(factor, x.data(), y.data(), a_.size);
  }

  double largestWith(double value) const { return std::max(largest_, std::fabs(value)); }

  bool isDone(const Pair& pair, double residual) const {
    return residual <= options_.tolerance * largestWith(pair.value) || pair.iterations >= options_.maxIterations;
  }

  /// Two products; whether that was enough, and then v is the vector and the pair complete.
  bool step(Pair& pair) {
    const size_t size = a_.size;
    // A v, and what of it is neither along v nor along what has been found: b times a unit vector.
    product(v_, first_, pair);
    const double a = dot(v_.data(), first_.data(), size);
    std::copy_n(first_.data(), size, next_.data());
    add(-a, v_, next_);
    found_.orthogonalize(next_.data(), a_.goOn);
    const double b = norm2(next_.data(), size);
    pair.value = a;
    if (!std::isfinite(b)) throw Error(ErrorCode::BadData, "power iteration: the matrix is not finite");
    if (isDone(pair, b)) return complete(pair, first_);
    scale(1 / b, next_.data(), size);
    product(next_, second_, pair);
    const double c = dot(next_.data(), second_.data(), size);
    if (!std::isfinite(c)) throw Error(ErrorCode::BadData, "power iteration: the matrix is not finite");
    return choose(pair, a, b, c);
  }

  void product(const Aligned<double>& x, Aligned<double>& to, Pair& pair) {
    a_.apply(x.data(), to.data());
    ++pair.iterations;
  }

  /// The Ritz pair of the plane of v and next, or on to A^2 v = a A v + b A next.
  bool choose(Pair& pair, double a, double b, double c) {
    const size_t size = a_.size;
    const Dominant ritz(a, b, c);
    pair.value = ritz.value;
    // A y - value y for y = cosine v + sine next, without its part in the found ones.
    Aligned<double> rest(size);
    const auto addProduct = [&](double factorV, double factorNext) {
      add(factorV, first_, rest);
      add(factorNext, second_, rest);
    };
    addProduct(ritz.cosine, ritz.sine);
    add(-ritz.value * ritz.cosine, v_, rest);
    add(-ritz.value * ritz.sine, next_, rest);
    found_.orthogonalize(rest.data(), a_.goOn);
    if (isDone(pair, norm2(rest.data(), size))) {
      rest.clear();
      addProduct(ritz.cosine, ritz.sine);
      scale(ritz.cosine, v_.data(), size);
      add(ritz.sine, next_, v_);
      return complete(pair, rest);
    }
    rest.clear();
    addProduct(a, b);
    v_ = std::move(rest);
    makeUnit(v_);
    return false;
  }

  /// The residual of the matrix itself, from A v.
  bool complete(Pair& pair, Aligned<double>& product) {
    add(-pair.value, v_, product);
    pair.residual = norm2(product.data(), a_.size);
    return true;
  }

  const SymmetricOperator& a_;
  const PowerOptions& options_;
  Basis found_;
  double largest_ = 0;
  /// v, A v, the unit vector along what is new in that, and A times it.
  Aligned<double> v_, first_, next_, second_;
};

}  // namespace

Eigenpairs top_eigenpairs(const SymmetricOperator& a, const PowerOptions& options) {
  if (options.count < 1 || options.count > a.size) {
    throw Error(ErrorCode::BadArgument, "count must be from 1 to " + std::to_string(a.size));
  }
  if (!(options.tolerance >= 0) || options.maxIterations < 1) {
    throw Error(ErrorCode::BadArgument, "tolerance must not be negative, maxIterations at least 1");
  }
  PowerIteration iteration(a, options);
  std::vector<Pair> pairs;
  for (size_t k = 0; k < options.count; ++k) pairs.push_back(iteration.find());
  // A pair that came out slightly larger than the one before goes ahead of it.
  std::vector<size_t> order(options.count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) { return std::fabs(pairs[x].value) > std::fabs(pairs[y].value); });
  Eigenpairs result;
  for (const size_t k : order) {
    result.values.push_back(pairs[k].value);
    result.residuals.push_back(pairs[k].residual);
    result.iterations.push_back(pairs[k].iterations);
    const double* vector = iteration.found().vector(k);
    result.vectors.insert(result.vectors.end(), vector, vector + a.size);
  }
  return result;
}

}  // namespace basin
