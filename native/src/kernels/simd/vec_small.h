// Sixteen bytes of numbers in the compiler's own vector type. Compilers without one get an array, of whose loops their
// optimiser makes vectors. Included by vec_baseline*.h, inside their namespace.

constexpr int smallLanes = BASIN_SMALL_LANES;

#if defined(__GNUC__) && !defined(BASIN_ARRAY_LANES)
typedef Number Numbers __attribute__((vector_size(16)));
typedef Word Words __attribute__((vector_size(16)));
static inline Words as_words(Numbers a) { return reinterpret_cast<Words>(a); }
static inline Numbers as_numbers(Words a) { return reinterpret_cast<Numbers>(a); }
static inline Number& lane(Numbers& a, int i) { return reinterpret_cast<Number*>(&a)[i]; }
static inline Word lane(Words a, int i) { return a[i]; }
static inline Words less_words(Numbers a, Numbers b) { return a < b; }
static inline Words equal_words(Numbers a, Numbers b) { return a == b; }
#else
template <typename T>
struct Lanes {
  T of[smallLanes];
};
template <typename T, typename Function>
static inline Lanes<T> each(Function function) {
  Lanes<T> result;
  for (int i = 0; i < smallLanes; ++i) result.of[i] = function(i);
  return result;
}
using Numbers = Lanes<Number>;
using Words = Lanes<Word>;
template <typename T>
static inline Lanes<T> operator+(Lanes<T> a, Lanes<T> b) {
  return each<T>([&](int i) { return a.of[i] + b.of[i]; });
}
template <typename T>
static inline Lanes<T> operator-(Lanes<T> a, Lanes<T> b) {
  return each<T>([&](int i) { return a.of[i] - b.of[i]; });
}
static inline Numbers operator*(Numbers a, Numbers b) {
  return each<Number>([&](int i) { return a.of[i] * b.of[i]; });
}
static inline Numbers operator/(Numbers a, Numbers b) {
  return each<Number>([&](int i) { return a.of[i] / b.of[i]; });
}
static inline Words operator&(Words a, Words b) {
  return each<Word>([&](int i) { return a.of[i] & b.of[i]; });
}
static inline Words operator|(Words a, Words b) {
  return each<Word>([&](int i) { return a.of[i] | b.of[i]; });
}
static inline Words operator~(Words a) {
  return each<Word>([&](int i) { return ~a.of[i]; });
}
static inline Words operator<<(Words a, int count) {
  return each<Word>([&](int i) { return static_cast<Word>(static_cast<uint64_t>(a.of[i]) << count); });
}
static inline Words operator>>(Words a, int count) {
  return each<Word>([&](int i) { return a.of[i] >> count; });
}
static inline Words less_words(Numbers a, Numbers b) {
  return each<Word>([&](int i) { return a.of[i] < b.of[i] ? -1 : 0; });
}
static inline Words equal_words(Numbers a, Numbers b) {
  return each<Word>([&](int i) { return a.of[i] == b.of[i] ? -1 : 0; });
}
static inline Words as_words(Numbers a) {
  Words bits;
  std::memcpy(&bits, &a, sizeof bits);
  return bits;
}
static inline Numbers as_numbers(Words a) {
  Numbers value;
  std::memcpy(&value, &a, sizeof value);
  return value;
}
static inline Number& lane(Numbers& a, int i) { return a.of[i]; }
static inline Word lane(const Words& a, int i) { return a.of[i]; }
#endif

struct Vec {
  using Real = Number;
  static constexpr int lanes = smallLanes;
  /// Eight of sixteen registers hold sums; without fused multiply-add the products need some too.
  static constexpr int tileRows = 4;
  static constexpr int tileVectors = 2;
  static constexpr int dotOutputs = smallDotOutputs;
  static constexpr int dotInputs = smallDotInputs;
  /// Depth of a product that keeps B's vectors in registers (narrow.h).
  static constexpr int narrowDepth = 0;
  Numbers v;
};
struct Mask {
  Words m;
};

/// Largest exponent of a normal number; the bits of one are its exponent plus this, and the fraction's.
constexpr Word exponentBias = (Word{1} << (8 * sizeof(Word) - 2 - mantissaBits)) - 1;
/// At this number the lowest bit counts one, so that an integer added to it stands in the lowest bits.
constexpr Number integerScale = static_cast<Number>(Word{1} << mantissaBits);

static inline Vec load(const Number* p) {
  Vec a;
  std::memcpy(&a.v, p, sizeof a.v);
  return a;
}
static inline void store(Number* p, Vec a) { std::memcpy(p, &a.v, sizeof a.v); }
static inline Vec set(Number a) { return {Numbers BASIN_SMALL_SPREAD(a)}; }
static inline Words set_word(Word a) { return Words BASIN_SMALL_SPREAD(a); }
static inline Vec load_partial(const Number* p, int count) {
  Vec a = set(0);
  for (int i = 0; i < count; ++i) lane(a.v, i) = p[i];
  return a;
}
static inline void store_partial(Number* p, Vec a, int count) {
  for (int i = 0; i < count; ++i) p[i] = lane(a.v, i);
}

static inline Vec operator+(Vec a, Vec b) { return {a.v + b.v}; }
static inline Vec operator-(Vec a, Vec b) { return {a.v - b.v}; }
static inline Vec operator*(Vec a, Vec b) { return {a.v * b.v}; }
static inline Vec operator/(Vec a, Vec b) { return {a.v / b.v}; }
/// a b + c
static inline Vec multiply_add(Vec a, Vec b, Vec c) { return {a.v * b.v + c.v}; }
/// c - a b
static inline Vec negative_multiply_add(Vec a, Vec b, Vec c) { return {c.v - a.v * b.v}; }
/// What rounding took from square = x x.
static inline Vec square_rest(Vec x, Vec square) {
#if defined(__aarch64__)
  return {x.v * x.v - square.v};  // The compiler makes one fused instruction of it.
#else
  // Dekker's product: in halves whose products have no rounding.
  const Vec shifted = x * set(Number((Word{1} << (mantissaBits / 2 + 1)) + 1));
  const Vec high = shifted - (shifted - x), low = x - high;
  return (high * high - square) + (high + high) * low + low * low;
#endif
}

static inline Mask less(Vec a, Vec b) { return {less_words(a.v, b.v)}; }
static inline Mask equal(Vec a, Vec b) { return {equal_words(a.v, b.v)}; }
static inline Vec select(Mask mask, Vec yes, Vec no) {
  return {as_numbers((as_words(yes.v) & mask.m) | (as_words(no.v) & ~mask.m))};
}
/// b where a > 0, else 0.
static inline Vec where_positive(Vec a, Vec b) { return select(less(set(0), a), b, set(0)); }
static inline bool all(Mask mask) {
  for (int i = 0; i < Vec::lanes; ++i) {
    if (lane(mask.m, i) == 0) return false;
  }
  return true;
}

/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return select(less(a, b), a, b); }
static inline Vec max(Vec a, Vec b) { return select(less(b, a), a, b); }
static inline Vec abs(Vec a) { return {as_numbers(as_words(a.v) & ~as_words(set(Number(-0.0)).v))}; }
static inline Vec sqrt(Vec a) {
  for (int i = 0; i < Vec::lanes; ++i) lane(a.v, i) = std::sqrt(lane(a.v, i));
  return a;
}
/// To the nearest integer, for |a| < integerScale / 2: there the sum has no bits for a fraction.
static inline Vec round(Vec a) {
  const Vec shift = set(integerScale * Number(1.5));
  return (a + shift) - shift;
}

/// 2^n for integers n from -exponentBias + 1 to exponentBias.
static inline Vec power_of_two(Vec n) {
  const Vec shifted = n + set(integerScale * Number(1.5) + Number(exponentBias));
  return {as_numbers(as_words(shifted.v) << mantissaBits)};
}
/// a 2^n, n an integer up to twice that far from zero; in two steps, because the largest power may be no number.
static inline Vec scale(Vec a, Vec n) {
  const Vec half = round(n * set(Number(0.5)));
  return a * power_of_two(half) * power_of_two(n - half);
}
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  const Words bits = as_words(x.v);
  const Vec shifted = {as_numbers((bits >> mantissaBits) | as_words(set(integerScale).v))};
  exponent = shifted - set(integerScale + Number(exponentBias));
  const Words fraction = bits & set_word((Word{1} << mantissaBits) - 1);
  mantissa.v = as_numbers(fraction | as_words(set(Number(1)).v));
}

/// The sums of the rows, as many as there are lanes.
static inline Vec fold(const Vec (&rows)[smallLanes]) {
  Vec sums = set(0);
  for (int i = 0; i < smallLanes; ++i) {
    Vec row = rows[i];
    Number total = lane(row.v, 0) + lane(row.v, 1);
    for (int j = 2; j < smallLanes; j += 2) total += lane(row.v, j) + lane(row.v, j + 1);
    lane(sums.v, i) = total;
  }
  return sums;
}
/// A vector has one block: `fold` has added all.
static inline void block_sums(Vec folded, Number* sums) { store(sums, folded); }
static inline void folded_sums(const Vec (&folded)[1], Number* sums) { store(sums, folded[0]); }

/// `first` and all but the last number.
static inline Vec shift_in(Number first, Vec a) {
  Vec shifted = set(first);
  for (int i = 1; i < Vec::lanes; ++i) lane(shifted.v, i) = lane(a.v, i - 1);
  return shifted;
}
static inline Number last_of(Vec a) { return lane(a.v, Vec::lanes - 1); }

/// Rows become columns.
static inline void turn(Vec (&rows)[smallLanes]) {
#if defined(BASIN_SMALL_TURN)
  BASIN_SMALL_TURN(rows)
#else
  Number values[smallLanes][smallLanes];
  for (int r = 0; r < smallLanes; ++r) {
    for (int c = 0; c < smallLanes; ++c) values[c][r] = lane(rows[r].v, c);
  }
  for (int r = 0; r < smallLanes; ++r) rows[r] = load(values[r]);
#endif
}

static inline Number sum(Vec a) {
  Number total = 0;
  for (int i = 0; i < Vec::lanes; ++i) total += lane(a.v, i);
  return total;
}
