/** The chart of a figure of lines. Series, tooltip and ticks have files of their own. */
import { placeOn, valueOn, xLayout, yLayout, type AxisLayout } from './axis-range'
import {
  baseOption,
  emptyDrawing,
  labelsWidth,
  legendIcons,
  legendLayout,
  tickCounts,
  titleLayout,
  xAxisHeight,
  xAxisOption,
  yAxisOption,
  yAxisWidth,
  type ChartOption,
  type ChartSettings,
  type Drawing,
  type LegendEntry,
} from './chart-frame'
import { chartSeries, strokeOf } from './chart-series'
import { chartTooltip } from './chart-tooltip'
import type { Line, LineFigure } from './figure'
import { leftOutNote, linesLeftOut, shownScales } from './figure-axes'
import { joined } from './figure-names'
import type { ChartTheme } from './palette'

/** What smoothing does to noisy lines, in words; nothing where there are none. */
export function smoothingNote(lines: readonly Line[], smoothing = 0): string {
  return smoothing > 0 && lines.some((line) => line.style === 'raw') ? `smoothed ${smoothing}` : ''
}

/** The figure's subtitle with what the chosen scales and smoothing change about what is seen. */
export function lineSubtitle(figure: LineFigure, settings: Pick<ChartSettings, 'scales' | 'smoothing'>): string {
  const scales = shownScales(figure, settings.scales)
  const { left, right } = bySide(figure.lines, figure)
  const missing =
    linesLeftOut(left, scales.x!, scales.y!) + (right.length > 0 ? linesLeftOut(right, scales.x!, scales.right!) : 0)
  return joined(figure.subtitle, leftOutNote(missing), smoothingNote(figure.lines, settings.smoothing))
}

/** One entry for each name in a legend, drawn as its most telling line. */
export function lineEntries(lines: readonly Line[], theme: ChartTheme): LegendEntry[] {
  return [...new Set(lines.map((line) => line.legend))].map((name) => {
    const ofName = lines.filter(({ legend }) => legend === name)
    const line = ofName.find(({ style }) => style === 'line' || style === 'raw') ?? ofName.at(-1)!
    const { color, dash } = strokeOf(line, theme)
    const icon = line.style === 'points' ? legendIcons.points : dash ? legendIcons.dashed : legendIcons.solid
    return { name, icon, color }
  })
}

/** What the legend has left switched on; everything where that would be nothing. */
export function shownLines(lines: readonly Line[], hidden: ReadonlySet<string> | undefined): readonly Line[] {
  const shown = lines.filter((line) => !hidden?.has(line.legend))
  return shown.length > 0 ? shown : lines
}

/** The weight of a moving average, as far as it makes sense. */
export function smoothingWeight(settings: ChartSettings): number {
  return Math.min(0.999, Math.max(0, settings.smoothing ?? 0))
}

function bySide(lines: readonly Line[], figure: LineFigure): { left: readonly Line[]; right: readonly Line[] } {
  if (!figure.right) return { left: lines, right: [] }
  return { left: lines.filter(({ axis }) => axis !== 'right'), right: lines.filter(({ axis }) => axis === 'right') }
}

/** The layouts of all axes. A zoom along y shows the same part of the second axis. */
export function lineAxes(
  figure: LineFigure,
  settings: Pick<ChartSettings, 'scales' | 'xRange' | 'yRange' | 'hidden'>,
  counts: { x: number; y: number },
): { x: AxisLayout; y: AxisLayout; right?: AxisLayout } {
  const lines = shownLines(figure.lines, settings.hidden)
  const { left, right } = bySide(lines, figure)
  const scales = shownScales(figure, settings.scales)
  const x = xLayout({ x: figure.x, lines }, { scale: scales.x, range: settings.xRange, tickCount: counts.x })
  const leftParts = { y: figure.y, lines: left }
  const leftWish = { scale: scales.y, tickCount: counts.y }
  const y = yLayout(leftParts, x, { ...leftWish, range: settings.yRange })
  if (!figure.right) return { x, y }
  const rightParts = { y: figure.right, lines: right }
  const rightWish = { scale: scales.right, tickCount: counts.y }
  const whole = yLayout(rightParts, x, rightWish)
  if (!settings.yRange) return { x, y, right: whole }
  const wholeLeft = yLayout(leftParts, x, leftWish)
  const part = y.range.map((value) => valueOn(placeOn(value, wholeLeft), whole)) as [number, number]
  return { x, y, right: yLayout(rightParts, x, { ...rightWish, range: part }) }
}

export function lineDrawing(figure: LineFigure, settings: ChartSettings): Drawing {
  const { theme, width, height } = settings
  const subtitle = lineSubtitle(figure, settings)
  if (figure.lines.every((line) => line.x.length === 0)) return emptyDrawing(figure, subtitle, settings)
  const title = titleLayout(figure, subtitle, settings)
  const legend = legendLayout(lineEntries(figure.lines, theme), settings, title.height + 4)
  const top = title.height + legend.height + 12
  const bottom = xAxisHeight
  const axes = lineAxes(figure, settings, tickCounts(width - 80, height - top - bottom))
  const { x, y } = axes
  const left = yAxisWidth(y)
  const right = axes.right ? yAxisWidth(axes.right) : 18
  const smoothing = smoothingWeight(settings)
  const hidden = (settings.withLegend === false ? undefined : settings.hidden) ?? new Set<string>()
  const plotHeight = height - top - bottom
  const plot = { left, top, width: width - left - right, height: plotHeight, x, y }
  const leftAxis = yAxisOption(figure.y, y, settings, { height: plotHeight })
  const option = {
    ...baseOption(settings),
    title: [title.option],
    legend: legend.option,
    grid: { top, bottom, left, right, outerBoundsMode: 'none' },
    tooltip: chartTooltip(
      figure.x.label,
      [{ lines: figure.lines, context: { theme, ...axes, smoothing, height, top, bottom, hidden } }],
      theme,
    ),
    xAxis: xAxisOption(figure.x, x, settings),
    yAxis: axes.right
      ? [
          leftAxis,
          {
            ...yAxisOption(figure.right!, axes.right, settings, { height: plotHeight, side: 'right' }),
            nameGap: labelsWidth(axes.right) + 16,
            splitLine: { show: false },
          },
        ]
      : leftAxis,
    series: chartSeries(figure.lines, { theme, ...axes, smoothing }),
  } as ChartOption
  return { option, plots: [plot], targets: [] }
}
