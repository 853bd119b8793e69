// Elementary functions on vectors, to about two units in the last place (sin: for |x| <= 8192, beyond that lane by lane).
// The polynomials are from tools/fit_polynomials.py. Included inside a level's namespace, once for each instruction set.

/// Horner's rule, coefficients from the lowest order.
template <int count>
static inline Vec polynomial(Vec x, const float (&coefficients)[count]) {
  Vec value = set(coefficients[count - 1]);
#pragma GCC unroll 16
  for (int i = count - 2; i >= 0; --i) value = multiply_add(value, x, set(coefficients[i]));
  return value;
}

static const float expCoefficients[] = {5.000000000e-01f, 1.666657329e-01f, 4.166686162e-02f, 8.363739587e-03f,
                                        1.390152960e-03f};
static const float tanhCoefficients[] = {-3.333332837e-01f, 1.333274990e-01f, -5.384780094e-02f, 2.098247781e-02f,
                                         -6.075392943e-03f};
static const float sinCoefficients[] = {-1.666666716e-01f, 8.333332837e-03f, -1.984107657e-04f, 2.753577746e-06f,
                                        -2.406520139e-08f};
static const float logCoefficients[] = {3.333333135e-01f, -2.499999404e-01f, 2.000072151e-01f,
                                        -1.666807532e-01f, 1.424909830e-01f, -1.241954565e-01f,
                                        1.167879552e-01f, -1.152006239e-01f, 7.039554417e-02f};
static const float erfcCoefficients[] = {2.820933163e-01f, 2.821348011e-01f, 2.464106381e-01f,  1.783169806e-01f,
                                         8.183060586e-02f, -3.014899418e-02f, 8.443088830e-02f, -4.037178159e-01f,
                                         4.590941966e-01f, -2.214071751e-01f, 4.096256196e-02f};

/// e^x; 0 below -104, at most the largest float's order above 88.7; NaN stays.
static inline Vec exp(Vec x) {
  x = max(set(-104.0f), min(set(88.72f), x));
  const Vec n = round(x * set(1.442695041f));
  Vec r = negative_multiply_add(n, set(0.693359375f), x);
  r = negative_multiply_add(n, set(-2.12194440e-4f), r);
  const Vec value = multiply_add(r * r, polynomial(r, expCoefficients), r + set(1.0f));
  return scale(value, n);
}

/// Natural logarithm of normal x > 0; NaN for what is not finite.
static inline Vec log(Vec x) {
  Vec mantissa, exponent;
  split(x, mantissa, exponent);
  const Mask upper = less(set(1.414213562f), mantissa);
  mantissa = select(upper, mantissa * set(0.5f), mantissa);
  exponent = select(upper, exponent + set(1.0f), exponent);
  const Vec f = mantissa - set(1.0f);
  const Vec square = f * f;
  Vec value = f * square * polynomial(f, logCoefficients) + (x - x);
  value = multiply_add(exponent, set(-2.12194440e-4f), value);
  value = negative_multiply_add(square, set(0.5f), value);
  return multiply_add(exponent, set(0.693359375f), f + value);
}

/// log(1 + u) for u in [0, 1]; the quotient gives back what 1 + u rounds away.
static inline Vec log1p(Vec u) {
  const Vec y = u + set(1.0f);
  return log(y) + (u - (y - set(1.0f))) / y;
}

static inline Vec tanh(Vec x) {
  const Vec size = abs(x);
  const Vec square = x * x;
  const Vec small = multiply_add(x * square, polynomial(square, tanhCoefficients), x);
  // Past 9.02 tanh rounds to 1.
  const Vec large = set(1.0f) - set(2.0f) / (exp(min(set(20.0f), size + size)) + set(1.0f));
  const Vec signed_large = select(less(x, set(0.0f)), set(0.0f) - large, large);
  return select(less(size, set(0.625f)), small, signed_large);
}

static inline Vec sigmoid(Vec x) { return set(1.0f) / (set(1.0f) + exp(set(0.0f) - x)); }

static inline Vec softplus(Vec x) { return max(set(0.0f), x) + log1p(exp(set(0.0f) - abs(x))); }

/// Distribution function of the standard normal, erfc(-x / sqrt 2) / 2, and e^(-x^2/2); good in relative terms on both sides.
static inline Vec normal_distribution(Vec x, Vec& bell) {
  const Vec size = abs(x);
  const Vec square = x * x * set(0.5f);
  // What x * x rounds away counts for large x.
  const Vec lost = multiply_add(x * set(0.5f), x, set(0.0f) - square);
  bell = exp(set(0.0f) - square) * (set(1.0f) - lost);
  const Vec t = set(1.0f) / multiply_add(size, set(0.3535533906f), set(1.0f));
  const Vec tail = set(0.5f) * bell * t * polynomial(t, erfcCoefficients);
  return select(less(x, set(0.0f)), tail, set(1.0f) - tail);
}

static inline Vec gelu(Vec x) {
  Vec bell;
  return x * normal_distribution(x, bell);
}

static inline Vec gelu_slope(Vec x) {
  Vec bell;
  const Vec distribution = normal_distribution(x, bell);
  return multiply_add(x * bell, set(0.3989422804f), distribution);
}

/// First and second derivative: Phi(x) + x phi(x) and (2 - x^2) phi(x).
static inline void gelu_slopes(Vec x, Vec& first, Vec& second) {
  Vec bell;
  const Vec distribution = normal_distribution(x, bell);
  const Vec density = bell * set(0.3989422804f);
  first = multiply_add(x, density, distribution);
  second = negative_multiply_add(x * x, density, density + density);
}

/// (-1)^n sin(x - n pi) for the integer or half-integer n nearest to x / pi, pi in three parts (n has at most 12 bits).
static inline Vec sin_reduced(Vec x, Vec n, Vec whole) {
  Vec r = negative_multiply_add(n, set(3.140625f), x);
  r = negative_multiply_add(n, set(9.675025940e-4f), r);
  r = negative_multiply_add(n, set(1.509957991e-7f), r);
  const Vec square = r * r;
  const Vec value = multiply_add(r * square, polynomial(square, sinCoefficients), r);
  const Vec half = whole * set(0.5f);
  const Mask even = equal(round(half), half);
  return select(even, value, set(0.0f) - value);
}

template <float (*function)(float)>
static inline Vec lane_by_lane(Vec x) {
  float values[Vec::lanes];
  store(values, x);
  for (int i = 0; i < Vec::lanes; ++i) values[i] = function(values[i]);
  return load(values);
}

static inline float one_sin(float x) { return ::sinf(x); }
static inline float one_cos(float x) { return ::cosf(x); }

static inline Vec sin(Vec x) {
  if (!all(less(abs(x), set(8192.0f)))) return lane_by_lane<one_sin>(x);
  const Vec n = round(x * set(0.3183098862f));
  return sin_reduced(x, n, n);
}

/// cos x = sin(x + pi/2), reduced by half-integers.
static inline Vec cos(Vec x) {
  if (!all(less(abs(x), set(8192.0f)))) return lane_by_lane<one_cos>(x);
  const Vec n = round(multiply_add(x, set(0.3183098862f), set(0.5f)));
  return sin_reduced(x, n - set(0.5f), n);
}
