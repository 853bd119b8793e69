/** The chart of panels above each other: one x axis, a cursor through all panels, a tooltip with the values of each. */
import { isDrawable, xLayout, yLayout } from './axis-range'
import {
  baseOption,
  emptyDrawing,
  labelsWidth,
  legendLayout,
  nameSize,
  shortened,
  tickCounts,
  titleLayout,
  toPixels,
  xAxisHeight,
  xAxisOption,
  yAxisOption,
  yAxisWidth,
  type ChartOption,
  type ChartSettings,
  type Drawing,
  type Plot,
} from './chart-frame'
import { chartSeries } from './chart-series'
import { chartTooltip } from './chart-tooltip'
import type { StackedFigure } from './figure'
import { leftOutNote, linesLeftOut, panelAxisKey, shownScales } from './figure-axes'
import { joined } from './figure-names'
import { lineEntries, shownLines, smoothingNote, smoothingWeight } from './line-chart'
import { textWidth } from './numbers'
import { chartColors } from './palette'
import { lineShape, shapeSeries, textShape, type Shape } from './shapes'

/** Pixels between panels, above them where their names are, and above the first one where marks have their texts. */
const gap = 16
const captionHeight = 17
const marksHeight = 18

interface PanelLayout {
  plots: Plot[]
  /** Names above panels that are too low for names beside them. */
  hasCaptions: boolean
}

export function stackedSubtitle(figure: StackedFigure, settings: Pick<ChartSettings, 'scales' | 'smoothing'>): string {
  const scales = shownScales(figure, settings.scales)
  const missing = figure.panels.reduce(
    (sum, { key, lines }) => sum + linesLeftOut(lines, scales.x!, scales[panelAxisKey(key)]!),
    0,
  )
  const lines = figure.panels.flatMap((panel) => panel.lines)
  return joined(figure.subtitle, leftOutNote(missing), smoothingNote(lines, settings.smoothing))
}

/** Vertical lines through a panel; their texts above the first one, those left out that would overlap. */
function markShapes(
  figure: StackedFigure,
  { plots, hasCaptions }: PanelLayout,
  index: number,
  settings: ChartSettings,
): Shape[] {
  const plot = plots[index]!
  const isFirst = index === 0
  const above = hasCaptions ? captionHeight : 0
  const colors = chartColors[settings.theme]
  const shapes: Shape[] = []
  let free = 0
  const shown = (figure.marks ?? [])
    .filter(({ x }) => isDrawable(x, plot.x.scale) && x >= plot.x.range[0] && x <= plot.x.range[1])
    .sort((a, b) => a.x - b.x)
  for (const { x, text } of shown) {
    const [left] = toPixels(plot, x, plot.y.range[0])
    const stroke = { color: colors.muted, width: 1, dash: [4, 3] }
    shapes.push(
      lineShape(
        [
          [left, plot.top - above - (isFirst ? 5 : gap)],
          [left, plot.top + plot.height],
        ],
        stroke,
      ),
    )
    const width = textWidth(text, nameSize)
    const start = Math.max(free, Math.min(left - width / 2, settings.width - width - 6))
    if (!isFirst || start > left + 4 || start + width > settings.width) continue
    shapes.push(
      textShape(text, [start, plot.top - above - 7], { color: colors.muted, size: nameSize, baseline: 'bottom' }),
    )
    free = start + width + 12
  }
  return shapes
}

/** The names of panels, above them. */
function captionShapes(figure: StackedFigure, { plots, hasCaptions }: PanelLayout, settings: ChartSettings): Shape[] {
  if (!hasCaptions) return []
  const { muted } = chartColors[settings.theme]
  const width = settings.width - 16
  return figure.panels.map(({ y }, index) => {
    const { left, top } = plots[index]!
    const text = shortened(y.label, width - left, nameSize)
    return textShape(text, [left, top - 5], { color: muted, size: nameSize, baseline: 'bottom' })
  })
}

function panelLayout(figure: StackedFigure, settings: ChartSettings, top: number): PanelLayout {
  const { panels } = figure
  const scales = shownScales(figure, settings.scales)
  const inner = settings.height - top - xAxisHeight - gap * (panels.length - 1)
  const spread = Math.max(10, Math.floor(inner / panels.length))
  const hasCaptions = panels.some(({ y }) => textWidth(y.label, nameSize) > spread + 16)
  const above = hasCaptions ? captionHeight : 0
  const height = Math.max(10, spread - above)
  const counts = tickCounts(settings.width - 80, height)
  const lines = panels.map((panel) => shownLines(panel.lines, settings.hidden))
  const x = xLayout(
    { x: figure.x, lines: lines.flat() },
    { scale: scales.x, range: settings.xRange, tickCount: counts.x },
  )
  const layouts = panels.map(({ key, y }, index) =>
    yLayout({ y, lines: lines[index]! }, x, { scale: scales[panelAxisKey(key)], tickCount: counts.y }),
  )
  const left = Math.max(...layouts.map(yAxisWidth)) - (hasCaptions ? 18 : 0)
  const width = settings.width - left - 18
  const topOf = (index: number): number => top + above + index * (height + above + gap)
  return { hasCaptions, plots: layouts.map((y, index) => ({ left, width, height, top: topOf(index), x, y })) }
}

export function stackedDrawing(figure: StackedFigure, settings: ChartSettings): Drawing {
  const { theme, height } = settings
  const all = figure.panels.flatMap((panel) => panel.lines)
  const subtitle = stackedSubtitle(figure, settings)
  if (all.every((line) => line.x.length === 0)) return emptyDrawing(figure, subtitle, settings)
  const title = titleLayout(figure, subtitle, settings)
  const legend = legendLayout(lineEntries(all, theme), settings, title.height + 4)
  const marksRoom = (figure.marks?.length ?? 0) > 0 ? marksHeight : 0
  const layout = panelLayout(figure, settings, title.height + legend.height + 12 + marksRoom)
  const { plots, hasCaptions } = layout
  const smoothing = smoothingWeight(settings)
  const hidden = (settings.withLegend === false ? undefined : settings.hidden) ?? new Set<string>()
  const nameGap = Math.max(...plots.map(({ y }) => labelsWidth(y))) + 14
  const last = plots.length - 1
  const tooltipPlots = figure.panels.map(({ y, lines }, index) => {
    const plot = plots[index]!
    const bottom = height - plot.top - plot.height
    const context = { theme, x: plot.x, y: plot.y, smoothing, height, top: plot.top, bottom, hidden }
    return { caption: y.label, lines, context }
  })
  const option = {
    ...baseOption(settings),
    title: [title.option],
    legend: legend.option,
    grid: plots.map(({ left, top, width, height: of }) => ({ left, top, width, height: of, outerBoundsMode: 'none' })),
    tooltip: chartTooltip(figure.x.label, tooltipPlots, theme),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    xAxis: plots.map(({ x }, gridIndex) => {
      const axis = xAxisOption(figure.x, x, settings)
      return gridIndex === last
        ? { ...axis, gridIndex }
        : { ...axis, gridIndex, name: '', axisLabel: { show: false }, axisTick: { show: false } }
    }),
    yAxis: figure.panels.map(({ y }, gridIndex) => ({
      ...yAxisOption(y, plots[gridIndex]!.y, settings, { height: plots[gridIndex]!.height, nameGap }),
      ...(hasCaptions ? { name: '' } : {}),
      gridIndex,
    })),
    series: [
      ...figure.panels.flatMap(({ key, lines }, index) => {
        const { x, y } = plots[index]!
        return [
          ...chartSeries(lines, { theme, x, y, smoothing, panel: { index, key } }),
          shapeSeries(`marks:${key}`, markShapes(figure, layout, index, settings), { layer: 6 }),
        ]
      }),
      shapeSeries('captions', captionShapes(figure, layout, settings), { layer: 7 }),
    ],
  } as ChartOption
  return { option, plots, targets: [] }
}
