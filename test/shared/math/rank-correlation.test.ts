import { expect, test } from 'vitest'
import { kendallTau } from '../../../shared/math/rank-correlation'

// prettier-ignore
const x = [-0.8, -1.3, -0.2, 0.4, 1.1, 0.1, -0.6, -0.8, 0.7, 1.6, 0.3, -1.2, -1.0, 1.6, 0.2, -1.7, -0.1, -1.2, -0.6, -0.5]
// prettier-ignore
const y = [-1.5, -0.7, -0.3, -0.2, 1.5, 0.9, -2.2, -1.1, -0.3, 1.4, -1.0, -1.2, -1.0, 1.3, -0.8, -2.1, -1.2, -2.6, -0.4, -1.6]

test("Kendall's τ-b is that of scipy.stats.kendalltau (SciPy 1.17), ties included", () => {
  expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(2 / 3, 15)
  expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910316, 15)
  expect(kendallTau(x, y)).toBeCloseTo(0.5522808051585132, 14)
})

test('only the order counts', () => {
  expect(kendallTau(x, x.map((value) => Math.exp(5 * value)))).toBe(1) // prettier-ignore
  expect(kendallTau([3, 1, 2], [-3, -1, -2])).toBe(-1)
})

test('what is not finite is left out', () => {
  expect(kendallTau([1, NaN, 2, Infinity, 3, 4], [10, 0, 20, 0, 30, NaN])).toBe(1)
})

test('there is none without an order', () => {
  expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNaN()
  expect(kendallTau([1], [1])).toBeNaN()
  expect(kendallTau([], [])).toBeNaN()
})
