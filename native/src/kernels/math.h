// Elementary functions on vectors, to about two units in the last place. Included inside a level's namespace, once for each
// instruction set and number type; BASIN_MATH names what depends on the type.

/// Horner's rule, coefficients from the lowest order.
template <int count>
static inline Vec polynomial(Vec x, const Real (&coefficients)[count]) {
  Vec value = set(coefficients[count - 1]);
#pragma GCC unroll 32
  for (int i = count - 2; i >= 0; --i) value = multiply_add(value, x, set(coefficients[i]));
  return value;
}

static inline Vec exp(Vec x);
static inline void exp_parts(Vec x, Vec& n, Vec& rest);

#include BASIN_MATH

/// e^x = 2^n (1 + rest), |rest| < 0.42, for x between expLowest and expHighest.
static inline void exp_parts(Vec x, Vec& n, Vec& rest) {
  n = round(x * set(Real(1.44269504088896341)));
  Vec r = negative_multiply_add(n, set(logTwoHigh), x);
  r = negative_multiply_add(n, set(logTwoLow), r);
  rest = multiply_add(r * r, polynomial(r, expCoefficients), r);
}

/// e^x; 0 below expLowest, at most about the largest number above expHighest; NaN stays.
static inline Vec exp(Vec x) {
  Vec n, rest;
  exp_parts(max(set(expLowest), min(set(expHighest), x)), n, rest);
  return scale(rest + set(1), n);
}

/// Natural logarithm of normal x > 0; NaN for what is not finite.
static inline Vec log(Vec x) {
  Vec mantissa, exponent;
  split(x, mantissa, exponent);
  const Mask upper = less(set(Real(1.41421356237309505)), mantissa);
  mantissa = select(upper, mantissa * set(Real(0.5)), mantissa);
  exponent = select(upper, exponent + set(1), exponent);
  return log_reduced(mantissa - set(1), exponent) + (x - x);
}

/// log(1 + u) for u in [0, 1]; the quotient gives back what 1 + u rounds away.
static inline Vec log1p(Vec u) {
  const Vec y = u + set(1);
  return log(y) + (u - (y - set(1))) / y;
}

static inline Vec sigmoid(Vec x) { return set(1) / (set(1) + exp(set(0) - x)); }

static inline Vec softplus(Vec x) { return max(set(0), x) + log1p(exp(set(0) - abs(x))); }

/// Past 40 the normal distribution is 0 or 1, and squares are still numbers.
static inline Vec clamp_normal(Vec x) { return max(set(-40), min(set(40), x)); }

/// Distribution function of the standard normal, erfc(-x / sqrt 2) / 2, and e^(-x^2/2), for |x| <= 40; good in relative terms on both
/// sides.
static inline Vec normal_distribution(Vec x, Vec& bell) {
  const Vec square = x * x;
  // What rounding takes from a large square counts.
  const Vec lost = square_rest(x, square) * set(Real(0.5));
  bell = exp(square * set(Real(-0.5))) * (set(1) - lost);
  const Vec tail = set(Real(0.5)) * bell * erfc_scaled(abs(x));
  return select(less(x, set(0)), tail, set(1) - tail);
}

static inline Vec gelu(Vec x) {
  Vec bell;
  return x * normal_distribution(clamp_normal(x), bell);
}

/// First and second derivative: P + x p and (2 - x^2) p, P the normal distribution and p its density.
static inline void gelu_slopes(Vec x, Vec& first, Vec& second) {
  Vec bell;
  x = clamp_normal(x);
  const Vec distribution = normal_distribution(x, bell);
  const Vec density = bell * set(Real(0.398942280401432678));
  first = multiply_add(x, density, distribution);
  second = negative_multiply_add(x * x, density, density + density);
}

static inline Vec gelu_slope(Vec x) {
  Vec first, second;
  gelu_slopes(x, first, second);
  return first;
}

/// (-1)^whole sin(x - n pi) for the integer or half-integer n nearest to x / pi.
static inline Vec sin_reduced(Vec x, Vec n, Vec whole) {
  Vec r = negative_multiply_add(n, set(piParts[0]), x);
  r = negative_multiply_add(n, set(piParts[1]), r);
  r = negative_multiply_add(n, set(piParts[2]), r);
  const Vec square = r * r;
  const Vec value = multiply_add(r * square, polynomial(square, sinCoefficients), r);
  const Vec half = whole * set(Real(0.5));
  const Mask even = equal(round(half), half);
  return select(even, value, set(0) - value);
}

template <Real (*function)(Real)>
static inline Vec lane_by_lane(Vec x) {
  Real values[Vec::lanes];
  store(values, x);
  for (int i = 0; i < Vec::lanes; ++i) values[i] = function(values[i]);
  return load(values);
}

static inline Vec sin(Vec x) {
  if (!all(less(abs(x), set(sinLimit)))) return lane_by_lane<one_sin>(x);
  const Vec n = round(x * set(Real(0.318309886183790672)));
  return sin_reduced(x, n, n);
}

/// cos x = sin(x + pi/2), reduced by half-integers.
static inline Vec cos(Vec x) {
  if (!all(less(abs(x), set(sinLimit)))) return lane_by_lane<one_cos>(x);
  const Vec n = round(multiply_add(x, set(Real(0.318309886183790672)), set(Real(0.5))));
  return sin_reduced(x, n - set(Real(0.5)), n);
}
