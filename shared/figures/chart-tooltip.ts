/** The tooltip of lines: every curve's value at the pointer's x, nearest to the pointer first, however the curves were sampled. */
import type { TooltipComponentOption } from 'echarts/components'
import { isDrawable, placeOn, type AxisLayout } from './axis-range'
import { strokeOf } from './chart-series'
import type { Line } from './figure'
import { formatValue } from './numbers'
import { chartColors, type ChartTheme } from './palette'
import { smoothed } from './smoothing'

export interface TooltipContext {
  theme: ChartTheme
  x: AxisLayout
  y: AxisLayout
  /** Of the lines that are read on a second y axis. */
  right?: AxisLayout | undefined
  smoothing: number
  /** Pixels of the chart, and between its edges and the plot. */
  height: number
  top: number
  bottom: number
  hidden: ReadonlySet<string>
}

/** Pixels of a row, and of what is around the rows. */
const rowHeight = 17
const frameHeight = 56
const captionHeight = 38
/** More curves than fit, or than this, are counted, not listed. */
const mostRows = 12

/** Where the pointer last was, in pixels from the top. There is one pointer, so one is enough. */
let pointerTop: number | undefined

/** The pointer's place in a plot as a share of its height from below. */
function pointerShare({ height, top, bottom }: TooltipContext): number | undefined {
  return pointerTop === undefined ? undefined : 1 - (pointerTop - top) / Math.max(1, height - top - bottom)
}

export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character]!)
}

/** Index of the value of an ascending array that is nearest to x; -1 for an empty one. */
export function nearestIndex(values: Float64Array, x: number): number {
  let low = 0
  let high = values.length - 1
  if (high < 0) return -1
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < x) low = middle + 1
    else high = middle
  }
  return low > 0 && x - values[low - 1]! <= values[low]! - x ? low - 1 : low
}

export interface TooltipRow {
  line: Line
  x: number
  value: number
  /** Lower and upper edge of the band. */
  band?: [number, number]
}

/** Far enough from a curve's ends that it has nothing to say there, as a share of the axis. */
const beyond = 0.02

/** What a figure's curves are at x, sorted by their distance on the screen from the pointer (a share of the height, if known). */
export function tooltipRows(
  { lines }: { lines: readonly Line[] },
  x: number,
  pointer: number | undefined,
  context: TooltipContext,
): TooltipRow[] {
  const rows = lines.flatMap((line): TooltipRow[] => {
    if (line.style === 'points' || line.style === 'thin' || context.hidden.has(line.legend)) return []
    const index = nearestIndex(line.x, x)
    if (index < 0 || Math.abs(placeOn(line.x[index]!, context.x) - placeOn(x, context.x)) > beyond) return []
    const isSmooth = line.style === 'raw' && context.smoothing > 0
    const value = isSmooth ? smoothed(line.y.subarray(0, index + 1), context.smoothing)[index]! : line.y[index]!
    const band: [number, number] | undefined = line.low && line.high ? [line.low[index]!, line.high[index]!] : undefined
    return [{ line, x: line.x[index]!, value, ...(band ? { band } : {}) }]
  })
  const distance = ({ line, value }: TooltipRow): number => {
    const axis = line.axis === 'right' && context.right ? context.right : context.y
    if (!isDrawable(value, axis.scale)) return Infinity
    return pointer === undefined ? 1 - placeOn(value, axis) : Math.abs(placeOn(value, axis) - pointer)
  }
  return rows.sort((a, b) => distance(a) - distance(b) || 0)
}

function rowHtml({ line, value, band }: TooltipRow, isNearest: boolean, theme: ChartTheme): string {
  const { color, dash } = strokeOf(line, theme)
  const { muted } = chartColors[theme]
  const mark = `<i style="display:inline-block;width:12px;border-top:2px ${dash ? 'dashed' : 'solid'} ${color}"></i>`
  const edges = band && band[1] > band[0] ? `${formatValue(band[0])} to ${formatValue(band[1])}` : ''
  const weight = isNearest ? '600' : '400'
  return (
    `<tr style="font-weight:${weight}"><td style="padding:0 6px 0 0">${mark}</td><td style="padding:0 12px 0 0">${escaped(line.name)}</td>` +
    `<td style="text-align:right">${formatValue(value)}</td><td style="padding-left:10px;color:${muted};font-weight:400">${edges}</td></tr>`
  )
}

/** A plot of the chart: its lines, and what its values are called where there are several plots. */
export interface TooltipPlot {
  caption?: string
  lines: readonly Line[]
  context: TooltipContext
}

function plotHtml({ caption, context }: TooltipPlot, rows: readonly TooltipRow[], most: number): string {
  const { muted } = chartColors[context.theme]
  const shown = rows.slice(0, most)
  const more = rows.length - shown.length
  return (
    (caption === undefined ? '' : `<div style="color:${muted};margin:3px 0 1px">${escaped(caption)}</div>`) +
    `<table style="border-collapse:collapse;font:inherit;color:inherit;line-height:${rowHeight}px;font-variant-numeric:tabular-nums">${shown
      .map((row, index) => rowHtml(row, index === 0, context.theme))
      .join('')}</table>` +
    (more > 0 ? `<div style="color:${muted};margin-top:3px">and ${more} more</div>` : '')
  )
}

/** What all plots that share an x axis have at x; '' where none has anything. */
export function tooltipHtml(xLabel: string, plots: readonly TooltipPlot[], x: number): string {
  const found = plots
    .map((plot) => ({ plot, rows: tooltipRows(plot, x, pointerShare(plot.context), plot.context) }))
    .filter(({ rows }) => rows.length > 0)
  const [first] = found
  if (!first) return ''
  const { height, theme } = first.plot.context
  const fitting = Math.floor((height - frameHeight - (found.length - 1) * captionHeight) / rowHeight / found.length)
  const most = Math.min(mostRows, Math.max(3, fitting))
  return (
    `<div style="color:${chartColors[theme].muted};margin-bottom:3px">${escaped(xLabel)} ${formatValue(first.rows[0]!.x)}</div>` +
    found.map(({ plot, rows }) => plotHtml(plot, rows, most)).join('')
  )
}

/** Beside the pointer, on the side where there is room. */
function besidePointer(point: [number, number], content: [number, number], view: [number, number]): [number, number] {
  const gap = 16
  const x = point[0] + gap + content[0] <= view[0] ? point[0] + gap : point[0] - gap - content[0]
  const y = Math.min(Math.max(4, point[1] - content[1] / 2), Math.max(4, view[1] - content[1] - 4))
  return [Math.max(4, x), y]
}

export function chartTooltip(xLabel: string, plots: readonly TooltipPlot[], theme: ChartTheme): TooltipComponentOption {
  const colors = chartColors[theme]
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: colors.tooltip,
    borderColor: colors.axis,
    borderWidth: 1,
    padding: [7, 10],
    textStyle: { color: colors.text, fontSize: 12, lineHeight: 16 },
    extraCssText: 'box-shadow:0 4px 14px rgb(0 0 0 / 0.14);border-radius:7px',
    axisPointer: {
      type: 'line',
      animation: false,
      snap: false,
      lineStyle: { color: colors.axis, width: 1, type: 'solid' },
    },
    formatter: (parameters) => {
      const [first] = Array.isArray(parameters) ? parameters : [parameters]
      const x = Number((first as { axisValue?: unknown } | undefined)?.axisValue)
      return Number.isFinite(x) ? tooltipHtml(xLabel, plots, x) : ''
    },
    position: (point, _parameters, _element, _rectangle, size) => {
      pointerTop = point[1]
      return besidePointer(point, size.contentSize as [number, number], size.viewSize as [number, number])
    },
  }
}
