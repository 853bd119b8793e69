/**
 * From a figure to an ECharts option, the same on screen and in every exporter: axes, legend, title, layout in pixels. Series, tooltip
 * and ticks have files of their own.
 */
import type { ComposeOption } from 'echarts/core'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  GridComponentOption,
  LegendComponentOption,
  TitleComponentOption,
  TooltipComponentOption,
} from 'echarts/components'
import { isDrawable, xLayout, yLayout, type AxisLayout, type Range } from './axis-range'
import { chartSeries, strokeOf } from './chart-series'
import { chartTooltip } from './chart-tooltip'
import type { AxisScale, LineFigure } from './figure'
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

export interface ChartSettings {
  theme: ChartTheme
  /** Pixels of the whole chart. */
  width: number
  height: number
  /** Chosen instead of the figure's own; ignored where a log scale makes no sense. */
  xScale?: AxisScale | undefined
  yScale?: AxisScale | undefined
  /** Zoom: what the axes show instead of everything. */
  xRange?: Range | null | undefined
  yRange?: Range | null | undefined
  /** Weight of the moving average over raw lines, 0 to below 1. */
  smoothing?: number | undefined
  /** Draw title and subtitle in the chart; where the page has them, leave them out. */
  withTitle?: boolean | undefined
  /** Legend entries that are switched off: the axes fit the others, and the tooltip leaves them out. */
  hidden?: ReadonlySet<string> | undefined
  /** Figures never move by themselves. */
  animation?: false
}

/** Without quotes, which would end the attribute of an SVG in some readers. */
const fontFamily = 'Inter, Helvetica Neue, Helvetica, Liberation Sans, Arial, sans-serif'
const tickSize = 11
const nameSize = 11.5
const titleSize = 14
const subtitleSize = 11.5
const legendSize = 11.5
const legendRow = 20
/** Of all one-line texts. Said everywhere: ECharts otherwise measures a Chinese character, which not every machine has. */
const lineHeight = 14

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

/** Values that the chosen scales cannot show. */
function leftOut(figure: LineFigure, xScale: AxisScale, yScale: AxisScale): number {
  let count = 0
  for (const { x, y } of figure.lines) {
    for (let i = 0; i < x.length; i++) {
      if (Number.isFinite(y[i]!) && !(isDrawable(x[i]!, xScale) && isDrawable(y[i]!, yScale))) count++
    }
  }
  return count
}

/** The figure's subtitle with what the chosen scales and smoothing change about what is seen. */
export function chartSubtitle(
  figure: LineFigure,
  settings: Pick<ChartSettings, 'xScale' | 'yScale' | 'smoothing'>,
): string {
  const xScale = figure.x.canBeLog ? (settings.xScale ?? figure.x.scale) : 'linear'
  const yScale = figure.y.canBeLog ? (settings.yScale ?? figure.y.scale) : 'linear'
  const notes = [figure.subtitle]
  const missing = leftOut(figure, xScale, yScale)
  if (missing > 0)
    notes.push(`${missing.toLocaleString('en')} ${missing === 1 ? 'value' : 'values'} not above zero left out`)
  const smoothing = settings.smoothing ?? 0
  if (smoothing > 0 && figure.lines.some((line) => line.style === 'raw')) notes.push(`smoothed ${smoothing}`)
  return notes.filter((note) => note !== '').join('; ')
}

/** Drawn into a box of 18 by 3, or by 5 with its corners marked, so that a dot is no larger than in the plot. */
const icons = {
  solid: 'path://M0 0h18v3h-18z',
  dashed: 'path://M0 0h7v3h-7zM11 0h7v3h-7z',
  points: 'path://M0 0h.01v.01zM18 5h-.01v-.01zM9 0a2.5 2.5 0 1 0 .001 0z',
}

interface LegendLayout {
  option: LegendComponentOption[]
  height: number
}

/** One row that scrolls on screen; as many rows as it takes on paper. Absent for a single entry. */
function legendLayout(figure: LineFigure, settings: ChartSettings, top: number): LegendLayout {
  const colors = chartColors[settings.theme]
  const names = [...new Set(figure.lines.map((line) => line.legend))]
  if (names.length < 2) return { option: [{ show: false }], height: 0 }
  const entries = names.map((name) => {
    const ofName = figure.lines.filter(({ legend }) => legend === name)
    const line = ofName.find(({ style }) => style === 'line' || style === 'raw') ?? ofName.at(-1)!
    const { color, dash } = strokeOf(line, settings.theme)
    const icon = line.style === 'points' ? icons.points : dash ? icons.dashed : icons.solid
    return { name, icon, itemStyle: { color, opacity: 1 } }
  })
  const selected = Object.fromEntries(names.map((name) => [name, !settings.hidden?.has(name)]))
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
    selected,
    emphasis: { selectorLabel: {} },
  }
  if (settings.theme !== 'print') {
    const pager = {
      pageIconSize: 9,
      pageIconColor: colors.muted,
      pageIconInactiveColor: colors.grid,
      pageTextStyle: { color: colors.muted, fontSize: legendSize, lineHeight },
    }
    return { option: [{ ...common, ...pager, type: 'scroll', top, data: entries }], height: legendRow }
  }
  const rows = legendRows(entries, settings.width - 24)
  const option = rows.map((data, row) => ({ ...common, type: 'plain' as const, top: top + row * legendRow, data }))
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

function titleLayout(figure: LineFigure, settings: ChartSettings): { option: TitleComponentOption; height: number } {
  if (!settings.withTitle) return { option: { show: false }, height: 0 }
  const colors = chartColors[settings.theme]
  const lines = wrapped(chartSubtitle(figure, settings), settings.width - 24, subtitleSize)
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

/** What the legend has left switched on; everything where that would be nothing. */
function shownFigure(figure: LineFigure, hidden: ReadonlySet<string> | undefined): LineFigure {
  const lines = figure.lines.filter((line) => !hidden?.has(line.legend))
  return lines.length > 0 ? { ...figure, lines } : figure
}

function axisOption(layout: AxisLayout, settings: ChartSettings): object {
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

function emptyOption(figure: LineFigure, settings: ChartSettings, title: TitleComponentOption): ChartOption {
  const colors = chartColors[settings.theme]
  const note: TitleComponentOption = {
    left: 'center',
    top: 'middle',
    text: wrapped(figure.emptyText, settings.width - 40, 12).join('\n'),
    textStyle: { color: colors.muted, fontSize: 12, fontWeight: 'normal', fontFamily },
  }
  return { animation: false, backgroundColor: colors.background, title: [title, note], series: [] }
}

/**
 * The whole option of a chart; plain data but for the formatters. Needs the parts that chart-parts.ts lists. Log axes leave out what is
 * not above zero (chartSubtitle says how much). Lines of any number of points are drawn as they are: envelopes are made where the data is.
 */
export function chartOption(figure: LineFigure, settings: ChartSettings): ChartOption {
  const colors = chartColors[settings.theme]
  const title = titleLayout(figure, settings)
  if (figure.lines.every((line) => line.x.length === 0)) return emptyOption(figure, settings, title.option)

  const legend = legendLayout(figure, settings, title.height + 4)
  const top = title.height + legend.height + 12
  const bottom = 44
  const right = 18
  const yTicks = Math.max(2, Math.min(6, Math.floor((settings.height - top - bottom) / 36)))
  const xTicks = Math.max(2, Math.min(8, Math.floor((settings.width - 80) / 72)))
  const shown = shownFigure(figure, settings.hidden)
  const x = xLayout(shown, { scale: settings.xScale, range: settings.xRange, tickCount: xTicks })
  const y = yLayout(shown, x, { scale: settings.yScale, range: settings.yRange, tickCount: yTicks })
  const labelWidth = Math.max(16, ...y.labels.map((label) => textWidth(label, tickSize)))
  const left = Math.ceil(labelWidth + 34)
  const smoothing = Math.min(0.999, Math.max(0, settings.smoothing ?? 0))

  return {
    animation: false,
    backgroundColor: colors.background,
    textStyle: { fontFamily },
    title: [title.option],
    legend: legend.option,
    grid: { top, bottom, left, right, outerBoundsMode: 'none' },
    tooltip: chartTooltip(figure, {
      theme: settings.theme,
      x,
      y,
      smoothing,
      height: settings.height,
      top,
      bottom,
      hidden: settings.hidden ?? new Set(),
    }),
    xAxis: {
      ...axisOption(x, settings),
      name: figure.x.label,
      nameGap: 22,
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: colors.axis } },
    },
    yAxis: {
      ...axisOption(y, settings),
      name: figure.y.label,
      nameRotate: 90,
      nameGap: labelWidth + 14,
      axisLine: { show: false },
    },
    series: chartSeries(figure, { theme: settings.theme, x, y, smoothing }),
  } as ChartOption
}
