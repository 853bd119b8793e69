// What the elementary functions of math.h know about double. The polynomials are from tools/fit_polynomials.py.

static const double expCoefficients[] = {
    0.5,          0.1666666666666667,     0.04166666666666667,    0.008333333333326136,  0.0013888888888883707, 0.00019841269874820627,
    2.4801587325627174e-05, 2.7557255400206422e-06, 2.755727357699053e-07, 2.5105217004720745e-08, 2.091470698148407e-09};
static const double sinCoefficients[] = {
    -0.16666666666666666,  0.008333333333333333,    -0.00019841269841269806, 2.7557319223971256e-06, -2.5052108382389887e-08,
    1.605904347927675e-10, -7.647139114646649e-13, 2.810468581681568e-15,   -8.006048703469621e-18};
static const double logCoefficients[] = {0.6666666666666666,  0.4000000000000088,  0.28571428570802404, 0.22222222391987728,
                                         0.18181795610879042, 0.15386241293734357, 0.13268730539100895, 0.1308707158006738};
static const double erfcCoefficients[] = {
    1.2423492448711544,      -0.1400091801376194,     -0.010555596332218154,   0.09751909515325435,     -0.11508959816020287,
    0.08798315382505421,     -0.04882332582755721,    0.01909933093857511,     -0.0042150199133719635,  -0.00030226783446634606,
    0.0005643844703196489,   -0.00012151271602514869, -4.278253883962915e-05,  2.4262239888802618e-05,  2.329460602223945e-06,
    -3.818223320881804e-06,  -4.703374120497369e-08,  6.075596803735763e-07,   -3.5559038118715544e-09, -1.0202522982898747e-07,
    -3.672696493854785e-09,  1.6658949936768522e-08,  2.3163906424850185e-09,  -1.8938538995876588e-09, -5.390482605985527e-10};

/// Where e^x rounds to 0, and the largest x whose e^x is a number.
constexpr double expLowest = -745.2;
constexpr double expHighest = 709.78;
/// log 2 in two parts; a product of the first (40 bits) with an exponent has no rounding.
constexpr double logTwoHigh = 0.6931471805592082;
constexpr double logTwoLow = 7.371002565167799e-13;
/// Pi in three parts, two of 33 bits; below the limit, their products with x / pi have no rounding.
constexpr double piParts[] = {3.1415926534682512, 1.2154201012607932e-10, 4.044532497591901e-21};
constexpr double sinLimit = 3e6;

static inline double one_sin(double x) { return ::sin(x); }
static inline double one_cos(double x) { return ::cos(x); }

/// log(1 + f) + exponent log 2, f in [sqrt(1/2) - 1, sqrt(2) - 1], by the series of log((1 + s) / (1 - s)), s = f / (2 + f),
/// arranged so that f itself comes last (as K. C. Ng does in fdlibm).
static inline Vec log_reduced(Vec f, Vec exponent) {
  const Vec s = f / (f + set(2));
  const Vec square = s * s;
  const Vec half = f * f * set(0.5);
  const Vec rest = s * multiply_add(square, polynomial(square, logCoefficients), half);
  return multiply_add(exponent, set(logTwoHigh), f - (half - multiply_add(exponent, set(logTwoLow), rest)));
}

/// (e^2x - 1) / (e^2x + 1), which past 19.1 rounds to 1.
static inline Vec tanh(Vec x) {
  const Vec size = abs(x);
  Vec n, rest;
  exp_parts(min(set(40), size + size), n, rest);
  const Vec power = power_of_two(n);
  const Vec above = multiply_add(power, rest, power - set(1));
  const Vec value = above / (above + set(2));
  return select(less(x, set(0)), set(0) - value, value);
}

/// erfc(z) e^(z^2) for z = size / sqrt 2, size >= 0.
static inline Vec erfc_scaled(Vec size) {
  const Vec z = size * set(0.70710678118654752);
  const Vec t = (z - set(3.5)) / (z + set(3.5));
  return polynomial(t, erfcCoefficients) / multiply_add(set(2), z, set(1));
}
