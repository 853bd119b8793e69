// Eight floats in an AVX register, with fused multiply-add.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace basin {
namespace avx2 {

struct Vec {
  using Real = float;
  static constexpr int lanes = 8;
  /// Twelve of sixteen registers hold sums.
  static constexpr int tileRows = 6;
  static constexpr int tileVectors = 2;
  /// Outputs and inputs of a weight gradient's tile.
  static constexpr int dotOutputs = 3;
  static constexpr int dotInputs = 4;
  /// Depth of a product that keeps B's vectors in registers (narrow.h).
  static constexpr int narrowDepth = 0;
  __m256 v;
};
struct Mask {
  __m256 m;
};

static inline Vec load(const float* p) { return {_mm256_loadu_ps(p)}; }
static inline void store(float* p, Vec a) { _mm256_storeu_ps(p, a.v); }
static inline __m256i first_lanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline Vec load_partial(const float* p, int count) { return {_mm256_maskload_ps(p, first_lanes(count))}; }
static inline void store_partial(float* p, Vec a, int count) { _mm256_maskstore_ps(p, first_lanes(count), a.v); }
static inline Vec set(float a) { return {_mm256_set1_ps(a)}; }

static inline Vec operator+(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
static inline Vec operator-(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
static inline Vec operator*(Vec a, Vec b) { return {_mm256_mul_ps(a.v, b.v)}; }
static inline Vec operator/(Vec a, Vec b) { return {_mm256_div_ps(a.v, b.v)}; }
/// a b + c
static inline Vec multiply_add(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
/// c - a b
static inline Vec negative_multiply_add(Vec a, Vec b, Vec c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
/// What rounding took from square = x x.
static inline Vec square_rest(Vec x, Vec square) { return {_mm256_fmsub_ps(x.v, x.v, square.v)}; }
/// The second operand where one is not a number: pass the variable second to keep NaN.
static inline Vec min(Vec a, Vec b) { return {_mm256_min_ps(a.v, b.v)}; }
static inline Vec max(Vec a, Vec b) { return {_mm256_max_ps(a.v, b.v)}; }
static inline Vec abs(Vec a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
static inline Vec sqrt(Vec a) { return {_mm256_sqrt_ps(a.v)}; }
static inline Vec round(Vec a) { return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)}; }

static inline Mask less(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
static inline Mask equal(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
static inline Vec select(Mask mask, Vec yes, Vec no) { return {_mm256_blendv_ps(no.v, yes.v, mask.m)}; }
/// b where a > 0, else 0.
static inline Vec where_positive(Vec a, Vec b) { return {_mm256_and_ps(_mm256_cmp_ps(_mm256_setzero_ps(), a.v, _CMP_LT_OQ), b.v)}; }
static inline bool all(Mask mask) { return _mm256_movemask_ps(mask.m) == 0xff; }

/// 2^n for integers n in [-126, 127].
static inline Vec power_of_two(Vec n) {
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127));
  return {_mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23))};
}
/// a 2^n, n an integer in [-252, 254]; in two steps, because 2^128 is no float.
static inline Vec scale(Vec a, Vec n) {
  const Vec half = round(n * set(0.5f));
  return a * power_of_two(half) * power_of_two(n - half);
}
/// x = mantissa 2^exponent for normal x > 0, mantissa in [1, 2).
static inline void split(Vec x, Vec& mantissa, Vec& exponent) {
  const __m256i bits = _mm256_castps_si256(x.v);
  exponent.v = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(127)));
  const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi32(0x007fffff));
  mantissa.v = _mm256_castsi256_ps(_mm256_or_si256(fraction, _mm256_set1_epi32(0x3f800000)));
}

/// In each block of four lanes, the sums over that block of the four rows (block_sums, folded_sums add up the blocks).
static inline Vec fold(const Vec (&rows)[4]) {
  const __m256 ab = _mm256_add_ps(_mm256_unpacklo_ps(rows[0].v, rows[1].v), _mm256_unpackhi_ps(rows[0].v, rows[1].v));
  const __m256 cd = _mm256_add_ps(_mm256_unpacklo_ps(rows[2].v, rows[3].v), _mm256_unpackhi_ps(rows[2].v, rows[3].v));
  const __m256d low = _mm256_unpacklo_pd(_mm256_castps_pd(ab), _mm256_castps_pd(cd));
  const __m256d high = _mm256_unpackhi_pd(_mm256_castps_pd(ab), _mm256_castps_pd(cd));
  return {_mm256_add_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high))};
}
/// The four sums over the blocks of one vector from `fold`.
static inline void block_sums(Vec folded, float* sums) {
  _mm_storeu_ps(sums, _mm_add_ps(_mm256_castps256_ps128(folded.v), _mm256_extractf128_ps(folded.v, 1)));
}
/// The sums over the blocks of two vectors from `fold`, one after the other.
static inline void folded_sums(const Vec (&folded)[2], float* sums) {
  const __m256 a = folded[0].v, b = folded[1].v;
  _mm256_storeu_ps(sums, _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31)));
}

/// Rows become columns: in pairs, in fours, then whole halves of registers.
static inline void turn(Vec (&rows)[8]) {
  __m256 fours[8];
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4) {
    const __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(rows[i].v, rows[i + 1].v));
    const __m256d b = _mm256_castps_pd(_mm256_unpackhi_ps(rows[i].v, rows[i + 1].v));
    const __m256d c = _mm256_castps_pd(_mm256_unpacklo_ps(rows[i + 2].v, rows[i + 3].v));
    const __m256d d = _mm256_castps_pd(_mm256_unpackhi_ps(rows[i + 2].v, rows[i + 3].v));
    fours[i] = _mm256_castpd_ps(_mm256_unpacklo_pd(a, c));
    fours[i + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(a, c));
    fours[i + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(b, d));
    fours[i + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(b, d));
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    rows[j].v = _mm256_permute2f128_ps(fours[j], fours[j + 4], 0x20);
    rows[j + 4].v = _mm256_permute2f128_ps(fours[j], fours[j + 4], 0x31);
  }
}

static inline float sum(Vec a) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_shuffle_ps(four, four, 1)));
}

}  // namespace avx2
}  // namespace basin
