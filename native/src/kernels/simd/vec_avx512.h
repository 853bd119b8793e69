// Sixteen floats in an AVX-512 register.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace basin {
namespace avx512 {

struct Vec {
  using Real = float;
  static constexpr int lanes = 16;
  /// Rows and vectors of the largest register tile: 28 of 32 registers hold sums.
  static constexpr int tileRows = 14;
  static constexpr int tileVectors = 2;
  /// Outputs and inputs of a weight gradient's tile.
  static constexpr int dotOutputs = 6;
  static constexpr int dotInputs = 4;
  /// Depth of a product that keeps B's vectors in registers (narrow.h).
  static constexpr int narrowDepth = 16;
  __m512 v;
};
using Mask = __mmask16;

static inline Vec load(const float* p) { return {_mm512_loadu_ps(p)}; }
static inline void store(float* p, Vec a) { _mm512_storeu_ps(p, a.v); }
static inline __mmask16 first_lanes(int count) { return static_cast<__mmask16>((1u << count) - 1); }
static inline Vec load_partial(const float* p, int count) { return {_mm512_maskz_loadu_ps(first_lanes(count), p)}; }
static inline void store_partial(float* p, Vec a, int count) { _mm512_mask_storeu_ps(p, first_lanes(count), a.v); }
static inline Vec set(float a) { return {_mm512_set1_ps(a)}; }

static inline Vec operator+(Vec a, Vec b) { return {_mm512_add_ps(a.v, b.v)}; }
static inline Vec operator-(Vec a, Vec b) { return {_mm512_sub_ps(a.v, b.v)}; }
static inline Vec operator*(Vec a, Vec b) { return {_mm512_mul_ps(a.v, b.v)}; }
static inline Vec operator/(Vec a, Vec b) { return {_mm512_div_ps(a.v, b.v)}; }
/// a b + c
static inline Vec multiply_add(Vec a, Vec b, Vec c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
/// c - a b
static inline Vec negative_multiply_add(Vec a, Vec b, Vec c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
/// What rounding took from square = x x.
static inline Vec square_rest(Vec x, Vec square) { return {_mm512_fmsub_ps(x.v, x.v, square.v)}; }
/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return {_mm512_min_ps(a.v, b.v)}; }
static inline Vec max(Vec a, Vec b) { return {_mm512_max_ps(a.v, b.v)}; }
static inline Vec abs(Vec a) { return {_mm512_abs_ps(a.v)}; }
static inline Vec sqrt(Vec a) { return {_mm512_sqrt_ps(a.v)}; }
static inline Vec round(Vec a) { return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }

static inline Mask less(Vec a, Vec b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ); }
static inline Mask equal(Vec a, Vec b) { return _mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ); }
static inline Vec select(Mask mask, Vec yes, Vec no) { return {_mm512_mask_blend_ps(mask, no.v, yes.v)}; }
/// b where a > 0, else 0, by the sign of 0 - a: comparisons take turns with multiplications, this does not.
static inline Vec where_positive(Vec a, Vec b) {
  const __m512i negative = _mm512_castps_si512(_mm512_sub_ps(_mm512_setzero_ps(), a.v));
  return {_mm512_and_ps(_mm512_castsi512_ps(_mm512_srai_epi32(negative, 31)), b.v)};
}
static inline bool all(Mask mask) { return mask == 0xffff; }

/// 2^n for integers n in [-126, 127].
static inline Vec power_of_two(Vec n) {
  const __m512i exponent = _mm512_add_epi32(_mm512_cvtps_epi32(n.v), _mm512_set1_epi32(127));
  return {_mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23))};
}
/// a 2^n, n an integer.
static inline Vec scale(Vec a, Vec n) { return {_mm512_scalef_ps(a.v, n.v)}; }
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  mantissa.v = _mm512_getmant_ps(x.v, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  exponent.v = _mm512_getexp_ps(x.v);
}

/// In each block of four lanes, the sums over that block of the four rows (block_sums, folded_sums add up the blocks).
static inline Vec fold(const Vec (&rows)[4]) {
  const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(rows[0].v, rows[1].v), _mm512_unpackhi_ps(rows[0].v, rows[1].v));
  const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(rows[2].v, rows[3].v), _mm512_unpackhi_ps(rows[2].v, rows[3].v));
  const __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
  const __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
  return {_mm512_add_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high))};
}
/// The four sums over the blocks of one vector from `fold`.
static inline void block_sums(Vec folded, float* sums) {
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(folded.v), 1));
  const __m256 both = _mm256_add_ps(_mm512_castps512_ps256(folded.v), high);
  _mm_storeu_ps(sums, _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1)));
}
/// The sums over the blocks of four vectors from `fold`, one after the other.
static inline void folded_sums(const Vec (&folded)[4], float* sums) {
  const __m512 a = folded[0].v, b = folded[1].v, c = folded[2].v, d = folded[3].v;
  const __m512 ab = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  const __m512 cd = _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xee));
  _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd)));
}

/// Rows become columns: in pairs, in fours, then whole quarters of registers.
static inline void turn(Vec (&rows)[16]) {
  __m512 pairs[16], fours[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i].v, rows[i + 1].v);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i].v, rows[i + 1].v);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 4) {
#pragma GCC unroll 2
    for (int j = 0; j < 2; ++j) {
      const __m512d a = _mm512_castps_pd(pairs[i + j]), b = _mm512_castps_pd(pairs[i + j + 2]);
      fours[i + 2 * j] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
      fours[i + 2 * j + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
    }
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    const __m512 even = _mm512_shuffle_f32x4(fours[j], fours[j + 4], 0x88);
    const __m512 odd = _mm512_shuffle_f32x4(fours[j], fours[j + 4], 0xdd);
    const __m512 lower_even = _mm512_shuffle_f32x4(fours[j + 8], fours[j + 12], 0x88);
    const __m512 lower_odd = _mm512_shuffle_f32x4(fours[j + 8], fours[j + 12], 0xdd);
    rows[j].v = _mm512_shuffle_f32x4(even, lower_even, 0x88);
    rows[j + 4].v = _mm512_shuffle_f32x4(odd, lower_odd, 0x88);
    rows[j + 8].v = _mm512_shuffle_f32x4(even, lower_even, 0xdd);
    rows[j + 12].v = _mm512_shuffle_f32x4(odd, lower_odd, 0xdd);
  }
}

static inline float sum(Vec a) {
  const __m256 low = _mm512_castps512_ps256(a.v);
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.v), 1));
  const __m256 eight = _mm256_add_ps(low, high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_shuffle_ps(four, four, 1)));
}

}  // namespace avx512
}  // namespace basin
