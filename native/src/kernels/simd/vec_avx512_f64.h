// Eight doubles in an AVX-512 register.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace basin {
namespace avx512_f64 {

struct Vec {
  using Real = double;
  static constexpr int lanes = 8;
  /// Rows and vectors of the largest register tile: 28 of 32 registers hold sums.
  static constexpr int tileRows = 14;
  static constexpr int tileVectors = 2;
  /// Outputs and inputs of a weight gradient's tile.
  static constexpr int dotOutputs = 6;
  static constexpr int dotInputs = 4;
  /// Depth of a product that keeps B's vectors in registers (narrow.h).
  static constexpr int narrowDepth = 16;
  __m512d v;
};
using Mask = __mmask8;

static inline Vec load(const double* p) { return {_mm512_loadu_pd(p)}; }
static inline void store(double* p, Vec a) { _mm512_storeu_pd(p, a.v); }
static inline __mmask8 first_lanes(int count) { return static_cast<__mmask8>((1u << count) - 1); }
static inline Vec load_partial(const double* p, int count) { return {_mm512_maskz_loadu_pd(first_lanes(count), p)}; }
static inline void store_partial(double* p, Vec a, int count) { _mm512_mask_storeu_pd(p, first_lanes(count), a.v); }
static inline Vec set(double a) { return {_mm512_set1_pd(a)}; }

static inline Vec operator+(Vec a, Vec b) { return {_mm512_add_pd(a.v, b.v)}; }
static inline Vec operator-(Vec a, Vec b) { return {_mm512_sub_pd(a.v, b.v)}; }
static inline Vec operator*(Vec a, Vec b) { return {_mm512_mul_pd(a.v, b.v)}; }
static inline Vec operator/(Vec a, Vec b) { return {_mm512_div_pd(a.v, b.v)}; }
/// a b + c
static inline Vec multiply_add(Vec a, Vec b, Vec c) { return {_mm512_fmadd_pd(a.v, b.v, c.v)}; }
/// c - a b
static inline Vec negative_multiply_add(Vec a, Vec b, Vec c) { return {_mm512_fnmadd_pd(a.v, b.v, c.v)}; }
/// What rounding took from square = x x.
static inline Vec square_rest(Vec x, Vec square) { return {_mm512_fmsub_pd(x.v, x.v, square.v)}; }
/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return {_mm512_min_pd(a.v, b.v)}; }
static inline Vec max(Vec a, Vec b) { return {_mm512_max_pd(a.v, b.v)}; }
static inline Vec abs(Vec a) { return {_mm512_abs_pd(a.v)}; }
static inline Vec sqrt(Vec a) { return {_mm512_sqrt_pd(a.v)}; }
static inline Vec round(Vec a) { return {_mm512_roundscale_pd(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }

static inline Mask less(Vec a, Vec b) { return _mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ); }
static inline Mask equal(Vec a, Vec b) { return _mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ); }
static inline Vec select(Mask mask, Vec yes, Vec no) { return {_mm512_mask_blend_pd(mask, no.v, yes.v)}; }
/// b where a > 0, else 0, by the sign of 0 - a: comparisons take turns with multiplications, this does not.
static inline Vec where_positive(Vec a, Vec b) {
  const __m512i negative = _mm512_castpd_si512(_mm512_sub_pd(_mm512_setzero_pd(), a.v));
  return {_mm512_and_pd(_mm512_castsi512_pd(_mm512_srai_epi64(negative, 63)), b.v)};
}
static inline bool all(Mask mask) { return mask == 0xff; }

/// 2^n for integers n in [-1022, 1023].
static inline Vec power_of_two(Vec n) {
  const __m512i exponent = _mm512_add_epi64(_mm512_cvtpd_epi64(n.v), _mm512_set1_epi64(1023));
  return {_mm512_castsi512_pd(_mm512_slli_epi64(exponent, 52))};
}
/// a 2^n, n an integer.
static inline Vec scale(Vec a, Vec n) { return {_mm512_scalef_pd(a.v, n.v)}; }
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  mantissa.v = _mm512_getmant_pd(x.v, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  exponent.v = _mm512_getexp_pd(x.v);
}

/// Partial sums of each of the four rows, eight for two (block_sums, folded_sums finish them).
static inline Vec fold(const Vec (&rows)[4]) {
  const __m512d ab = _mm512_add_pd(_mm512_unpacklo_pd(rows[0].v, rows[1].v), _mm512_unpackhi_pd(rows[0].v, rows[1].v));
  const __m512d cd = _mm512_add_pd(_mm512_unpacklo_pd(rows[2].v, rows[3].v), _mm512_unpackhi_pd(rows[2].v, rows[3].v));
  return {_mm512_add_pd(_mm512_shuffle_f64x2(ab, cd, 0x88), _mm512_shuffle_f64x2(ab, cd, 0xdd))};
}
/// The four sums of one vector from `fold`.
static inline void block_sums(Vec folded, double* sums) {
  const __m512d swapped = _mm512_shuffle_f64x2(folded.v, folded.v, 0xb1);
  const __m512d both = _mm512_add_pd(folded.v, swapped);
  _mm256_storeu_pd(sums, _mm512_castpd512_pd256(_mm512_shuffle_f64x2(both, both, 0x08)));
}
/// The sums of two vectors from `fold`, one after the other.
static inline void folded_sums(const Vec (&folded)[2], double* sums) {
  const __m512d a = folded[0].v, b = folded[1].v;
  _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x88), _mm512_shuffle_f64x2(a, b, 0xdd)));
}

/// `first` and all but the last number.
static inline Vec shift_in(double first, Vec a) {
  const __m512i bits = _mm512_castpd_si512(a.v);
  return {_mm512_castsi512_pd(_mm512_alignr_epi64(bits, _mm512_castpd_si512(_mm512_set1_pd(first)), 7))};
}
static inline double last_of(Vec a) {
  const __m128d two = _mm512_extractf64x2_pd(a.v, 3);
  return _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

/// Rows become columns: in pairs, then whole quarters of registers.
static inline void turn(Vec (&rows)[8]) {
  __m512d pairs[8];
#pragma GCC unroll 4
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm512_unpacklo_pd(rows[i].v, rows[i + 1].v);
    pairs[i + 1] = _mm512_unpackhi_pd(rows[i].v, rows[i + 1].v);
  }
#pragma GCC unroll 2
  for (int j = 0; j < 2; ++j) {
    const __m512d even = _mm512_shuffle_f64x2(pairs[j], pairs[j + 2], 0x88);
    const __m512d odd = _mm512_shuffle_f64x2(pairs[j], pairs[j + 2], 0xdd);
    const __m512d lower_even = _mm512_shuffle_f64x2(pairs[j + 4], pairs[j + 6], 0x88);
    const __m512d lower_odd = _mm512_shuffle_f64x2(pairs[j + 4], pairs[j + 6], 0xdd);
    rows[j].v = _mm512_shuffle_f64x2(even, lower_even, 0x88);
    rows[j + 2].v = _mm512_shuffle_f64x2(odd, lower_odd, 0x88);
    rows[j + 4].v = _mm512_shuffle_f64x2(even, lower_even, 0xdd);
    rows[j + 6].v = _mm512_shuffle_f64x2(odd, lower_odd, 0xdd);
  }
}

static inline double sum(Vec a) {
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(a.v), _mm512_extractf64x4_pd(a.v, 1));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

}  // namespace avx512_f64
}  // namespace basin
