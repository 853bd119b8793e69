// What the elementary functions of math.h know about float. The polynomials are from tools/fit_polynomials.py.

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

/// Where e^x rounds to 0, and the largest x whose e^x is a number.
constexpr float expLowest = -104.0f;
constexpr float expHighest = 88.72f;
/// log 2 in two parts; a product of the first with an exponent has no rounding.
constexpr float logTwoHigh = 0.693359375f;
constexpr float logTwoLow = -2.12194440e-4f;
/// Pi in three parts; below the limit, products of the first two with x / pi have no rounding.
constexpr float piParts[] = {3.140625f, 9.675025940e-4f, 1.509957991e-7f};
constexpr float sinLimit = 8192.0f;

static inline float one_sin(float x) { return ::sinf(x); }
static inline float one_cos(float x) { return ::cosf(x); }

/// log(1 + f) + exponent log 2, f in [sqrt(1/2) - 1, sqrt(2) - 1].
static inline Vec log_reduced(Vec f, Vec exponent) {
  const Vec square = f * f;
  Vec value = f * square * polynomial(f, logCoefficients);
  value = multiply_add(exponent, set(logTwoLow), value);
  value = negative_multiply_add(square, set(0.5f), value);
  return multiply_add(exponent, set(logTwoHigh), f + value);
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

/// erfc(size / sqrt 2) e^(size^2 / 2) for size >= 0.
static inline Vec erfc_scaled(Vec size) {
  const Vec t = set(1.0f) / multiply_add(size, set(0.3535533906f), set(1.0f));
  return t * polynomial(t, erfcCoefficients);
}
