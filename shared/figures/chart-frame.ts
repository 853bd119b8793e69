/** What charts of all types share: settings, fonts, title, legend, axes, the plot's place in pixels. */
import type { ComposeOption } from 'echarts/core'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  GridComponentOption,
  LegendComponentOption,
  TitleComponentOption,
  TooltipComponentOption,
} from 'echarts/components'
import { placeOn, valueOn, type AxisLayout, type Range } from './axis-range'
import type { AxisScales } from './figure-axes'
import type { Axis, Figure } from './figure'
import { textWidth } from './numbers'
import { chartColors, type ChartTheme } from './palette'

export type ChartOption = ComposeOption<
  | LineSeriesOption
  | ScatterSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TitleComponentOption
  | TooltipComponentOption
>

/** Where three axes are seen from, in radians: around the z axis, and above the plane of x and y. */
export interface ViewAngle {
  azimuth: number
  elevation: number
}

export interface ChartSettings {
  theme: ChartTheme
  /** Pixels of the whole chart. */
  width: number
  height: number
  /** Chosen instead of the figure's own, by the keys of `figureAxes`; ignored where a log scale makes no sense. */
  scales?: AxisScales | undefined
  /** Zoom: what the axes show instead of everything. */
  xRange?: Range | null | undefined
  yRange?: Range | null | undefined
  /** Of a figure with three axes. */
  angle?: ViewAngle | undefined
  /** While it is being turned: fine surfaces are drawn more coarsely, so that they keep up with the hand. */
  isTurning?: boolean | undefined
  /** Weight of the moving average over raw lines, 0 to below 1. */
  smoothing?: number | undefined
  /** Draw title and subtitle in the chart; where the page has them, leave them out. */
  withTitle?: boolean | undefined
  /** Whether there is a legend (default); without one its entries cannot be switched off. */
  withLegend?: boolean | undefined
  /** Legend entries that are switched off: the axes fit the others, and the tooltip leaves them out. */
  hidden?: ReadonlySet<string> | undefined
  /** Figures never move by themselves. */
  animation?: false
}

/** A rectangle with its axes: where values are, in pixels from the top left of the chart. */
export interface Plot {
  left: number
  top: number
  width: number
  height: number
  x: AxisLayout
  y: AxisLayout
}

/** A point that a person may ask about or pick. */
export interface PointTarget {
  /** Pixels. */
  x: number
  y: number
  /** The group's key, and the point's index in it. */
  key: string
  index: number
}

/** A chart and where things are in it. */
export interface Drawing {
  option: ChartOption
  /** Empty where nothing can be zoomed. */
  plots: Plot[]
  targets: PointTarget[]
  /** What a field is at a pixel; null where that is not known. */
  valueAt?: (left: number, top: number) => { x: number; y: number; value: number } | null
}

export function toPixels(plot: Plot, x: number, y: number): [number, number] {
  return [plot.left + placeOn(x, plot.x) * plot.width, plot.top + (1 - placeOn(y, plot.y)) * plot.height]
}

export function fromPixels(plot: Plot, left: number, top: number): [x: number, y: number] {
  return [valueOn((left - plot.left) / plot.width, plot.x), valueOn(1 - (top - plot.top) / plot.height, plot.y)]
}

/** Without quotes, which would end the attribute of an SVG in some readers. */
export const fontFamily = 'Inter, Helvetica Neue, Helvetica, Liberation Sans, Arial, sans-serif'
export const tickSize = 11
export const nameSize = 11.5
const titleSize = 14
const subtitleSize = 11.5
const legendSize = 11.5
const legendRow = 20
/** Of all one-line texts. Said everywhere: ECharts otherwise measures a Chinese character, which not every machine has. */
export const lineHeight = 14
/** Pixels of the labels and the name of an x axis. */
export const xAxisHeight = 44

/** Words of a text in lines that are no wider than `width`. */
export function wrapped(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && textWidth(`${last} ${word}`, fontSize) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Cut with an ellipsis where it is wider than `width` pixels. */
export function shortened(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  let kept = [...text]
  while (kept.length > 1 && textWidth(`${kept.join('')}…`, fontSize) > width) kept = kept.slice(0, -1)
  return `${kept.join('').trimEnd()}…`
}

/** Drawn into a box of 18 by 3, or by 5 or 7 with its corners marked, so that a mark is no larger than in the plot. */
export const legendIcons = {
  solid: 'path://M0 0h18v3h-18z',
  dashed: 'path://M0 0h7v3h-7zM11 0h7v3h-7z',
  points: 'path://M0 0h.01v.01zM18 5h-.01v-.01zM9 0a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z',
  dot: 'path://M0 0h.01v.01zM18 8h-.01v-.01zM9 0a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  ring: 'path://M0 0h.01v.01zM18 8h-.01v-.01zM9 0a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM9 1.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5z',
  cross: 'path://M0 0h.01v.01zM18 8h-.01v-.01zM6 0l3 3 3-3 1 1-3 3 3 3-1 1-3-3-3 3-1-1 3-3-3-3z',
  way: 'path://M0 0h.01v.01zM18 8h-.01v-.01zM0 3.2h5.2a4 4 0 0 1 7.6 0h5.2v1.6h-5.2a4 4 0 0 1-7.6 0h-5.2z',
}

export interface LegendEntry {
  name: string
  icon: string
  color: string
}

/** One row that scrolls on screen; as many rows as it takes on paper. Absent for a single entry. */
export function legendLayout(
  entries: readonly LegendEntry[],
  settings: ChartSettings,
  top: number,
): { option: LegendComponentOption[]; height: number } {
  const colors = chartColors[settings.theme]
  if (entries.length < 2 || settings.withLegend === false) return { option: [{ show: false }], height: 0 }
  const data = entries.map(({ name, icon, color }) => ({ name, icon, itemStyle: { color, opacity: 1 } }))
  const common: LegendComponentOption = {
    left: 8,
    right: 8,
    padding: 0,
    itemGap: 14,
    itemWidth: 16,
    // As high as the text: a legend that scrolls cuts off what is higher than this. Icons keep their aspect.
    itemHeight: 14,
    textStyle: { color: colors.text, fontSize: legendSize, lineHeight, fontFamily },
    inactiveColor: colors.axis,
    selected: Object.fromEntries(entries.map(({ name }) => [name, !settings.hidden?.has(name)])),
    emphasis: { selectorLabel: {} },
  }
  if (settings.theme !== 'print') {
    const pager = {
      pageIconSize: 9,
      pageIconColor: colors.muted,
      pageIconInactiveColor: colors.grid,
      pageTextStyle: { color: colors.muted, fontSize: legendSize, lineHeight },
    }
    return { option: [{ ...common, ...pager, type: 'scroll', top, data }], height: legendRow }
  }
  const rows = legendRows(data, settings.width - 24)
  const option = rows.map((row, index) => ({
    ...common,
    type: 'plain' as const,
    top: top + index * legendRow,
    data: row,
  }))
  return { option, height: rows.length * legendRow }
}

function legendRows<Entry extends { name: string }>(entries: readonly Entry[], width: number): Entry[][] {
  const rows: Entry[][] = []
  let used = Infinity
  for (const entry of entries) {
    const needed = textWidth(entry.name, legendSize) + 36
    if (used + needed > width) {
      rows.push([])
      used = 0
    }
    rows.at(-1)!.push(entry)
    used += needed
  }
  return rows
}

/** Title and subtitle above the plot, where the chart has to bring them. */
export function titleLayout(
  figure: Figure,
  subtitle: string,
  settings: ChartSettings,
): { option: TitleComponentOption; height: number } {
  if (!settings.withTitle) return { option: { show: false }, height: 0 }
  const colors = chartColors[settings.theme]
  const lines = wrapped(subtitle, settings.width - 24, subtitleSize)
  const titles = wrapped(figure.title, settings.width - 24, titleSize)
  const option: TitleComponentOption = {
    left: 8,
    top: 6,
    padding: 0,
    itemGap: 4,
    text: titles.join('\n'),
    subtext: lines.join('\n'),
    textStyle: { color: colors.text, fontSize: titleSize, fontWeight: 600, lineHeight: 18, fontFamily },
    subtextStyle: { color: colors.muted, fontSize: subtitleSize, lineHeight: 15, fontFamily },
  }
  return { option, height: 6 + 18 * titles.length + 4 + 15 * lines.length + 6 }
}

/** Ticks, labels and grid lines of an axis. */
function ticksOption(layout: AxisLayout, settings: ChartSettings): object {
  const colors = chartColors[settings.theme]
  const labels = new Map(layout.ticks.map((tick, index) => [tick, layout.labels[index]!]))
  return {
    type: layout.scale === 'log' ? 'log' : 'value',
    min: layout.range[0],
    max: layout.range[1],
    axisTick: { show: false, customValues: layout.ticks },
    axisLabel: {
      color: colors.muted,
      fontSize: tickSize,
      lineHeight,
      fontFamily,
      customValues: layout.ticks,
      hideOverlap: true,
      formatter: (value: number) => labels.get(value) ?? '',
    },
    splitLine: { show: true, lineStyle: { color: colors.grid, width: 1 } },
    nameLocation: 'middle',
    nameTextStyle: { color: colors.muted, fontSize: nameSize, lineHeight, fontFamily },
    animation: false,
  }
}

/** The x axis under a plot. */
export function xAxisOption(axis: Axis, layout: AxisLayout, settings: ChartSettings): object {
  return {
    ...ticksOption(layout, settings),
    name: axis.label,
    nameGap: 22,
    splitLine: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: chartColors[settings.theme].axis } },
  }
}

/** Pixels that the tick labels of a y axis take. */
export function labelsWidth(layout: AxisLayout): number {
  return Math.max(16, ...layout.labels.map((label) => textWidth(label, tickSize)))
}

/** Pixels beside a plot for the labels and the name of a y axis. */
export function yAxisWidth(layout: AxisLayout): number {
  return Math.ceil(labelsWidth(layout) + 34)
}

/** A y axis beside a plot; the name is cut where it is longer than the plot is high. */
export function yAxisOption(
  axis: Axis,
  layout: AxisLayout,
  settings: ChartSettings,
  place: { height: number; side?: 'left' | 'right'; nameGap?: number },
): object {
  return {
    ...ticksOption(layout, settings),
    name: shortened(axis.label, place.height + 16, nameSize),
    position: place.side ?? 'left',
    nameRotate: 90,
    nameGap: place.nameGap ?? labelsWidth(layout) + 14,
    axisLine: { show: false },
  }
}

/** How many ticks there is room for. */
export function tickCounts(width: number, height: number): { x: number; y: number } {
  return {
    x: Math.max(2, Math.min(8, Math.floor(width / 60))),
    y: Math.max(2, Math.min(6, Math.floor(height / 32))),
  }
}

/** What every option begins with. */
export function baseOption(settings: ChartSettings): Pick<ChartOption, 'animation' | 'backgroundColor' | 'textStyle'> {
  return { animation: false, backgroundColor: chartColors[settings.theme].background, textStyle: { fontFamily } }
}

/** The title and what will come, while there is nothing to draw. */
export function emptyDrawing(figure: Figure, subtitle: string, settings: ChartSettings): Drawing {
  const colors = chartColors[settings.theme]
  const note: TitleComponentOption = {
    left: 'center',
    top: 'middle',
    text: wrapped(figure.emptyText, settings.width - 40, 12).join('\n'),
    textStyle: { color: colors.muted, fontSize: 12, fontWeight: 'normal', fontFamily },
  }
  const title = titleLayout(figure, subtitle, settings).option
  return { option: { ...baseOption(settings), title: [title, note], series: [] }, plots: [], targets: [] }
}
