// Four doubles in an AVX register, with fused multiply-add.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace basin {
namespace avx2_f64 {

struct Vec {
  using Real = double;
  static constexpr int lanes = 4;
  /// Twelve of sixteen registers hold sums.
  static constexpr int tileRows = 6;
  static constexpr int tileVectors = 2;
  /// Outputs and inputs of a weight gradient's tile.
  static constexpr int dotOutputs = 3;
  static constexpr int dotInputs = 4;
  /// Depth of a product that keeps B's vectors in registers (narrow.h).
  static constexpr int narrowDepth = 0;
  __m256d v;
};
struct Mask {
  __m256d m;
};

static inline Vec load(const double* p) { return {_mm256_loadu_pd(p)}; }
static inline void store(double* p, Vec a) { _mm256_storeu_pd(p, a.v); }
static inline __m256i first_lanes(int count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline Vec load_partial(const double* p, int count) { return {_mm256_maskload_pd(p, first_lanes(count))}; }
static inline void store_partial(double* p, Vec a, int count) { _mm256_maskstore_pd(p, first_lanes(count), a.v); }
static inline Vec set(double a) { return {_mm256_set1_pd(a)}; }

static inline Vec operator+(Vec a, Vec b) { return {_mm256_add_pd(a.v, b.v)}; }
static inline Vec operator-(Vec a, Vec b) { return {_mm256_sub_pd(a.v, b.v)}; }
static inline Vec operator*(Vec a, Vec b) { return {_mm256_mul_pd(a.v, b.v)}; }
static inline Vec operator/(Vec a, Vec b) { return {_mm256_div_pd(a.v, b.v)}; }
/// a b + c
static inline Vec multiply_add(Vec a, Vec b, Vec c) { return {_mm256_fmadd_pd(a.v, b.v, c.v)}; }
/// c - a b
static inline Vec negative_multiply_add(Vec a, Vec b, Vec c) { return {_mm256_fnmadd_pd(a.v, b.v, c.v)}; }
/// What rounding took from square = x x.
static inline Vec square_rest(Vec x, Vec square) { return {_mm256_fmsub_pd(x.v, x.v, square.v)}; }
/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return {_mm256_min_pd(a.v, b.v)}; }
static inline Vec max(Vec a, Vec b) { return {_mm256_max_pd(a.v, b.v)}; }
static inline Vec abs(Vec a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v)}; }
static inline Vec sqrt(Vec a) { return {_mm256_sqrt_pd(a.v)}; }
static inline Vec round(Vec a) { return {_mm256_round_pd(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }

static inline Mask less(Vec a, Vec b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)}; }
static inline Mask equal(Vec a, Vec b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_EQ_OQ)}; }
static inline Vec select(Mask mask, Vec yes, Vec no) { return {_mm256_blendv_pd(no.v, yes.v, mask.m)}; }
/// b where a > 0, else 0.
static inline Vec where_positive(Vec a, Vec b) { return {_mm256_and_pd(_mm256_cmp_pd(_mm256_setzero_pd(), a.v, _CMP_LT_OQ), b.v)}; }
static inline bool all(Mask mask) { return _mm256_movemask_pd(mask.m) == 0xf; }

/// 2^n for integers n in [-1022, 1023]: 1.5 * 2^52 more and the lowest bits are the integer, for which AVX2 has no conversion.
static inline Vec power_of_two(Vec n) {
  const __m256d shifted = _mm256_add_pd(n.v, _mm256_set1_pd(6755399441055744.0 + 1023));
  return {_mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(shifted), 52))};
}
/// a 2^n, n an integer in [-2044, 2046]; in two steps, because 2^1024 is no double.
static inline Vec scale(Vec a, Vec n) {
  const Vec half = round(n * set(0.5));
  return a * power_of_two(half) * power_of_two(n - half);
}
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  const __m256i bits = _mm256_castpd_si256(x.v);
  // The exponent's bits as the lowest of 2^52 + exponent + 1023.
  const __m256i two52 = _mm256_castpd_si256(_mm256_set1_pd(4503599627370496.0));
  const __m256d shifted = _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(bits, 52), two52));
  exponent.v = _mm256_sub_pd(shifted, _mm256_set1_pd(4503599627370496.0 + 1023));
  const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi64x(0x000fffffffffffff));
  mantissa.v = _mm256_castsi256_pd(_mm256_or_si256(fraction, _mm256_set1_epi64x(0x3ff0000000000000)));
}

/// The sums of the four rows.
static inline Vec fold(const Vec (&rows)[4]) {
  const __m256d ab = _mm256_hadd_pd(rows[0].v, rows[1].v);
  const __m256d cd = _mm256_hadd_pd(rows[2].v, rows[3].v);
  return {_mm256_add_pd(_mm256_permute2f128_pd(ab, cd, 0x20), _mm256_permute2f128_pd(ab, cd, 0x31))};
}
/// A vector has one block of four: `fold` has added all.
static inline void block_sums(Vec folded, double* sums) { store(sums, folded); }
static inline void folded_sums(const Vec (&folded)[1], double* sums) { store(sums, folded[0]); }

/// `first` and all but the last number.
static inline Vec shift_in(double first, Vec a) {
  return {_mm256_blend_pd(_mm256_permute4x64_pd(a.v, 0x90), _mm256_set1_pd(first), 1)};
}
static inline double last_of(Vec a) {
  const __m128d two = _mm256_extractf128_pd(a.v, 1);
  return _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

/// Rows become columns: in pairs, then whole halves of registers.
static inline void turn(Vec (&rows)[4]) {
  const __m256d a = _mm256_unpacklo_pd(rows[0].v, rows[1].v), b = _mm256_unpackhi_pd(rows[0].v, rows[1].v);
  const __m256d c = _mm256_unpacklo_pd(rows[2].v, rows[3].v), d = _mm256_unpackhi_pd(rows[2].v, rows[3].v);
  rows[0].v = _mm256_permute2f128_pd(a, c, 0x20);
  rows[1].v = _mm256_permute2f128_pd(b, d, 0x20);
  rows[2].v = _mm256_permute2f128_pd(a, c, 0x31);
  rows[3].v = _mm256_permute2f128_pd(b, d, 0x31);
}

static inline double sum(Vec a) {
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(a.v), _mm256_extractf128_pd(a.v, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

}  // namespace avx2_f64
}  // namespace basin
