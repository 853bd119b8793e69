/** Names of instruction sets as their makers write them; unknown ones stay as they are. */
const titles: Record<string, string> = { avx512: 'AVX-512', avx2: 'AVX2', neon: 'NEON', baseline: 'plain' }

export function simdTitle(simd: string): string {
  return titles[simd] ?? simd
}
