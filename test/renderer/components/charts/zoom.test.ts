import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineFigure } from '../../../../shared/figures/figure'
import { figureDrawing } from '../../../../shared/figures/chart'
import { shownScales, type AxisScales } from '../../../../shared/figures/figure-axes'
import { isZoomed, movedRange, noZoom, zoomTo, type Zoom } from '../../../../renderer/components/charts/zoom'

const figure: LineFigure = {
  type: 'lines',
  figureId: 'loss',
  title: 'Loss',
  subtitle: '',
  x: { label: 'epoch', scale: 'linear', canBeLog: true },
  y: { label: 'loss', scale: 'log', canBeLog: true },
  lines: [
    {
      key: 'a',
      name: 'a',
      legend: 'a',
      color: 0,
      style: 'line',
      x: Float64Array.of(1, 2, 3, 4),
      y: Float64Array.of(100, 10, 1, 0.1),
    },
  ],
  emptyText: 'nothing yet',
}
const linear = { x: 'linear', y: 'linear' } as const

/** What the axes show as they are drawn. */
function shownRanges(shown: LineFigure, scales: AxisScales, { x, y }: Zoom) {
  const ranges = { xRange: x, yRange: y ?? (x ? null : undefined) }
  const [plot] = figureDrawing(shown, { theme: 'light', width: 600, height: 300, scales, ...ranges }).plots
  return { x: plot!.x.range, y: plot!.y.range }
}

describe('zooming into a figure', () => {
  it('shows everything at first', () => {
    expect(isZoomed(noZoom)).toBe(false)
    const { x, y } = shownRanges(figure, { x: 'linear', y: 'log' }, noZoom)
    expect(x).toEqual([1, 4])
    expect(y[0]).toBeLessThanOrEqual(0.1)
    expect(y[1]).toBeGreaterThanOrEqual(100)
  })

  it('fits y to what lies within a range dragged along x', () => {
    const zoom = zoomTo(noZoom, { x: [2.5, 9], y: null }, shownRanges(figure, linear, noZoom))
    expect(zoom).toEqual({ x: [2.5, 4], y: null })
    const { y } = shownRanges(figure, linear, zoom)
    expect(y[1]).toBeLessThan(2)
    expect(isZoomed(zoom)).toBe(true)
  })

  it('keeps y where only x is dragged further, unless both are', () => {
    const shown = { x: [1, 4], y: [0, 100] } as const
    const both = zoomTo(noZoom, { x: [1, 2], y: [5, 50] }, shown)
    expect(both).toEqual({ x: [1, 2], y: [5, 50] })
    expect(zoomTo(both, { x: null, y: [10, 20] }, shown)).toEqual({ x: [1, 2], y: [10, 20] })
    expect(zoomTo(both, { x: [1.2, 1.4], y: null }, shown)).toEqual({ x: [1.2, 1.4], y: null })
  })

  it('stays as it was for a drag outside of what is shown', () => {
    expect(zoomTo(noZoom, { x: [7, 9], y: null }, { x: [1, 4], y: [0, 1] })).toBe(noZoom)
  })

  it('offers log scales only where they make sense', () => {
    const bounded = { ...figure, x: { ...figure.x, canBeLog: false } }
    expect(shownScales(bounded, { x: 'log', y: 'linear' })).toEqual({ x: 'linear', y: 'linear' })
    expect(shownScales(figure)).toEqual({ x: 'linear', y: 'log' })
  })

  it('moves and scales in the measure of the axis, and back again', () => {
    expect(movedRange([0, 10], 'linear', 0.5, 0)).toEqual([2.5, 7.5])
    expect(movedRange([0, 10], 'linear', 1, 0.25)).toEqual([2.5, 12.5])
    const [low, high] = movedRange([1, 100], 'log', 0.5, 0)
    expect([low, high / 10]).toEqual([expect.closeTo(Math.sqrt(10), 9), expect.closeTo(Math.sqrt(10), 9)])
    const range = fc.tuple(
      fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
      fc.double({ min: 1.1, max: 100, noNaN: true }),
    )
    fc.assert(
      fc.property(range, fc.constantFrom('linear' as const, 'log' as const), ([from, ratio], scale) => {
        const start = [from, from * ratio] as const
        const back = movedRange(movedRange(start, scale, 0.5, 0), scale, 2, 0)
        expect(back).toEqual([expect.closeTo(start[0], 6), expect.closeTo(start[1], 6)])
      }),
    )
  })
})
