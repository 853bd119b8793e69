/** How alike two orders are. */

/**
 * Kendall's rank correlation τ-b (Kendall 1945): of all pairs, those in the same order in both less those in opposite order, over the pairs
 * that are not ties, √((pairs - ties in x) (pairs - ties in y)). From -1 to 1; the order of two independent columns gives about 0. Pairs of
 * which a number is not finite are left out beforehand.
 * @param x,y of one length [n]
 * @returns NaN where all numbers of a column are equal, or fewer than two pairs are finite
 */
export function kendallTau(x: readonly number[], y: readonly number[]): number {
  const known = x.flatMap((value, i) =>
    Number.isFinite(value) && Number.isFinite(y[i]) ? [[value, y[i]!] as const] : [],
  )
  let [agreement, untiedX, untiedY] = [0, 0, 0]
  for (let i = 1; i < known.length; i++) {
    for (let k = 0; k < i; k++) {
      const inX = Math.sign(known[i]![0] - known[k]![0])
      const inY = Math.sign(known[i]![1] - known[k]![1])
      agreement += inX * inY
      untiedX += Math.abs(inX)
      untiedY += Math.abs(inY)
    }
  }
  // 0 / 0 is NaN: no order to compare with.
  return agreement / Math.sqrt(untiedX * untiedY)
}
