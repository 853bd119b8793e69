/** From the lines of a figure to ECharts series: bands under everything, then thin lines, then the lines themselves. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { AxisLayout } from './axis-range'
import { isDrawable } from './axis-range'
import type { Line } from './figure'
import { chartColors, groupStroke, type ChartTheme, type Stroke } from './palette'
import { smoothed } from './smoothing'

export type ChartSeries = LineSeriesOption | ScatterSeriesOption | CustomSeriesOption

export interface SeriesContext {
  theme: ChartTheme
  x: AxisLayout
  y: AxisLayout
  /** Of the lines that are read on a second y axis. */
  right?: AxisLayout | undefined
  /** Which plot the lines are in, where a chart has several. */
  panel?: { index: number; key: string } | undefined
  /** Weight of the moving average over `raw` lines, 0 to below 1. */
  smoothing: number
}

const thinOpacity = 0.3
const bandOpacity = 0.16
/** Lines of fewer points show where they are. */
const fewPoints = 16

const layers = { band: 1, thin: 2, points: 3, line: 4, dashed: 5 } as const

export function strokeOf(line: Line, theme: ChartTheme): Stroke {
  const stroke = line.color === 'text' ? { color: chartColors[theme].text } : groupStroke(line.color, theme)
  return line.style === 'dashed' ? { ...stroke, dash: [5, 4] } : stroke
}

function axesOf(line: Line, { panel }: SeriesContext): { xAxisIndex: number; yAxisIndex: number } {
  return { xAxisIndex: panel?.index ?? 0, yAxisIndex: panel?.index ?? (line.axis === 'right' ? 1 : 0) }
}

function idOf(id: string, { panel }: SeriesContext): string {
  return panel ? `${panel.key}/${id}` : id
}

/** x and y in turn, as ECharts takes typed arrays; what the scales cannot show becomes a gap. */
function pairs(x: Float64Array, y: Float64Array, context: SeriesContext): Float64Array {
  const data = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) {
    const shown = isDrawable(x[i]!, context.x.scale) && isDrawable(y[i]!, context.y.scale)
    data[2 * i] = shown ? x[i]! : NaN
    data[2 * i + 1] = shown ? y[i]! : NaN
  }
  return data
}

interface LineLook {
  /** What keeps a series' identity from one drawing to the next. */
  id: string
  width: number
  opacity: number
  layer: number
}

function lineSeries(line: Line, y: Float64Array, look: LineLook, context: SeriesContext): LineSeriesOption {
  const { color, dash } = strokeOf(line, context.theme)
  const hasDots = line.dots ?? (line.x.length > 0 && line.x.length < fewPoints && line.style !== 'thin')
  return {
    type: 'line',
    ...axesOf(line, context),
    id: idOf(look.id, context),
    name: line.legend,
    dimensions: ['x', 'y'],
    data: pairs(line.x, y, context) as unknown as number[],
    z: look.layer,
    color,
    lineStyle: { color, width: look.width, opacity: look.opacity, ...(dash ? { type: dash } : {}), join: 'round' },
    itemStyle: { color, opacity: look.opacity },
    symbol: 'circle',
    symbolSize: 5,
    showSymbol: hasDots,
    silent: true,
    animation: false,
    emphasis: { disabled: true },
    clip: true,
  }
}

function pointSeries(line: Line, context: SeriesContext): ScatterSeriesOption {
  const { color } = strokeOf(line, context.theme)
  return {
    type: 'scatter',
    ...axesOf(line, context),
    id: idOf(`points:${line.key}`, context),
    name: line.legend,
    dimensions: ['x', 'y'],
    data: pairs(line.x, line.y, context) as unknown as number[],
    z: layers.points,
    symbolSize: line.x.length > 200 ? 3 : 4.5,
    itemStyle: { color, opacity: line.x.length > 200 ? 0.35 : 0.6 },
    silent: true,
    animation: false,
    emphasis: { disabled: true },
    clip: true,
  }
}

/** Index ranges of a band without gaps, both edges drawable (a lower edge that a log axis cannot show is cut at the axis). */
function stretches(line: Line, low: Float64Array, high: Float64Array, context: SeriesContext): [number, number][] {
  const found: [number, number][] = []
  let start = -1
  for (let i = 0; i <= line.x.length; i++) {
    const shown =
      i < line.x.length &&
      isDrawable(line.x[i]!, context.x.scale) &&
      isDrawable(high[i]!, context.y.scale) &&
      Number.isFinite(low[i]!)
    if (shown && start < 0) start = i
    if (!shown && start >= 0) {
      if (i - start > 1) found.push([start, i])
      start = -1
    }
  }
  return found
}

/** A filled area between two edges. A custom series, since stacked areas add up, which is wrong on a log axis. */
function bandSeries(line: Line, low: Float64Array, high: Float64Array, context: SeriesContext): CustomSeriesOption {
  const { color } = strokeOf(line, context.theme)
  const floor = context.y.range[0]
  const lowest = (value: number): number => (isDrawable(value, context.y.scale) ? value : floor)
  const parts = stretches(line, low, high, context)
  return {
    type: 'custom',
    ...axesOf(line, context),
    id: idOf(`band:${line.key}`, context),
    name: line.legend,
    // One item draws it all; its place only has to be on the axes.
    data: parts.length > 0 ? [[context.x.range[0], context.y.range[0]]] : [],
    renderItem: (_parameters, api) => ({
      type: 'group',
      children: parts.map(([start, end]) => {
        const points: number[][] = []
        for (let i = start; i < end; i++) points.push(api.coord([line.x[i]!, high[i]!]))
        for (let i = end - 1; i >= start; i--) points.push(api.coord([line.x[i]!, lowest(low[i]!)]))
        return { type: 'polygon', shape: { points }, style: { fill: color, opacity: bandOpacity }, silent: true }
      }),
    }),
    z: layers.band,
    color,
    itemStyle: { color },
    silent: true,
    animation: false,
    clip: true,
  }
}

function seriesOf(line: Line, shared: SeriesContext): ChartSeries[] {
  const context = line.axis === 'right' && shared.right ? { ...shared, y: shared.right } : shared
  const band = line.low && line.high ? [bandSeries(line, line.low, line.high, context)] : []
  const plain = (layer: number, width: number, opacity = 1): ChartSeries =>
    lineSeries(line, line.y, { id: `line:${line.key}`, width, opacity, layer }, context)
  switch (line.style) {
    case 'points':
      return [pointSeries(line, context)]
    case 'thin':
      return [...band, plain(layers.thin, 1, thinOpacity)]
    case 'dashed':
      return [...band, plain(layers.dashed, 1.5)]
    case 'line':
      return [...band, plain(layers.line, 1.9)]
    case 'raw': {
      if (context.smoothing <= 0) return [...band, plain(layers.line, 1.3)]
      const look = { id: `smooth:${line.key}`, width: 1.9, opacity: 1, layer: layers.line }
      const smooth = lineSeries(line, smoothed(line.y, context.smoothing), look, context)
      // A band already shows how far the raw values go.
      return band.length > 0 ? [...band, smooth] : [plain(layers.thin, 1, thinOpacity), smooth]
    }
  }
}

export function chartSeries(lines: readonly Line[], context: SeriesContext): ChartSeries[] {
  return lines.flatMap((line) => seriesOf(line, context))
}
