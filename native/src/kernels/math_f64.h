// Elementary functions on vectors of doubles, lane by lane. Included inside a level's namespace, once for each instruction set.

template <double (*function)(double)>
static inline Vec lane_by_lane(Vec x) {
  double values[Vec::lanes];
  store(values, x);
  for (int i = 0; i < Vec::lanes; ++i) values[i] = function(values[i]);
  return load(values);
}

static inline double one_exp(double x) { return ::exp(x); }
static inline double one_log(double x) { return ::log(x); }
static inline double one_log1p(double x) { return ::log1p(x); }
static inline double one_tanh(double x) { return ::tanh(x); }
static inline double one_erfc(double x) { return ::erfc(x); }
static inline double one_sin(double x) { return ::sin(x); }
static inline double one_cos(double x) { return ::cos(x); }

static inline Vec exp(Vec x) { return lane_by_lane<one_exp>(x); }
static inline Vec log(Vec x) { return lane_by_lane<one_log>(x); }
static inline Vec log1p(Vec x) { return lane_by_lane<one_log1p>(x); }
static inline Vec tanh(Vec x) { return lane_by_lane<one_tanh>(x); }
static inline Vec sin(Vec x) { return lane_by_lane<one_sin>(x); }
static inline Vec cos(Vec x) { return lane_by_lane<one_cos>(x); }

static inline Vec sigmoid(Vec x) { return set(1) / (set(1) + exp(set(0) - x)); }
static inline Vec softplus(Vec x) { return max(set(0), x) + log1p(exp(set(0) - abs(x))); }

static inline Vec normal_distribution(Vec x) {
  return set(0.5) * lane_by_lane<one_erfc>(x * set(-0.70710678118654752));
}
static inline Vec normal_density(Vec x) { return set(0.39894228040143268) * exp(x * x * set(-0.5)); }

static inline Vec gelu(Vec x) { return x * normal_distribution(x); }
static inline Vec gelu_slope(Vec x) { return multiply_add(x, normal_density(x), normal_distribution(x)); }

/// First and second derivative: Phi(x) + x phi(x) and (2 - x^2) phi(x).
static inline void gelu_slopes(Vec x, Vec& first, Vec& second) {
  const Vec density = normal_density(x);
  first = multiply_add(x, density, normal_distribution(x));
  second = negative_multiply_add(x * x, density, density + density);
}
