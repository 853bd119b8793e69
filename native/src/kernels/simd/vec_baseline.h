// Four floats in the compiler's own vector type: SSE2 on x86-64, NEON on arm64. Compilers without one
// get an array, of whose loops their optimiser makes vectors.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace basin {
namespace baseline {

#if defined(__GNUC__) && !defined(BASIN_ARRAY_LANES)
typedef float Floats __attribute__((vector_size(16)));
typedef int32_t Words __attribute__((vector_size(16)));
static inline Words as_words(Floats a) { return reinterpret_cast<Words>(a); }
static inline Floats as_floats(Words a) { return reinterpret_cast<Floats>(a); }
static inline Floats spread(float a) { return Floats{a, a, a, a}; }
static inline Words spread_word(int32_t a) { return Words{a, a, a, a}; }
static inline float& lane(Floats& a, int i) { return reinterpret_cast<float*>(&a)[i]; }
static inline int32_t lane(Words a, int i) { return a[i]; }
static inline Words to_words(Floats a) {
  return Words{static_cast<int32_t>(a[0]), static_cast<int32_t>(a[1]), static_cast<int32_t>(a[2]),
               static_cast<int32_t>(a[3])};
}
static inline Floats to_floats(Words a) {
  return Floats{static_cast<float>(a[0]), static_cast<float>(a[1]), static_cast<float>(a[2]), static_cast<float>(a[3])};
}
static inline Words less_words(Floats a, Floats b) { return a < b; }
static inline Words equal_words(Floats a, Floats b) { return a == b; }
#else
struct Floats {
  float of[4];
};
struct Words {
  int32_t of[4];
};
#define BASIN_EACH(type, name, parameters, value) \
  static inline type name parameters {            \
    type result;                                  \
    for (int i = 0; i < 4; ++i) result.of[i] = value; \
    return result;                                \
  }
BASIN_EACH(Floats, operator+, (Floats a, Floats b), a.of[i] + b.of[i])
BASIN_EACH(Floats, operator-, (Floats a, Floats b), a.of[i] - b.of[i])
BASIN_EACH(Floats, operator*, (Floats a, Floats b), a.of[i] * b.of[i])
BASIN_EACH(Floats, operator/, (Floats a, Floats b), a.of[i] / b.of[i])
BASIN_EACH(Words, operator+, (Words a, Words b), a.of[i] + b.of[i])
BASIN_EACH(Words, operator-, (Words a, Words b), a.of[i] - b.of[i])
BASIN_EACH(Words, operator&, (Words a, Words b), a.of[i] & b.of[i])
BASIN_EACH(Words, operator|, (Words a, Words b), a.of[i] | b.of[i])
BASIN_EACH(Words, operator~, (Words a), ~a.of[i])
BASIN_EACH(Words, operator<<, (Words a, int count), static_cast<int32_t>(static_cast<uint32_t>(a.of[i]) << count))
BASIN_EACH(Words, operator>>, (Words a, int count), a.of[i] >> count)
BASIN_EACH(Floats, spread, (float a), a)
BASIN_EACH(Words, spread_word, (int32_t a), a)
BASIN_EACH(Words, to_words, (Floats a), static_cast<int32_t>(a.of[i]))
BASIN_EACH(Floats, to_floats, (Words a), static_cast<float>(a.of[i]))
BASIN_EACH(Words, less_words, (Floats a, Floats b), a.of[i] < b.of[i] ? -1 : 0)
BASIN_EACH(Words, equal_words, (Floats a, Floats b), a.of[i] == b.of[i] ? -1 : 0)
static inline Words as_words(Floats a) {
  Words bits;
  std::memcpy(&bits, &a, sizeof bits);
  return bits;
}
static inline Floats as_floats(Words a) {
  Floats value;
  std::memcpy(&value, &a, sizeof value);
  return value;
}
static inline float& lane(Floats& a, int i) { return a.of[i]; }
static inline int32_t lane(const Words& a, int i) { return a.of[i]; }
#endif

struct Vec {
  static constexpr int lanes = 4;
  /// Eight of sixteen registers hold sums; without fused multiply-add the products need some too.
  static constexpr int tileRows = 4;
  static constexpr int tileVectors = 2;
  /// Outputs of a weight gradient's tile, four inputs wide.
  static constexpr int dotOutputs = 2;
  Floats v;
};
struct Mask {
  Words m;
};

static inline Vec load(const float* p) {
  Vec a;
  std::memcpy(&a.v, p, sizeof a.v);
  return a;
}
static inline void store(float* p, Vec a) { std::memcpy(p, &a.v, sizeof a.v); }
static inline Vec set(float a) { return {spread(a)}; }
static inline Vec load_partial(const float* p, int count) {
  Vec a = set(0);
  for (int i = 0; i < count; ++i) lane(a.v, i) = p[i];
  return a;
}
static inline void store_partial(float* p, Vec a, int count) {
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

static inline Mask less(Vec a, Vec b) { return {less_words(a.v, b.v)}; }
static inline Mask equal(Vec a, Vec b) { return {equal_words(a.v, b.v)}; }
static inline Vec select(Mask mask, Vec yes, Vec no) {
  return {as_floats((as_words(yes.v) & mask.m) | (as_words(no.v) & ~mask.m))};
}
static inline bool all(Mask mask) {
  for (int i = 0; i < Vec::lanes; ++i) {
    if (lane(mask.m, i) == 0) return false;
  }
  return true;
}

/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return select(less(a, b), a, b); }
static inline Vec max(Vec a, Vec b) { return select(less(b, a), a, b); }
static inline Vec abs(Vec a) { return {as_floats(as_words(a.v) & spread_word(0x7fffffff))}; }
static inline Vec sqrt(Vec a) {
  for (int i = 0; i < Vec::lanes; ++i) lane(a.v, i) = std::sqrt(lane(a.v, i));
  return a;
}
/// To the nearest integer, for |a| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
static inline Vec round(Vec a) {
  const Vec shift = set(12582912.0f);
  return (a + shift) - shift;
}

/// 2^n for integers n in [-126, 127].
static inline Vec power_of_two(Vec n) { return {as_floats((to_words(n.v) + spread_word(127)) << 23)}; }
/// a 2^n, n an integer in [-252, 254]; in two steps, because 2^128 is no float.
static inline Vec scale(Vec a, Vec n) {
  const Vec half = round(n * set(0.5f));
  return a * power_of_two(half) * power_of_two(n - half);
}
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  const Words bits = as_words(x.v);
  exponent.v = to_floats((bits >> 23) - spread_word(127));
  mantissa.v = as_floats((bits & spread_word(0x007fffff)) | spread_word(0x3f800000));
}

/// The sums of a, b, c and d.
static inline Vec quad(Vec a, Vec b, Vec c, Vec d) {
  const Vec rows[4] = {a, b, c, d};
  Vec sums = set(0.0f);
  for (int i = 0; i < 4; ++i) {
    Vec row = rows[i];
    lane(sums.v, i) = (lane(row.v, 0) + lane(row.v, 1)) + (lane(row.v, 2) + lane(row.v, 3));
  }
  return sums;
}
/// A vector has one block of four: `quad` has added all.
static inline void block_sums(Vec quad, float* sums) { store(sums, quad); }
static inline void quad_sums(const float* quads, float* sums) { std::memcpy(sums, quads, 4 * sizeof(float)); }

static inline float sum(Vec a) {
  float total = 0;
  for (int i = 0; i < Vec::lanes; ++i) total += lane(a.v, i);
  return total;
}

}  // namespace baseline
}  // namespace basin
