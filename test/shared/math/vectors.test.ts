import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allFinite, euclideanNorm } from '../../../shared/math/vectors'

describe('the Euclidean norm', () => {
  it('is the root of the sum of squares', () => {
    expect(euclideanNorm([3, 0, -4])).toBe(5)
    expect(euclideanNorm(Float32Array.of(-2))).toBe(2)
    expect(euclideanNorm([])).toBe(0)
    expect(euclideanNorm([0, -0])).toBe(0)
  })

  it('grows with the numbers where their squares are too large or too small for float64', () => {
    const exponent = fc.integer({ min: -1000, max: 1000 })
    const numbers = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(numbers, exponent, (values, power) => {
        // Whole eighths, so that no number loses digits to its exponent.
        const whole = values.map((value) => Math.round(value * 8))
        const expected = euclideanNorm(whole) * 2 ** power
        const norm = euclideanNorm(whole.map((value) => value * 2 ** power))
        expect(Math.abs(norm - expected)).toBeLessThanOrEqual(1e-14 * expected)
      }),
    )
  })

  it('says where there is no norm', () => {
    expect(euclideanNorm([1, -Infinity])).toBe(Infinity)
    expect(euclideanNorm([NaN, 1])).toBeNaN()
    expect(euclideanNorm([Infinity, NaN])).toBeNaN()
  })
})

describe('numbers are all finite', () => {
  it('also when they are large, small or none', () => {
    expect(allFinite([])).toBe(true)
    expect(allFinite(Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -0))).toBe(true)
  })

  it.each([NaN, Infinity, -Infinity])('unless one is %s, wherever it stands', (value) => {
    for (const at of [0, 4, 9]) expect(allFinite(new Float32Array(10).fill(at + 1).fill(value, at, at + 1))).toBe(false)
  })
})
