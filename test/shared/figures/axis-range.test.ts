import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearTicks, logTicks, xLayout, yLayout } from '../../../shared/figures/axis-range'
import type { Line, LineFigure } from '../../../shared/figures/figure'

function line(x: number[], y: number[], edges: { low?: number[]; high?: number[] } = {}): Line {
  const band = edges.low && edges.high ? { low: Float64Array.from(edges.low), high: Float64Array.from(edges.high) } : {}
  return {
    key: 'a',
    name: 'a',
    color: 0,
    style: 'line',
    legend: 'a',
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    ...band,
  }
}

function figure(lines: Line[]): LineFigure {
  const axis = { label: 'x', scale: 'linear', canBeLog: true } as const
  return {
    type: 'lines',
    figureId: 'f',
    title: 'F',
    subtitle: '',
    x: axis,
    y: { ...axis, label: 'y' },
    lines,
    emptyText: 'empty',
  }
}

describe('ticks', () => {
  it('of a linear axis are round, inside, evenly spaced and not too many', () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        end,
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 2, max: 10 }),
        (from, width, count) => {
          const ticks = linearTicks([from, from + width], count)
          const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : width
          expect(ticks.length).toBeLessThanOrEqual(count + 1)
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(from - step * 1e-3)
            expect(tick).toBeLessThanOrEqual(from + width + step * 1e-3)
          }
        },
      ),
    )
    expect(linearTicks([-1, 1], 5)).toEqual([-1, -0.5, 0, 0.5, 1])
    expect(linearTicks([1, 5], 8, 1)).toEqual([1, 2, 3, 4, 5])
  })

  it('of a log axis are decades where there are some, parts of them where there are few', () => {
    expect(logTicks([3e-6, 0.2], 6)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1])
    expect(logTicks([1e-12, 1], 5)).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1])
    expect(logTicks([0.015, 0.7], 6)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5])
    expect(logTicks([3.1, 3.9], 4)).toEqual([3.2, 3.4, 3.6, 3.8])
  })
})

describe('the range of an axis', () => {
  it('holds every value and band, and nothing that a log scale cannot show', () => {
    const made = figure([line([0, 1, 2], [-1, 0.5, 2], { low: [-3, 0.1, 1], high: [0, 0.7, 8] })])
    const x = xLayout(made, { tickCount: 5 })
    expect(x.range).toEqual([0, 2])
    const linear = yLayout(made, x, { tickCount: 5 })
    expect(linear.range[0]).toBeCloseTo(-3.55, 10)
    expect(linear.range[1]).toBeCloseTo(8.55, 10)
    const log = yLayout(made, x, { tickCount: 5, scale: 'log' })
    expect(log.range[0]).toBeGreaterThan(0)
    expect(log.range[0]).toBeLessThan(0.1)
    expect(log.range[1]).toBeGreaterThan(8)
  })

  it('is what was zoomed into, with y fitted to what is seen', () => {
    const made = figure([line([0, 1, 2, 3], [1000, 1, 2, -1000])])
    const x = xLayout(made, { tickCount: 5, range: [0.5, 2.5] })
    expect(x.range).toEqual([0.5, 2.5])
    expect(yLayout(made, x, { tickCount: 5 }).range).toEqual([0.95, 2.05])
    expect(yLayout(made, x, { tickCount: 5, range: [0, 10] }).range).toEqual([0, 10])
  })

  it('has a width even for a single value, or none', () => {
    for (const lines of [[line([5], [3])], [line([5], [0])], [line([1], [NaN])], []]) {
      for (const scale of ['linear', 'log'] as const) {
        const x = xLayout(figure(lines), { tickCount: 5, scale })
        const y = yLayout(figure(lines), x, { tickCount: 5, scale })
        expect(x.range[1]).toBeGreaterThan(x.range[0])
        expect(y.range[1]).toBeGreaterThan(y.range[0])
      }
    }
  })

  it('has a tick with its name for each category, whatever is zoomed', () => {
    const made = {
      ...figure([line([1], [1])]),
      y: { label: 'y', scale: 'linear', canBeLog: false, categories: ['a', 'b', 'c'] },
    } as const
    const x = xLayout(made, { tickCount: 5 })
    const layout = { scale: 'linear', range: [-0.5, 2.5], ticks: [0, 1, 2], labels: ['a', 'b', 'c'] }
    expect(yLayout(made, x, { tickCount: 2 })).toEqual(layout)
    expect(yLayout(made, x, { tickCount: 2, range: [0, 1], scale: 'log' })).toEqual(layout)
  })
})
