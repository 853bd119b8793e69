/** The tooltip of a figure: every curve's value at the pointer's x, nearest to the pointer first, however the curves were sampled. */
import type { TooltipComponentOption } from 'echarts/components'
import { isDrawable, type AxisLayout } from './axis-range'
import { strokeOf } from './chart-series'
import type { Line, LineFigure } from './figure'
import { formatValue } from './numbers'
import { chartColors, type ChartTheme } from './palette'
import { smoothed } from './smoothing'

export interface TooltipContext {
  theme: ChartTheme
  x: AxisLayout
  y: AxisLayout
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
/** More curves than fit, or than this, are counted, not listed. */
const mostRows = 12

/** Where the pointer last was, as a share of the plot's height from below. There is one pointer, so one is enough. */
let pointerShare: number | undefined

function escaped(text: string): string {
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

/** Place on a scale, so that distances are those on the screen. */
function place(value: number, { scale, range }: AxisLayout): number {
  const at = scale === 'log' ? Math.log10 : (number: number): number => number
  return (at(value) - at(range[0])) / (at(range[1]) - at(range[0]))
}

/** Far enough from a curve's ends that it has nothing to say there, as a share of the axis. */
const beyond = 0.02

/** What a figure's curves are at x, sorted by their distance on the screen from the pointer (a share of the height, if known). */
export function tooltipRows(
  figure: LineFigure,
  x: number,
  pointer: number | undefined,
  context: TooltipContext,
): TooltipRow[] {
  const rows = figure.lines.flatMap((line): TooltipRow[] => {
    if (line.style === 'points' || line.style === 'thin' || context.hidden.has(line.legend)) return []
    const index = nearestIndex(line.x, x)
    if (index < 0 || Math.abs(place(line.x[index]!, context.x) - place(x, context.x)) > beyond) return []
    const isSmooth = line.style === 'raw' && context.smoothing > 0
    const value = isSmooth ? smoothed(line.y.subarray(0, index + 1), context.smoothing)[index]! : line.y[index]!
    const band: [number, number] | undefined = line.low && line.high ? [line.low[index]!, line.high[index]!] : undefined
    return [{ line, x: line.x[index]!, value, ...(band ? { band } : {}) }]
  })
  const distance = ({ value }: TooltipRow): number => {
    if (!isDrawable(value, context.y.scale)) return Infinity
    return pointer === undefined ? 1 - place(value, context.y) : Math.abs(place(value, context.y) - pointer)
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

export function tooltipHtml(figure: LineFigure, x: number, context: TooltipContext): string {
  const rows = tooltipRows(figure, x, pointerShare, context)
  if (rows.length === 0) return ''
  const fitting = Math.floor((context.height - frameHeight) / rowHeight)
  const shown = rows.slice(0, Math.min(mostRows, Math.max(3, fitting)))
  const more = rows.length - shown.length
  const { muted } = chartColors[context.theme]
  const at = rows[0]!.x
  return (
    `<div style="color:${muted};margin-bottom:3px">${escaped(figure.x.label)} ${formatValue(at)}</div>` +
    `<table style="border-collapse:collapse;font:inherit;color:inherit;line-height:${rowHeight}px;font-variant-numeric:tabular-nums">${shown
      .map((row, index) => rowHtml(row, index === 0, context.theme))
      .join('')}</table>` +
    (more > 0 ? `<div style="color:${muted};margin-top:3px">and ${more} more</div>` : '')
  )
}

/** Beside the pointer, on the side where there is room. */
function besidePointer(point: [number, number], content: [number, number], view: [number, number]): [number, number] {
  const gap = 16
  const x = point[0] + gap + content[0] <= view[0] ? point[0] + gap : point[0] - gap - content[0]
  const y = Math.min(Math.max(4, point[1] - content[1] / 2), Math.max(4, view[1] - content[1] - 4))
  return [Math.max(4, x), y]
}

export function chartTooltip(figure: LineFigure, context: TooltipContext): TooltipComponentOption {
  const colors = chartColors[context.theme]
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
      return Number.isFinite(x) ? tooltipHtml(figure, x, context) : ''
    },
    position: (point, _parameters, _element, _rectangle, size) => {
      const [, height] = size.viewSize
      pointerShare = 1 - (point[1] - context.top) / Math.max(1, height - context.top - context.bottom)
      return besidePointer(point, size.contentSize as [number, number], size.viewSize as [number, number])
    },
  }
}
