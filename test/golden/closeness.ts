/**
 * How far computed numbers are from what they should be. Rounding makes errors relative to the numbers that went into a sum, not to
 * the sum, which may be small where they cancel; so "relative" needs a floor. Both measures are used:
 *
 * - by numbers: |a - e| / max(|e|, floor · largest |e| of the tensor), the largest over all numbers;
 * - by norms: ‖a - e‖ / max(‖e‖, floor · norm of all tensors), the largest over all tensors. A tensor whose exact value is zero
 *   (the bias before a batch normalisation has no gradient) is so measured by the others.
 */
import { parameterLayout, type Model } from '../../shared/models/model'

const defaultFloor = 0.2

/** By numbers. NaN counts as infinitely wrong. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = defaultFloor): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} values where ${expected.length} were expected`)
  let largest = 0
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!))
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(Math.abs(expected[i]!), floor * largest, 1e-37)
    if (Number.isNaN(error)) return Infinity
    worst = Math.max(worst, error)
  }
  return worst
}

function norm(values: ArrayLike<number>, minus?: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - (minus?.[i] ?? 0)) ** 2
  return Math.sqrt(sum)
}

/** By norm, of one tensor. */
export function normError(actual: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
  const error = norm(actual, expected) / Math.max(norm(expected), least, 1e-37)
  return Number.isNaN(error) ? Infinity : error
}

/** Parameters or gradients [P] of a model: the worse of both measures over its tensors (weights and biases of each layer). */
export function vectorError(model: Model, actual: Float32Array | Float64Array, expected: readonly number[]): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} values where ${expected.length} were expected`)
  const whole = norm(expected)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  let worst = 0
  for (const { weightOffset, biasOffset, outputs } of parameterLayout(model)) {
    for (const [from, to] of [
      [weightOffset, biasOffset],
      [biasOffset, biasOffset + outputs],
    ] as const) {
      const [a, e] = [actual.subarray(from, to), expected.slice(from, to)]
      worst = Math.max(worst, normError(a, e, defaultFloor * whole))
      // Of a tensor that is as good as zero, single digits say nothing.
      if (norm(e) > 1e-6 * largest) worst = Math.max(worst, largestError(a, e))
    }
  }
  return worst
}
