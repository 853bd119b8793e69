import { describe, expect, it } from 'vitest'
import { chartSubtitle, figureDrawing, type ChartSettings } from '../../../shared/figures/chart'
import type { StackedFigure } from '../../../shared/figures/figure'
import { thinnedFigure } from '../../../shared/figures/thinning'
import { seriesOf, shapesOf, textsOf } from '../../support/drawn-shapes'
import { madeLine, madeStacked } from '../../support/made-figure'

const settings: ChartSettings = { theme: 'light', width: 600, height: 500 }
const draw = (figure: StackedFigure, changes: Partial<ChartSettings> = {}) =>
  figureDrawing(figure, { ...settings, ...changes })
const both = (changes: Partial<StackedFigure> = {}) =>
  madeStacked({ loss: [{ y: [1, 0.1, 0.01] }], gradient: [{ x: [1, 2, 10], y: [3, 2, 1] }] }, changes)

describe('panels above each other', () => {
  it('share their x axis and lie exactly below each other', () => {
    const { plots, option } = draw(both())
    const [upper, lower] = plots
    expect(upper!.x).toBe(lower!.x)
    expect(upper!.x.range).toEqual([1, 10])
    expect([upper!.left, upper!.width]).toEqual([lower!.left, lower!.width])
    expect(upper!.top + upper!.height).toBeLessThan(lower!.top)
    expect(lower!.top + lower!.height).toBeLessThanOrEqual(500 - 44)
    expect((option.xAxis as { name: string }[]).map(({ name }) => name)).toEqual(['', 'iteration'])
    expect((option as { axisPointer?: unknown }).axisPointer).toEqual({ link: [{ xAxisIndex: 'all' }] })
  })

  it('fit each y axis to its own lines within the shown x', () => {
    const { plots } = draw(both(), { xRange: [0.5, 1.5] })
    expect(plots.map(({ y }) => y.range[0] > 0.3 && y.range[1] < 10)).toEqual([true, true])
    expect(draw(both()).plots[0]!.y.range[0]).toBeLessThan(0.01)
    expect(plots[0]!.x.range).toEqual([0.5, 1.5])
  })

  it('have series of their own, on axes of their own', () => {
    const lines = seriesOf(draw(both())).filter(({ type }) => (type as string) === 'line')
    const places = lines.map((series) => [series.id, series.xAxisIndex, series.yAxisIndex])
    expect(places).toEqual([
      ['loss/line:A', 0, 0],
      ['gradient/line:A', 1, 1],
    ])
  })

  it('have a scale of their own each', () => {
    const { plots } = draw(both(), { scales: { 'y:loss': 'linear' } })
    expect(plots.map(({ y }) => y.scale)).toEqual(['linear', 'log'])
    const negative = madeStacked({ loss: [{ y: [1, -1] }], gradient: [{ y: [1, 0] }] })
    expect(chartSubtitle(negative, {})).toBe('each iteration; 2 values not above zero left out')
    expect(chartSubtitle(negative, { scales: { 'y:loss': 'linear' } })).toBe(
      'each iteration; 1 value not above zero left out',
    )
    const around = { y: [1, 2], low: [-1, 0], high: [2, 3] }
    expect(chartSubtitle(madeStacked({ loss: [around], gradient: [around] }), {})).toBe('each iteration')
  })

  it('list the values of every panel in one tooltip, and nothing of a name as markup', () => {
    const figure = madeStacked({ '<b>loss': [{ key: '<img>', y: [1, 2] }], gradient: [{ y: [5, 7] }] })
    const { formatter } = draw(figure).option.tooltip as { formatter: (parameters: object[]) => string }
    const html = formatter([{ axisValue: 2 }])
    expect(html).toContain('iteration 2')
    expect(html).toContain('>2<')
    expect(html).toContain('>7<')
    expect(html).toContain('&lt;b&gt;loss')
    expect(html).toContain('&lt;img&gt;')
    expect(html).not.toMatch(/<img|<b>/)
  })

  it('write marks above the first panel and draw them through all', () => {
    const marks = [
      { x: 2, text: 'switch to the gradient norm' },
      { x: 2.05, text: 'too near to be written' },
      { x: 99, text: 'not shown' },
    ]
    const drawing = draw(both({ marks }))
    expect(textsOf(drawing, 'marks:loss')).toEqual(['switch to the gradient norm'])
    expect(textsOf(drawing, 'marks:gradient')).toEqual([])
    const lines = (id: string) => shapesOf(drawing, id).filter(({ type }) => type === 'polyline')
    expect([lines('marks:loss'), lines('marks:gradient')].map((some) => some.length)).toEqual([2, 2])
  })

  it('have their names above them where they are too low for names beside them', () => {
    const figure = madeStacked({ 'loss (mean squared error)': [{ y: [1, 2] }], gradient: [{ y: [1, 2] }] })
    expect(textsOf(draw(figure, { height: 240 }), 'captions')).toEqual(['loss (mean squared error)', 'gradient'])
    expect(textsOf(draw(figure, { height: 600 }), 'captions')).toEqual([])
  })

  it('are thinned for drawings that nobody zooms', () => {
    const y = Array.from({ length: 10_000 }, (_, i) => 1 + (i % 97))
    const figure = madeStacked({ loss: [{ y }], gradient: [{ y: [1, 2] }] })
    const [loss, gradient] = thinnedFigure(figure, 100).panels
    expect(loss!.lines[0]!.x.length).toBe(100)
    expect(Math.max(...loss!.lines[0]!.high!)).toBe(97)
    expect(gradient).toEqual(figure.panels[1])
    expect(thinnedFigure(figure, 10_000)).toBe(figure)
  })

  it('say what will come while they are empty', () => {
    const empty = draw(madeStacked({ loss: [], gradient: [{ y: [] }] }))
    expect(JSON.stringify(empty.option.title)).toContain('appears with the first iterations')
    expect(empty.option.xAxis).toBeUndefined()
  })
})

describe('a second y axis', () => {
  const figure = {
    type: 'lines' as const,
    figureId: 'both',
    title: 'Loss and accuracy',
    subtitle: '',
    x: { label: 'epoch', scale: 'linear' as const, canBeLog: false },
    y: { label: 'loss', scale: 'linear' as const, canBeLog: true },
    right: { label: 'accuracy (%)', scale: 'linear' as const, canBeLog: false, min: 0, max: 100 },
    lines: [
      madeLine({ key: 'loss', y: [2, 1] }),
      madeLine({ key: 'accuracy', axis: 'right', y: [50, 90], low: [40, 80], high: [60, 95] }),
    ],
    emptyText: '',
  }

  it('belongs to the lines that ask for it, bands included', () => {
    const drawing = figureDrawing(figure, settings)
    expect(seriesOf(drawing).map(({ id, yAxisIndex }) => [id, yAxisIndex])).toEqual([
      ['line:loss', 0],
      ['band:accuracy', 1],
      ['line:accuracy', 1],
    ])
    const [left, right] = drawing.option.yAxis as { max: number; position: string; name: string }[]
    expect(left!.max).toBeCloseTo(2.05, 9)
    expect([right!.max, right!.position, right!.name]).toEqual([100, 'right', 'accuracy (%)'])
  })

  it('shows the same part as the first when that is zoomed', () => {
    const [first] = figureDrawing(figure, settings).plots
    const [low, high] = first!.y.range
    const drawing = figureDrawing(figure, { ...settings, yRange: [low, (low + high) / 2] })
    const [, right] = drawing.option.yAxis as { min: number; max: number }[]
    expect([right!.min, right!.max]).toEqual([expect.closeTo(0, 9), expect.closeTo(50, 9)])
  })
})
