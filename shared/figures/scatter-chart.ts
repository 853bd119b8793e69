/** The chart of points in the plane: dots, ways of trainings, curves behind them, coloured by a value where the figure says so. */
import { axisLayout, extentOf, isDrawable, type AxisLayout, type Range } from './axis-range'
import {
  baseOption,
  emptyDrawing,
  legendLayout,
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
  type LegendEntry,
  type Plot,
} from './chart-frame'
import { chartSeries } from './chart-series'
import { colorBarShapes, colorBarWidth, colorLayout, type ColorLayout } from './color-scale'
import type { PointGroup, ScatterFigure } from './figure'
import { leftOutNote, linesLeftOut, pointsLeftOut, shownScales, uncolored } from './figure-axes'
import { joined } from './figure-names'
import { lineEntries } from './line-chart'
import { groupEntries, groupShapes, labelShapes, targetsOf, type PlacedGroup, type PointLook } from './point-shapes'
import { chartColors } from './palette'
import { shapeSeries, type Pixel } from './shapes'

export function scatterSubtitle(figure: ScatterFigure, settings: Pick<ChartSettings, 'scales'>): string {
  const scales = shownScales(figure, settings.scales)
  const missing = pointsLeftOut(figure.groups, scales) + linesLeftOut(figure.lines ?? [], scales.x!, scales.y!)
  const hollow = figure.color ? uncolored(figure.groups.map(({ values }) => values), scales.color) : 0 // prettier-ignore
  return joined(
    figure.subtitle,
    leftOutNote(missing, ['point', 'points']),
    hollow > 0 ? `${hollow} hollow: ${figure.color!.label} not above zero` : '',
  )
}

/** What the legend has left switched on; everything where that would be nothing. */
export function shownGroups<Group extends PointGroup>(
  groups: readonly Group[],
  hidden: ReadonlySet<string> | undefined,
): readonly Group[] {
  const shown = groups.filter((group) => !hidden?.has(group.legend))
  return shown.length > 0 ? shown : groups
}

/** Points of a group in pixels of a plot; null where the scales cannot show them. */
export function placedIn(plot: Plot, group: PointGroup): PlacedGroup {
  const pixels = Array.from(group.x, (x, index): Pixel | null => {
    const y = group.y[index]!
    return isDrawable(x, plot.x.scale) && isDrawable(y, plot.y.scale) ? toPixels(plot, x, y) : null
  })
  return { group, pixels }
}

/** Whether a point is inside the plot, give or take its marker. */
export function isInside({ left, top, width, height }: Plot, [x, y]: Pixel): boolean {
  return x >= left - 4 && x <= left + width + 4 && y >= top - 4 && y <= top + height + 4
}

/** Both ranges wide enough that a unit is as long along both axes; linear axes only. */
export function withEqualScales(x: Range, y: Range, width: number, height: number): { x: Range; y: Range } {
  const unit = Math.max((x[1] - x[0]) / width, (y[1] - y[0]) / height)
  const around = ([low, high]: Range, pixels: number): Range => {
    const half = (unit * pixels) / 2
    return [(low + high) / 2 - half, (low + high) / 2 + half]
  }
  return { x: around(x, width), y: around(y, height) }
}

/** The axes of the plot, with air around points; labels of y decide how much width is left for x. */
function scatterPlot(figure: ScatterFigure, settings: ChartSettings, top: number, barWidth: number): Plot {
  const height = Math.max(10, settings.height - top - xAxisHeight)
  const counts = tickCounts(settings.width - 80 - barWidth, height)
  const scales = shownScales(figure, settings.scales)
  const groups = shownGroups(figure.groups, settings.hidden)
  const lines = (figure.lines ?? []).filter(({ legend }) => !settings.hidden?.has(legend))
  const layoutOf = (key: 'x' | 'y', range: Range | null | undefined): AxisLayout => {
    const arrays = [...groups, ...lines].map((part) => part[key])
    const wish = { scale: scales[key], range, tickCount: counts[key] }
    return axisLayout(figure[key], (scale) => extentOf(arrays, scale), 0.06, wish)
  }
  let x = layoutOf('x', settings.xRange)
  let y = layoutOf('y', settings.yRange)
  const plotOf = (): Plot => {
    const left = yAxisWidth(y)
    return { left, top, width: Math.max(10, settings.width - left - barWidth), height, x, y }
  }
  if (figure.equalScales && x.scale === 'linear' && y.scale === 'linear') {
    // Twice: other tick labels may leave another width.
    for (let round = 0; round < 2; round++) {
      const equal = withEqualScales(x.range, y.range, plotOf().width, height)
      x = layoutOf('x', equal.x)
      y = layoutOf('y', equal.y)
    }
  }
  return plotOf()
}

/** Entries of curves and points together, one for each name. */
function entriesOf(figure: ScatterFigure, look: PointLook): LegendEntry[] {
  const points = groupEntries(figure.groups, look)
  const names = new Set(points.map(({ name }) => name))
  return [...points, ...lineEntries(figure.lines ?? [], look.theme).filter(({ name }) => !names.has(name))]
}

export function scatterDrawing(figure: ScatterFigure, settings: ChartSettings): Drawing {
  const { theme } = settings
  const subtitle = scatterSubtitle(figure, settings)
  if ([...figure.groups, ...(figure.lines ?? [])].every(({ x }) => x.length === 0))
    return emptyDrawing(figure, subtitle, settings)
  const scales = shownScales(figure, settings.scales)
  const values = figure.groups.flatMap((group) => (group.values ? [group.values] : []))
  const title = titleLayout(figure, subtitle, settings)
  const color: ColorLayout | undefined =
    figure.color && values.length > 0
      ? colorLayout(figure.color, scales.color!, values, tickCounts(0, settings.height - 90).y)
      : undefined
  const look: PointLook = { theme, color }
  const entries = entriesOf(figure, look)
  const legend = legendLayout(entries, settings, title.height + 4)
  const top = title.height + legend.height + 12
  const plot = scatterPlot(figure, settings, top, color ? colorBarWidth(color) : 18)
  const { x, y } = plot
  const placed = figure.groups.map((group) => placedIn(plot, group))
  const isShown = ({ group }: PlacedGroup): boolean =>
    settings.withLegend === false || !settings.hidden?.has(group.legend)
  const visible = placed
    .filter(isShown)
    .map(({ group, pixels }) => ({ group, pixels: pixels.map((at) => (at && isInside(plot, at) ? at : null)) }))
  const frame = { left: plot.left, top, right: plot.left + plot.width, bottom: top + plot.height }
  const bar = color ? colorBarShapes(color, { left: frame.right, top, height: plot.height }, settings) : []
  const option = {
    ...baseOption(settings),
    title: [title.option],
    legend: legend.option,
    grid: { left: plot.left, top, width: plot.width, height: plot.height, outerBoundsMode: 'none' },
    xAxis: { ...xAxisOption(figure.x, x, settings), splitLine: gridLines(settings) },
    yAxis: yAxisOption(figure.y, y, settings, { height: plot.height }),
    series: [
      ...chartSeries(figure.lines ?? [], { theme, x, y, smoothing: 0 }),
      ...placed.map((each, index) =>
        shapeSeries(`points:${each.group.key}`, groupShapes(each, look), {
          layer: 10 + index,
          name: each.group.legend,
          color: entries.find(({ name }) => name === each.group.legend)!.color,
          clip: plot,
        }),
      ),
      shapeSeries('labels', labelShapes(visible, frame, look, settings), { layer: 1000 }),
      ...(color ? [shapeSeries('colors', bar, { layer: 1001 })] : []),
    ],
  } as ChartOption
  return { option, plots: [plot], targets: targetsOf(visible) }
}

function gridLines(settings: ChartSettings): object {
  return { show: true, lineStyle: { color: chartColors[settings.theme].grid, width: 1 } }
}
