/** The middle of many curves that end at different places: what a mean would hide where a few lie orders of magnitude away. */
import type { Curve } from './run-lines'

/** From so many curves on, the band leaves the outermost tenths out. */
const manyCurves = 10

/** Walks a curve along ascending x: its last value there. */
function stepper({ x, y }: Curve): (at: number) => number {
  let next = 0
  return (at) => {
    while (next < x.length && x[next]! <= at) next++
    return next === 0 ? NaN : y[next - 1]!
  }
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const rest = place - below
  return rest === 0 ? sorted[below]! : sorted[below]! + rest * (sorted[below + 1]! - sorted[below]!)
}

/**
 * Median of curves along the points of the one that reaches furthest; those that have ended count with their last value, those that have
 * not begun do not count, nor does what is not finite. The band: from lowest to highest, of ten curves or more from the 10th to the 90th
 * percentile.
 */
export function medianCurve(curves: readonly Curve[]): Curve | undefined {
  const reach = (curve: Curve): number => curve.x.at(-1) ?? -Infinity
  const begun = curves.filter((curve) => curve.x.length > 0)
  const [first, ...others] = [...begun].sort((a, b) => reach(b) - reach(a) || b.x.length - a.x.length)
  if (!first || others.length === 0) return first
  const { x } = first
  const [y, low, high] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
  const steppers = begun.map(stepper)
  const outermost = begun.length >= manyCurves ? 0.1 : 0
  for (let i = 0; i < x.length; i++) {
    const values = steppers.map((at) => at(x[i]!)).filter(Number.isFinite)
    values.sort((a, b) => a - b)
    const at = (share: number): number => (values.length === 0 ? NaN : quantile(values, share))
    y[i] = at(0.5)
    low[i] = at(outermost)
    high[i] = at(1 - outermost)
  }
  return { x, y, low, high }
}

/** What a subtitle says of so many curves. */
export function medianText(count: number): string {
  if (count < 2) return ''
  return `median of ${count}, band from ${count >= manyCurves ? 'the 10th to the 90th percentile' : 'lowest to highest'}`
}
