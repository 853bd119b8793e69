import fc from 'fast-check'
import { expect, it } from 'vitest'
import { computedGrid, contourLevels, fieldAt, hasContours } from '../../../shared/figures/field-grid'
import { madeGrid } from '../../support/made-figure'

it('a coarse pass over a fine grid is a small grid', () => {
  const fine = madeGrid(9, (x, y) => x + 10 * y)
  const coarse = { ...fine, values: fine.values.map((v, i) => (i % 2 === 0 && Math.floor(i / 9) % 4 === 0 ? v : NaN)) }
  const { xs, ys, values } = computedGrid(coarse)
  expect([...xs]).toEqual([-1, -0.5, 0, 0.5, 1])
  expect([...ys]).toEqual([-1, 0, 1])
  expect([...values]).toEqual([-1, 0, 1].flatMap((y) => [-1, -0.5, 0, 0.5, 1].map((x) => x + 10 * y)))
  expect(computedGrid(fine)).toEqual(fine)
})

it('contours wait until most of a field is known', () => {
  const grid = madeGrid(10, (x, y) => x * y)
  expect(hasContours(grid, 'linear')).toBe(true)
  expect(hasContours(grid, 'log')).toBe(false)
  expect(
    hasContours(
      madeGrid(7, () => 1),
      'linear',
    ),
  ).toBe(false)
  expect(hasContours({ ...grid, values: grid.values.map((v, i) => (i % 2 ? NaN : v)) }, 'linear')).toBe(false)
})

it('levels are round, inside the range, ascending and neither few nor many', () => {
  expect(contourLevels([0, 890], 'linear')).toEqual([100, 200, 300, 400, 500, 600, 700, 800])
  expect(contourLevels([0.01, 1000], 'log')).toEqual([0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300])
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 1e3, noNaN: true }),
      fc.double({ min: 1.01, max: 1e12, noNaN: true }),
      fc.constantFrom('linear' as const, 'log' as const),
      (low, ratio, scale) => {
        const levels = contourLevels([low, low * ratio], scale)
        expect(levels.length).toBeGreaterThanOrEqual(1)
        expect(levels.length).toBeLessThanOrEqual(15)
        levels.forEach((level, i) => {
          expect(level).toBeGreaterThan(i > 0 ? levels[i - 1]! : low)
          expect(level).toBeLessThan(low * ratio)
        })
      },
    ),
  )
})

it('a field between its samples is bilinear, and unknown outside or beside what is not computed', () => {
  const grid = madeGrid(5, (x, y) => 1 + 2 * x - 3 * y + 4 * x * y)
  const place = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(place, place, (x, y) => {
      expect(fieldAt(grid, x, y)).toBeCloseTo(1 + 2 * x - 3 * y + 4 * x * y, 9)
    }),
  )
  expect(fieldAt(grid, 1.1, 0)).toBeUndefined()
  expect(fieldAt({ ...grid, values: grid.values.fill(NaN, 12, 13) }, 0.1, 0.1)).toBeUndefined()
})
