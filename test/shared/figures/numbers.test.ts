import { expect, it } from 'vitest'
import { formatValue, linearLabels, logLabels } from '../../../shared/figures/numbers'

it.each([
  [0, '0'],
  [2.13456e-5, '2.135e-5'],
  [1e-4, '1e-4'],
  [0.07131, '0.07131'],
  [0.5, '0.5'],
  [97.3149, '97.31'],
  [1240, '1,240'],
  [-1234.56, '-1,235'],
  [60_000, '60,000'],
  [1.5e12, '1.5e12'],
  [3.5e30, '3.5e30'],
  [NaN, 'not a number'],
  [Infinity, '∞'],
])('%f is written %s', (value, text) => {
  expect(formatValue(value)).toBe(text)
})

it('labels of a linear axis are written alike', () => {
  expect(linearLabels([-1, -0.5, 0, 0.5, 1])).toEqual(['-1.0', '-0.5', '0', '0.5', '1.0'])
  expect(linearLabels([0, 500, 1000, 1500])).toEqual(['0', '500', '1,000', '1,500'])
  expect(linearLabels([0, 5000, 10_000, 15_000])).toEqual(['0', '5k', '10k', '15k'])
  expect(linearLabels([0, 2500, 5000, 7500, 10_000])).toEqual(['0', '2.5k', '5.0k', '7.5k', '10.0k'])
  expect(linearLabels([10_000, 10_020, 10_040])).toEqual(['10,000', '10,020', '10,040'])
  expect(linearLabels([0, 2e7, 4e7])).toEqual(['0', '20M', '40M'])
  expect(linearLabels([0, 2e-5, 4e-5])).toEqual(['0', '2e-5', '4e-5'])
})

it('labels of a log axis are powers of ten, plain near one', () => {
  expect(logLabels([1e-4, 1e-3, 1e-2, 0.1, 1])).toEqual(['1e-4', '1e-3', '1e-2', '1e-1', '1'])
  expect(logLabels([0.01, 0.1, 1, 10])).toEqual(['0.01', '0.1', '1', '10'])
  expect(logLabels([2e-5, 5e-5, 1e-4])).toEqual(['2e-5', '5e-5', '1e-4'])
  expect(logLabels([1, 100, 1e4, 1e6])).toEqual(['1', '100', '10k', '1M'])
  expect(logLabels([500, 2000, 1e4, 50_000, 5e5, 2e6])).toEqual(['500', '2k', '10k', '50k', '500k', '2M'])
  expect(logLabels([0.1, 10, 1000, 1e5])).toEqual(['1e-1', '10', '1e3', '1e5'])
})
