import fc from 'fast-check'
import { expect, it } from 'vitest'
import { smoothed } from '../../../shared/figures/smoothing'

/** Weighted mean of all values so far, written out. */
function plain(values: number[], weight: number): number[] {
  return values.map((_, t) => {
    let sum = 0
    let total = 0
    for (let i = 0; i <= t; i++) {
      sum += weight ** (t - i) * values[i]!
      total += weight ** (t - i)
    }
    return sum / total
  })
}

it('smoothing is the exponentially weighted mean of all values so far, without bias at the start', () => {
  const value = fc.double({ min: -100, max: 100, noNaN: true })
  const weight = fc.double({ min: 0, max: 0.99, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), weight, (values, w) => {
      const expected = plain(values, w)
      smoothed(Float64Array.from(values), w).forEach((found, i) => expect(found).toBeCloseTo(expected[i]!, 8))
    }),
  )
})

it('a constant stays what it is from the first value on', () => {
  expect([...smoothed(Float64Array.of(3, 3, 3), 0.9)].map((value) => Number(value.toFixed(12)))).toEqual([3, 3, 3])
})

it('what is not finite stays in its place and leaves the others alone', () => {
  expect([...smoothed(Float64Array.of(1, NaN, Infinity, 1), 0.5)]).toEqual([1, NaN, Infinity, 1])
})
