import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LineFigure } from '../../../shared/figures/figure'
import { thinnedFigure } from '../../../shared/figures/thinning'

function figure(values: number[], scale: 'linear' | 'log' = 'linear'): LineFigure {
  const axis = { label: 'x', scale, canBeLog: true } as const
  const x = Float64Array.from(values, (_, i) => i + 1)
  const y = Float64Array.from(values)
  const line = { key: 'a', name: 'a', color: 0, style: 'line', legend: 'a', x, y } as const
  return { type: 'lines', figureId: 'f', title: 'F', subtitle: 'all', x: axis, y: axis, lines: [line], emptyText: '' }
}

it('a long line keeps its extremes and its end, on both scales', () => {
  const scale = fc.constantFrom('linear', 'log')
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 41, maxLength: 300 }), scale, (values, chosen) => {
      const [line] = thinnedFigure(figure(values, chosen), 40).lines
      expect(line!.x.length).toBeLessThanOrEqual(40)
      expect(Math.min(...line!.low!)).toBe(Math.min(...values))
      expect(Math.max(...line!.high!)).toBe(Math.max(...values))
      expect([line!.x.at(-1), line!.y.at(-1)]).toEqual([values.length, values.at(-1)])
      line!.y.forEach((last, i) => {
        expect(line!.low![i]!).toBeLessThanOrEqual(last)
        expect(line!.high![i]!).toBeGreaterThanOrEqual(last)
      })
    }),
  )
})

it('a short figure stays as it is and a thinned one says so', () => {
  const short = figure([1, 2, 3])
  expect(thinnedFigure(short, 3)).toBe(short)
  expect(thinnedFigure(short, 2).subtitle).toBe(
    'all; long lines drawn as the last, lowest and highest value of 2 stretches',
  )
})

it('gaps stay gaps only where a whole stretch is one', () => {
  const [line] = thinnedFigure(figure([NaN, NaN, 1, NaN]), 2).lines
  expect([[...line!.low!], [...line!.high!]]).toEqual([
    [NaN, 1],
    [NaN, 1],
  ])
})
