import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts'
import { describe, expect, it } from 'vitest'
import { chartSubtitle, figureChart, type ChartOption, type ChartSettings } from '../../../shared/figures/chart'
import { wrapped } from '../../../shared/figures/chart-frame'
import type { LineFigure } from '../../../shared/figures/figure'
import { textWidth } from '../../../shared/figures/numbers'
import { chartColors, groupStroke } from '../../../shared/figures/palette'
import { madeFigure } from '../../support/made-figure'

const settings: ChartSettings = { theme: 'light', width: 600, height: 300 }

type AnySeries = LineSeriesOption & CustomSeriesOption

function seriesOf(figure: LineFigure, changes: Partial<ChartSettings> = {}): AnySeries[] {
  return figureChart(figure, { ...settings, ...changes }).series as AnySeries[]
}

function numbers(series: AnySeries): number[] {
  return [...(series.data as unknown as Float64Array)]
}

/** The polygons of a band, as the values that its corners stand for. */
function polygons(series: AnySeries): number[][][] {
  const api = { coord: (point: number[]) => point }
  const drawn = (
    series.renderItem as unknown as (
      parameters: object,
      api: object,
    ) => { children: { shape: { points: number[][] } }[] }
  )({}, api)
  return drawn.children.map((child) => child.shape.points)
}

function axes(option: ChartOption): { x: Record<string, unknown>; y: Record<string, unknown> } {
  return { x: option.xAxis as Record<string, unknown>, y: option.yAxis as Record<string, unknown> }
}

describe('a chart', () => {
  it('draws the same option for the same figure and changes neither', () => {
    const figure = madeFigure([{ y: [1, 2], low: [0.5, 1], high: [2, 3] }])
    const before = JSON.stringify(figure)
    expect(JSON.stringify(figureChart(figure, settings))).toBe(JSON.stringify(figureChart(figure, settings)))
    expect(JSON.stringify(figure)).toBe(before)
  })

  it('never moves by itself', () => {
    const option = figureChart(madeFigure([{ y: [1, 2], low: [0, 1], high: [2, 3] }]), settings)
    expect(option.animation).toBe(false)
    for (const series of option.series as AnySeries[]) expect(series.animation).toBe(false)
  })

  it('leaves what a log axis cannot show as a gap, and says how much', () => {
    const figure = madeFigure([{ y: [1, 0, -2, 4] }])
    expect(numbers(seriesOf(figure)[0]!)).toEqual([1, 1, NaN, NaN, NaN, NaN, 4, 4])
    expect(chartSubtitle(figure, {})).toBe('mean over each epoch; 2 values not above zero left out')
    expect(numbers(seriesOf(figure, { scales: { y: 'linear' } })[0]!)).toEqual([1, 1, 2, 0, 3, -2, 4, 4])
    expect(chartSubtitle(figure, { scales: { y: 'linear' } })).toBe('mean over each epoch')
  })

  it.each(['line', 'raw', 'thin', 'dashed'] as const)('counts no edge of a band as left out, of a %s', (style) => {
    const figure = madeFigure([{ style, y: [1, 2, 3], low: [-1, 0, 1], high: [2, 3, 4] }])
    expect(chartSubtitle(figure, { smoothing: 0.5 })).not.toContain('left out')
    // The band ends at the axis where its edge does.
    expect(polygons(seriesOf(figure)[0]!)[0]).toHaveLength(6)
    const onRight: LineFigure = {
      ...figure,
      right: figure.y,
      lines: figure.lines.map((line) => ({ ...line, axis: 'right' as const })),
    }
    expect(chartSubtitle(onRight, {})).not.toContain('left out')
    // One that lies at zero itself is one value, whatever is around it.
    const atZero = madeFigure([{ style, y: [0, 2, 3], low: [-1, 0, 1], high: [2, 3, 4] }])
    expect(chartSubtitle(atZero, {})).toContain('1 value not above zero left out')
  })

  it('ignores a log scale where it makes no sense', () => {
    const figure = madeFigure([{ y: [-1, 1] }], { y: { label: 'y', scale: 'linear', canBeLog: false } })
    expect(axes(figureChart(figure, { ...settings, scales: { y: 'log' } })).y.type).toBe('value')
    expect(chartSubtitle(figure, { scales: { y: 'log' } })).toBe('mean over each epoch')
  })

  it('closes a band along its edges, cut at the axis where a log scale has no room for the lower one', () => {
    const figure = madeFigure([{ y: [1, 2, 3], low: [0.5, -1, 2], high: [2, 4, 8] }])
    const option = figureChart(figure, settings)
    const floor = axes(option).y.min as number
    expect(floor).toBeGreaterThan(0)
    expect(polygons((option.series as AnySeries[])[0]!)).toEqual([
      [
        [1, 2],
        [2, 4],
        [3, 8],
        [3, 2],
        [2, floor],
        [1, 0.5],
      ],
    ])
  })

  it('breaks a band at its gaps', () => {
    const nan = NaN
    const y = [1, 1, nan, 1, 1, 1]
    const figure = madeFigure([{ y, low: [1, 1, nan, 1, 1, 1], high: [2, 2, nan, 2, 2, 2] }])
    expect(polygons(seriesOf(figure)[0]!).map((points) => points.length)).toEqual([4, 6])
  })

  it('smooths noisy lines alone: their raw self stays at 30 per cent under them', () => {
    const figure = madeFigure([
      { key: 'raw', style: 'raw', y: [1, 3] },
      { key: 'mean', y: [1, 3] },
    ])
    const drawn = seriesOf(figure, { smoothing: 0.5 })
    expect(drawn.map(({ id, lineStyle }) => [id, lineStyle?.opacity])).toEqual([
      ['line:raw', 0.3],
      ['smooth:raw', 1],
      ['line:mean', 1],
    ])
    expect(numbers(drawn[1]!)[3]).toBeCloseTo((0.5 * 1 + 3) / 1.5, 12)
    expect(seriesOf(figure).map(({ id }) => id)).toEqual(['line:raw', 'line:mean'])
    expect(chartSubtitle(figure, { smoothing: 0.5 })).toBe('mean over each epoch; smoothed 0.5')
  })

  it('gives series identities that last while data streams in', () => {
    const ids = (y: number[]) => seriesOf(madeFigure([{ y, low: y, high: y }])).map(({ id }) => id)
    expect(ids([1])).toEqual(ids([1, 2, 3]))
    expect(new Set(ids([1])).size).toBe(2)
  })

  it('shows a single point, which a line alone would not', () => {
    expect(seriesOf(madeFigure([{ y: [1] }]))[0]!.showSymbol).toBe(true)
    expect(seriesOf(madeFigure([{ y: Array.from({ length: 100 }, () => 1) }]))[0]!.showSymbol).toBe(false)
  })

  it('shows what was zoomed into', () => {
    const { x, y } = axes(
      figureChart(madeFigure([{ y: [1, 2, 3] }]), { ...settings, xRange: [1.5, 2.5], yRange: [1, 2] }),
    )
    expect([x.min, x.max, y.min, y.max]).toEqual([1.5, 2.5, 1, 2])
  })

  it('fits its axes to what the legend has left switched on', () => {
    const figure = madeFigure([
      { key: 'low', y: [1, 2] },
      { key: 'high', y: [1000, 2000, 3000] },
    ])
    const shown = axes(figureChart(figure, { ...settings, hidden: new Set(['high']) }))
    expect([shown.x.max, shown.y.max]).toEqual([2, expect.closeTo(2.07, 1)])
    expect(axes(figureChart(figure, { ...settings, hidden: new Set(['low', 'high']) })).x.max).toBe(3)
  })

  it('labels every tick', () => {
    const { y } = axes(figureChart(madeFigure([{ y: [2e-5, 0.3] }]), settings))
    const { customValues, formatter } = y.axisLabel as { customValues: number[]; formatter: (value: number) => string }
    expect(customValues.map((tick) => formatter(tick))).toEqual(['1e-4', '1e-3', '1e-2', '1e-1'])
  })

  it('keeps room for the widest tick label beside the name of the axis', () => {
    const figure = madeFigure([{ y: [123_456_000, 123_456_001] }], {
      y: { label: 'y', scale: 'linear', canBeLog: false },
    })
    const option = figureChart(figure, settings)
    const { formatter, customValues } = axes(option).y.axisLabel as {
      customValues: number[]
      formatter: (value: number) => string
    }
    const widest = Math.max(...customValues.map((tick) => textWidth(formatter(tick), 11)))
    expect(axes(option).y.nameGap).toBeGreaterThan(widest + 8)
    expect((option.grid as { left: number }).left).toBeGreaterThan(widest + 8 + 14)
  })

  it('has one legend entry for a group, however many lines it has, and none for a single group', () => {
    const lines = ['A, seed 0', 'A', 'B'].map((key) => ({ key, legend: key.charAt(0), y: [1, 2] }))
    const names = (figure: LineFigure) =>
      (figureChart(figure, settings).legend as { data?: { name: string }[] }[]).flatMap(
        ({ data }) => data?.map(({ name }) => name) ?? [],
      )
    expect(names(madeFigure(lines))).toEqual(['A', 'B'])
    expect(names(madeFigure(lines.slice(0, 2)))).toEqual([])
  })

  it('wraps the legend into rows on paper, above the plot', () => {
    const lines = Array.from({ length: 12 }, (_, color) => ({ key: `8 layers, Adam 0.00${color}`, color, y: [1, 2] }))
    const option = figureChart(madeFigure(lines), { ...settings, theme: 'print', withTitle: true })
    const rows = option.legend as { data: { name: string }[]; top: number; type: string }[]
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.flatMap(({ data }) => data)).toHaveLength(12)
    for (const { data, type } of rows) {
      expect(type).toBe('plain')
      expect(data.reduce((sum, { name }) => sum + textWidth(name, 11.5) + 36, 0)).toBeLessThanOrEqual(600)
    }
    expect((option.grid as { top: number }).top).toBeGreaterThan(rows.at(-1)!.top + 14)
  })

  it('scrolls the legend on screen', () => {
    const lines = Array.from({ length: 12 }, (_, color) => ({ key: `model ${color}`, color, y: [1, 2] }))
    expect((figureChart(madeFigure(lines), settings).legend as { type: string }[]).map(({ type }) => type)).toEqual([
      'scroll',
    ])
  })

  it('says what will come while there is nothing to draw', () => {
    const option = figureChart(madeFigure([]), settings)
    expect(JSON.stringify(option.title)).toContain('appears after the first epoch')
    expect(option.xAxis).toBeUndefined()
  })
})

describe('the palette', () => {
  it('gives forty groups looks of their own in each theme', () => {
    for (const theme of ['light', 'dark', 'print'] as const) {
      const looks = Array.from({ length: 40 }, (_, index) => JSON.stringify(groupStroke(index, theme)))
      expect(new Set(looks).size).toBe(40)
      expect(new Set(chartColors[theme].series).size).toBe(10)
    }
  })

  it('stands out from the background it is drawn on', () => {
    const luminance = (hex: string): number => {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const share = parseInt(hex.slice(at, at + 2), 16) / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      }) as [number, number, number]
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (a: string, b: string): number => {
      const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other) as [number, number]
      return (high + 0.05) / (low + 0.05)
    }
    for (const color of chartColors.light.series) expect(contrast(color, '#ffffff')).toBeGreaterThan(2)
    for (const color of chartColors.dark.series) expect(contrast(color, '#1b1f23')).toBeGreaterThan(4)
  })
})

it('text is wrapped between words', () => {
  expect(wrapped('mean over each epoch', 70, 11)).toEqual(['mean over', 'each epoch'])
  expect(wrapped('', 70, 11)).toEqual([''])
})
