import { expect, it } from 'vitest'
import { medianCurve, medianText } from '../../../shared/figures/quantile-curve'
import type { Curve } from '../../../shared/figures/run-lines'

function curve(x: number[], y: number[]): Curve {
  return { x: Float64Array.from(x), y: Float64Array.from(y) }
}

it('curves that have ended count with their last value, others once they have begun', () => {
  const found = medianCurve([curve([1, 2, 3, 4], [8, 6, 4, 2]), curve([1, 2], [9, 1]), curve([3], [100])])!
  expect([...found.x]).toEqual([1, 2, 3, 4])
  expect([...found.y]).toEqual([8.5, 3.5, 4, 2])
  expect([...found.low!]).toEqual([8, 1, 1, 1])
  expect([...found.high!]).toEqual([9, 6, 100, 100])
})

it('the band of many curves leaves the outermost tenths out, and what is not finite does not count', () => {
  const many = Array.from({ length: 11 }, (_, i) => curve([1], [i * 10]))
  const { y, low, high } = medianCurve([...many, curve([1], [Infinity]), curve([1], [NaN])])!
  expect([y[0], low![0], high![0]]).toEqual([50, 10, 90])
  expect(medianText(11)).toBe('median of 11, band from the 10th to the 90th percentile')
  expect(medianText(3)).toBe('median of 3, band from lowest to highest')
})

it('one curve stays as it is, and none gives none', () => {
  const only = curve([1, 2], [3, 4])
  expect(medianCurve([only])).toBe(only)
  expect(medianCurve([])).toBeUndefined()
  expect(medianText(1)).toBe('')
})
