import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartSubtitle, figureDrawing, type ChartSettings } from '../../../shared/figures/chart'
import { fromPixels } from '../../../shared/figures/chart-frame'
import { rampColor } from '../../../shared/figures/color-ramp'
import type { ScatterFigure } from '../../../shared/figures/figure'
import { groupStroke } from '../../../shared/figures/palette'
import { seriesOf, shapesOf, textsOf } from '../../support/drawn-shapes'
import { madeLine, madeScatter } from '../../support/made-figure'

const settings: ChartSettings = { theme: 'light', width: 600, height: 400 }
const draw = (figure: ScatterFigure, changes: Partial<ChartSettings> = {}) =>
  figureDrawing(figure, { ...settings, ...changes })
const color = { label: 'gradient norm', scale: 'log', canBeLog: true } as const

describe('a scatter plot', () => {
  it('knows where each point is', () => {
    const value = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), (points) => {
        const figure = madeScatter([{ x: points.map(([x]) => x), y: points.map(([, y]) => y) }])
        const { targets, plots } = draw(figure, { scales: { y: 'log' } })
        expect(targets.map(({ key, index }) => [key, index])).toEqual(points.map((_, index) => ['A', index]))
        targets.forEach(({ x, y }, index) => {
          const [atX, atY] = fromPixels(plots[0]!, x, y)
          expect(atX / points[index]![0]).toBeCloseTo(1, 6)
          expect(atY / points[index]![1]).toBeCloseTo(1, 6)
        })
      }),
    )
  })

  it('colours points by their values, hollow in their own colour where there is none', () => {
    const figure = madeScatter([{ x: [1, 2, 3, 4], y: [1, 2, 3, 4], values: [1e-6, 1e-2, NaN, 0] }], { color })
    const circles = shapesOf(draw(figure), 'points:A')
    const own = groupStroke(0, 'light').color
    expect(circles.map(({ style }) => [style.fill, style.stroke])).toEqual([
      [rampColor(0, 'light'), '#ffffff'],
      [rampColor(1, 'light'), '#ffffff'],
      ['#ffffff', own],
      ['#ffffff', own],
    ])
    expect(chartSubtitle(figure, {})).toBe('one dot a training; 1 hollow: gradient norm not above zero')
    expect(chartSubtitle(figure, { scales: { color: 'linear' } })).toBe('one dot a training')
    expect(textsOf(draw(figure), 'colors')).toEqual(expect.arrayContaining(['1e-4', 'gradient norm']))
  })

  it('leaves out what a log axis cannot show, and says so', () => {
    const figure = madeScatter([{ x: [1, 2, 3], y: [-1, 0, 5] }])
    expect(draw(figure, { scales: { y: 'log' } }).targets.map(({ index }) => index)).toEqual([2])
    expect(chartSubtitle(figure, { scales: { y: 'log' } })).toBe('one dot a training; 2 points not above zero left out')
  })

  it('makes a unit as long along both axes where it is asked to', () => {
    const figure = madeScatter([{ x: [0, 10], y: [0, 1] }], { equalScales: true })
    for (const width of [300, 600, 1200]) {
      const [plot] = draw(figure, { width }).plots
      const unit = (range: readonly [number, number], pixels: number) => pixels / (range[1] - range[0])
      expect(unit(plot!.x.range, plot!.width) / unit(plot!.y.range, plot!.height)).toBeCloseTo(1, 1)
      expect(plot!.x.range[0]).toBeLessThan(0)
      expect(plot!.x.range[1]).toBeGreaterThan(10)
    }
    const [stretched] = draw({ ...figure, equalScales: false }).plots
    expect(stretched!.y.range[1]).toBeLessThan(1.2)
  })

  it('draws a way as a line that grows clearer, with a ring at its start', () => {
    const figure = madeScatter([{ x: [0, 1, 2, 3], y: [0, 1, 0, 1], joined: true, labels: ['', '', '', '97.3'] }])
    const drawing = draw(figure)
    const shapes = shapesOf(drawing, 'points:A')
    const opacities = shapes.filter(({ type }) => type === 'polyline').map(({ style }) => style.opacity as number)
    expect(opacities).toHaveLength(3)
    expect(opacities).toEqual([...opacities].sort((a, b) => a - b))
    expect(shapes.filter(({ type, style }) => type === 'circle' && style.fill === 'none')).toHaveLength(1)
    expect(shapes.filter(({ type }) => type === 'polygon')).toHaveLength(1)
    expect(textsOf(drawing, 'labels')).toEqual(['97.3'])
  })

  it('breaks a way where a point is missing', () => {
    const figure = madeScatter([{ x: [0, 1, NaN, 3, 4], y: [0, 1, 2, 3, 4], joined: true }])
    const lines = shapesOf(draw(figure), 'points:A').filter(({ type }) => type === 'polyline')
    expect(lines).toHaveLength(2)
  })

  it('has an entry for each name and leaves out what is switched off', () => {
    const line = madeLine({ key: 'bound', legend: 'bound', style: 'dashed', y: [1, 2] })
    const figure = madeScatter([{ x: [1], y: [1] }, { key: 'B', x: [100], y: [2] }], { lines: [line] }) // prettier-ignore
    const drawing = draw(figure, { hidden: new Set(['B']) })
    const [legend] = drawing.option.legend as { data: { name: string }[]; selected: object }[]
    expect(legend!.data.map(({ name }) => name)).toEqual(['A', 'B', 'bound'])
    expect(legend!.selected).toEqual({ A: true, B: false, bound: true })
    expect(drawing.targets.map(({ key }) => key)).toEqual(['A'])
    expect(drawing.plots[0]!.x.range[1]).toBeLessThan(10)
  })

  it('shows only what was zoomed into', () => {
    const figure = madeScatter([{ x: [0, 1, 2], y: [0, 1, 2], labels: ['a', 'b', 'c'] }])
    const drawing = draw(figure, { xRange: [0.5, 1.5], yRange: [0.5, 1.5] })
    expect(drawing.plots[0]!.x.range).toEqual([0.5, 1.5])
    expect(drawing.targets.map(({ index }) => index)).toEqual([1])
    expect(textsOf(drawing, 'labels')).toEqual(['b'])
  })

  it('is the same option for the same figure, never moves, and says what will come while it is empty', () => {
    const figure = madeScatter([{ x: [1], y: [1], values: [1] }], { color })
    expect(JSON.stringify(draw(figure))).toBe(JSON.stringify(draw(figure)))
    for (const series of seriesOf(draw(figure))) expect(series.animation).toBe(false)
    const empty = draw(madeScatter([{ x: [], y: [] }]))
    expect(JSON.stringify(empty.option.title)).toContain('appears with the first training')
    expect([empty.plots, empty.targets]).toEqual([[], []])
  })
})
