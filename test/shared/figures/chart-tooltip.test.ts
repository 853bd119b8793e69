import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { xLayout, yLayout } from '../../../shared/figures/axis-range'
import { nearestIndex, tooltipHtml, tooltipRows, type TooltipContext } from '../../../shared/figures/chart-tooltip'
import type { LineFigure } from '../../../shared/figures/figure'
import { madeFigure } from '../../support/made-figure'

function contextOf(figure: LineFigure, hidden: string[] = []): TooltipContext {
  const x = xLayout(figure, { tickCount: 5 })
  const y = yLayout(figure, x, { tickCount: 5 })
  return { theme: 'light', x, y, smoothing: 0, height: 300, top: 20, bottom: 40, hidden: new Set(hidden) }
}

it('the nearest index is the one of the least distance', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }),
      fc.integer({ min: -10, max: 1010 }),
      (some, x) => {
        const values = Float64Array.from(some).sort()
        const found = nearestIndex(values, x)
        expect(Math.abs(values[found]! - x)).toBe(Math.min(...[...values].map((value) => Math.abs(value - x))))
      },
    ),
  )
  expect(nearestIndex(new Float64Array(), 1)).toBe(-1)
})

describe('a tooltip', () => {
  const figure = madeFigure([
    { key: 'high', y: [1, 1, 1] },
    { key: 'low', y: [1e-4, 1e-4, 1e-4], low: [1e-5, 1e-5, 1e-5], high: [1e-3, 1e-3, 1e-3] },
    { key: 'middle', y: [1e-2, 1e-2, 1e-2] },
    { key: 'low, seed 0', legend: 'low', style: 'thin', y: [1, 1, 1] },
    { key: 'samples', style: 'points', y: [1, 1, 1] },
  ])
  const names = (pointer: number | undefined, hidden: string[] = []): string[] =>
    tooltipRows(figure, 2, pointer, contextOf(figure, hidden)).map((row) => row.line.name)

  it('lists curves by their distance from the pointer on the screen, from the top where it is unknown', () => {
    expect(names(undefined)).toEqual(['high', 'middle', 'low'])
    expect(names(0.1)).toEqual(['low', 'middle', 'high'])
    expect(names(0.55)).toEqual(['middle', 'low', 'high'])
  })

  it('leaves out what the legend has switched off', () => {
    expect(names(undefined, ['middle'])).toEqual(['high', 'low'])
  })

  it('finds curves that were sampled elsewhere, and none that has ended before', () => {
    const other = madeFigure([
      { key: 'whole', x: [0, 50, 100], y: [1, 2, 3] },
      { key: 'behind', x: [0, 10, 20], y: [4, 5, 6] },
      { key: 'dense', x: [48, 49.5, 51], y: [7, 8, 9] },
    ])
    const rows = tooltipRows(other, 50, undefined, contextOf(other))
    expect(rows.map(({ line, value }) => [line.name, value])).toEqual([
      ['dense', 8],
      ['whole', 2],
    ])
  })

  it('writes values and the edges of bands, and nothing of a name as markup', () => {
    const evil = madeFigure([
      { key: '<img src=x onerror=alert(1)>', y: [0.00012346, 2], low: [1e-5, 1], high: [1e-3, 3] },
    ])
    const html = tooltipHtml('epoch', [{ lines: evil.lines, context: contextOf(evil) }], 1)
    expect(html).toContain('epoch 1')
    expect(html).toContain('1.235e-4')
    expect(html).toContain('1e-5 to 0.001')
    expect(html).toContain('&lt;img')
    expect(html).not.toContain('<img')
  })

  it('counts the curves it has no room for', () => {
    const many = madeFigure(Array.from({ length: 40 }, (_, index) => ({ key: `m${index}`, y: [index + 1, 1] })))
    const html = tooltipHtml('epoch', [{ lines: many.lines, context: { ...contextOf(many), height: 200 } }], 1)
    expect(html.match(/<tr/g)).toHaveLength(8)
    expect(html).toContain('and 32 more')
  })
})
