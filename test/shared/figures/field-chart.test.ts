import { describe, expect, it } from 'vitest'
import { chartSubtitle, figureDrawing, type ChartSettings } from '../../../shared/figures/chart'
import { toPixels } from '../../../shared/figures/chart-frame'
import type { FieldFigure } from '../../../shared/figures/figure'
import { shapesOf, textsOf } from '../../support/drawn-shapes'
import { madeField, madeGrid, madePoints } from '../../support/made-figure'

const settings: ChartSettings = { theme: 'light', width: 600, height: 400 }
const draw = (figure: FieldFigure, changes: Partial<ChartSettings> = {}) =>
  figureDrawing(figure, { ...settings, ...changes })
const bowl = madeGrid(31, (x, y) => x * x + y * y)

describe('a field', () => {
  it('has a filled band for each colour of its bar, and values on its lines', () => {
    const drawing = draw(madeField(bowl))
    const bands = shapesOf(drawing, 'field').filter(({ type }) => type === 'path')
    const blocks = shapesOf(drawing, 'colors').filter(({ type, shape }) => type === 'rect' && shape!.width === 12)
    expect(bands.length).toBeGreaterThan(5)
    expect(blocks.map(({ style }) => style.fill)).toEqual(bands.map(({ style }) => style.fill))
    expect(textsOf(drawing, 'levels').length).toBeGreaterThan(3)
    for (const text of textsOf(drawing, 'levels')) expect(text).toMatch(/^\d(\.\d+)?$/)
  })

  it('writes no value over another', () => {
    const places = shapesOf(draw(madeField(bowl)), 'levels').map(({ x, y }) => [x!, y!] as const)
    places.forEach(([x, y], index) => {
      for (const [otherX, otherY] of places.slice(index + 1))
        expect(Math.hypot(otherX - x, otherY - y)).toBeGreaterThan(40)
    })
  })

  it('is cells while it is coarse, one for each sample', () => {
    const coarse = madeGrid(5, (x, y) => x + y)
    const cells = shapesOf(draw(madeField(coarse)), 'field')
    expect(cells.map(({ type }) => type)).toEqual(Array(25).fill('rect'))
    const known = { ...coarse, values: coarse.values.map((value, i) => (i === 12 ? NaN : value)) }
    expect(shapesOf(draw(madeField(known)), 'field')).toHaveLength(24)
  })

  it('says what a log scale of its values leaves out', () => {
    const field = madeField(madeGrid(9, (x) => x))
    expect(chartSubtitle(field, { scales: { color: 'log' } })).toBe(
      'two random directions; 45 values not above zero left out',
    )
    expect(chartSubtitle(field, {})).toBe('two random directions')
  })

  it('keeps a unit as long along both axes by giving up room, also where it was zoomed into', () => {
    const wide = { ...bowl, xs: bowl.xs.map((x) => 3 * x) }
    const field = madeField(wide, { equalScales: true })
    for (const changes of [{}, { width: 400, height: 700 }, { xRange: [-1, 1], yRange: [-0.1, 0.1] } as const]) {
      const [plot] = draw(field, changes).plots
      const units = [plot!.width / (plot!.x.range[1] - plot!.x.range[0]), plot!.height / (plot!.y.range[1] - plot!.y.range[0])] // prettier-ignore
      expect(units[0]! / units[1]!).toBeCloseTo(1, 9)
      expect(plot!.x.range[0]).toBeGreaterThanOrEqual(-3)
      expect(plot!.left + plot!.width).toBeLessThan(changes.width ?? 600)
    }
  })

  it('knows its value everywhere, and nothing outside', () => {
    const drawing = draw(madeField(madeGrid(9, (x, y) => 3 * x + y)))
    const [left, top] = toPixels(drawing.plots[0]!, 0.5, -0.25)
    const found = drawing.valueAt!(left, top)!
    expect([found.x, found.y, found.value]).toEqual([0.5, -0.25, 1.25].map((value) => expect.closeTo(value, 9)))
    expect(drawing.valueAt!(2, 2)).toBeNull()
  })

  it('has ways on top, with paper around them, that can be pointed at', () => {
    const path = madePoints({ x: [0.9, 0.1, 5], y: [0.9, 0.1, 5], joined: true })
    const drawing = draw(madeField(bowl, { paths: [path] }))
    const lines = shapesOf(drawing, 'path:A').filter(({ type }) => type === 'polyline')
    expect(lines[0]!.style.stroke).toBe('#ffffff')
    expect(drawing.targets.map(({ index }) => index)).toEqual([0, 1])
  })

  it('says what will come while nothing is known', () => {
    const empty = draw(madeField(madeGrid(5, () => NaN)))
    expect(JSON.stringify(empty.option.title)).toContain('appears with the first points')
    expect(draw(madeField({ xs: new Float64Array(), ys: new Float64Array(), values: new Float64Array() })).plots).toEqual([]) // prettier-ignore
  })

  it('can be all of one value', () => {
    const drawing = draw(madeField(madeGrid(9, () => 2)))
    expect(shapesOf(drawing, 'field').length).toBeGreaterThan(0)
    expect(JSON.stringify(shapesOf(drawing, 'field'))).not.toMatch(/NaN|null/)
  })
})
