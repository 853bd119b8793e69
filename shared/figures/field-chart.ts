/** The chart of a scalar field: filled contours with values on their lines, or cells while it is coarse; ways of trainings on top. */
import { axisLayout, extentOf, type AxisLayout, type Range } from './axis-range'
import {
  baseOption,
  emptyDrawing,
  fromPixels,
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
  type Plot,
} from './chart-frame'
import { bandShare, colorBarShapes, colorBarWidth, colorLayout, valueColor, type ColorLayout } from './color-scale'
import { isDarkShare, rampColor } from './color-ramp'
import { contours, type GridPlace } from './contours'
import { computedGrid, contourGrid, contourLevels, fieldAt, hasContours, valuesAt } from './field-grid'
import type { AxisScale, FieldFigure, Grid } from './figure'
import { leftOutNote, shownScales, uncolored } from './figure-axes'
import { joined } from './figure-names'
import type { Box } from './label-places'
import { levelTexts } from './contour-labels'
import { groupEntries, groupShapes, labelShapes, targetsOf, type PointLook } from './point-shapes'
import { isInside, placedIn, withEqualScales } from './scatter-chart'
import { lineShape, rectangleShape, ringsShape, shapeSeries, textShape, type Pixel, type Shape } from './shapes'

export function fieldSubtitle(figure: FieldFigure, settings: Pick<ChartSettings, 'scales'>): string {
  const missing = uncolored([figure.values], shownScales(figure, settings.scales).color)
  return joined(figure.subtitle, leftOutNote(missing))
}

/** The part of the field that is shown: all of it, or what was zoomed into. */
function shownAxes(
  figure: FieldFigure,
  settings: ChartSettings,
  width: number,
  height: number,
): { x: AxisLayout; y: AxisLayout } {
  const counts = tickCounts(width, height)
  const scales = shownScales(figure, settings.scales)
  const layoutOf = (key: 'x' | 'y', range?: Range | null): AxisLayout =>
    axisLayout(figure[key], (scale) => extentOf([key === 'x' ? figure.xs : figure.ys], scale), 0, {
      scale: scales[key],
      range,
      tickCount: counts[key],
    })
  const whole = { x: layoutOf('x'), y: layoutOf('y') }
  const part = { x: layoutOf('x', settings.xRange), y: layoutOf('y', settings.yRange) }
  if (!isEqual(figure, scales) || (!settings.xRange && !settings.yRange)) return part
  // Wider along the axis that has room, as far as the field goes.
  const equal = withEqualScales(part.x.range, part.y.range, width, height)
  const cut = (range: Range, [low, high]: Range): Range => [Math.max(range[0], low), Math.min(range[1], high)]
  return { x: layoutOf('x', cut(equal.x, whole.x.range)), y: layoutOf('y', cut(equal.y, whole.y.range)) }
}

function isEqual(figure: FieldFigure, scales: Readonly<Record<string, AxisScale>>): boolean {
  return figure.equalScales === true && scales.x === 'linear' && scales.y === 'linear'
}

/** The plot beside its colour bar; narrower or lower than there is room where units are to be as long along both axes. */
function fieldPlot(figure: FieldFigure, settings: ChartSettings, top: number, barWidth: number): Plot {
  const height = Math.max(10, settings.height - top - xAxisHeight)
  const room = Math.max(10, settings.width - 70 - barWidth)
  const { x, y } = shownAxes(figure, settings, room, height)
  const left = yAxisWidth(y)
  const width = Math.max(10, settings.width - left - barWidth)
  const plot = { left, top, width, height, x, y }
  if (!isEqual(figure, shownScales(figure, settings.scales))) return plot
  const unit = Math.max((x.range[1] - x.range[0]) / width, (y.range[1] - y.range[0]) / height)
  const [fitWidth, fitHeight] = [(x.range[1] - x.range[0]) / unit, (y.range[1] - y.range[0]) / unit]
  const counts = tickCounts(fitWidth, fitHeight)
  const again = (layout: AxisLayout, key: 'x' | 'y'): AxisLayout =>
    axisLayout(figure[key], () => layout.range, 0, { scale: 'linear', range: layout.range, tickCount: counts[key] })
  return {
    ...plot,
    left: left + (width - fitWidth) / 2,
    top: top + (height - fitHeight) / 2,
    width: fitWidth,
    height: fitHeight,
    x: again(x, 'x'),
    y: again(y, 'y'),
  }
}

interface FieldParts {
  grid: Grid
  plot: Plot
  color: ColorLayout
  settings: ChartSettings
}

/** One rectangle for each sample that is known, half way to its neighbours. */
function cellShapes({ grid, plot, color, settings }: FieldParts): Shape[] {
  const { xs, ys, values } = grid
  const edges = (along: Float64Array, index: number): [number, number] => {
    const at = along[index]!
    return [(at + (along[index - 1] ?? at)) / 2, (at + (along[index + 1] ?? at)) / 2]
  }
  const shapes: Shape[] = []
  for (let row = 0; row < ys.length; row++) {
    const [low, high] = edges(ys, row)
    for (let column = 0; column < xs.length; column++) {
      const fill = valueColor(values[row * xs.length + column]!, color, settings.theme)
      if (!fill) continue
      const [from, to] = edges(xs, column)
      const [left, bottom] = toPixels(plot, from, low)
      const [right, top] = toPixels(plot, to, high)
      // Half a pixel wider, so that nothing shines through between cells.
      shapes.push(rectangleShape(left, top, right - left + 0.5, bottom - top + 0.5, { fill }))
    }
  }
  return shapes
}

/** Filled bands from the lowest up, each over the one below it, then the lines between them. */
function contourShapes({ grid, plot, color, settings }: FieldParts): { shapes: Shape[]; texts: Shape[] } {
  const { theme } = settings
  const levels = color.levels ?? []
  const inMeasure = (level: number): number => (color.scale === 'log' ? Math.log10(level) : level)
  const pixels = (places: readonly GridPlace[]): Pixel[] =>
    places.map((place) => toPixels(plot, ...valuesAt(grid, place)))
  const fill = (below: number): string => rampColor(bandShare(below, levels.length), theme)
  const found = contours(contourGrid(grid, color.scale), [-Infinity, ...levels.map(inMeasure)])
  const bands = found.map(({ regions }, below) => ringsShape(regions.map(pixels), { fill: fill(below) }))
  const lines = found.slice(1).map((contour) => contour.lines.map(pixels))
  const isDark = (index: number): boolean => isDarkShare(bandShare(index, levels.length), theme)
  const strokes = lines.flatMap((parts, index) =>
    parts.map((part) =>
      lineShape(part, {
        color: isDark(index) ? '#ffffff' : '#000000',
        width: 0.8,
        opacity: isDark(index) ? 0.32 : 0.34,
      }),
    ),
  )
  const frame: Box = { left: plot.left, top: plot.top, right: plot.left + plot.width, bottom: plot.top + plot.height }
  const texts = levelTexts(levels, lines, frame, color.scale).map(({ text, at, rotation, index }) =>
    textShape(text, at, {
      color: isDark(index) ? '#ffffff' : '#111111',
      halo: fill(index + 1),
      size: 10,
      align: 'center',
      rotation,
    }),
  )
  return { shapes: [...bands, ...strokes], texts }
}

export function fieldDrawing(figure: FieldFigure, settings: ChartSettings): Drawing {
  const { theme } = settings
  const subtitle = fieldSubtitle(figure, settings)
  if (!figure.values.some(Number.isFinite)) return emptyDrawing(figure, subtitle, settings)
  const scales = shownScales(figure, settings.scales)
  const grid = computedGrid(figure)
  const isContoured = hasContours(grid, scales.color!)
  const ramp = colorLayout(figure.color, scales.color!, [figure.values], tickCounts(0, settings.height - 90).y + 2)
  const color = isContoured ? { ...ramp, levels: contourLevels(ramp.range, ramp.scale) } : ramp
  const title = titleLayout(figure, subtitle, settings)
  // Ways are seen on any colour of the field: they have an edge of paper around them.
  const look: PointLook = { theme, halo: theme === 'dark' ? '#15181b' : '#ffffff' }
  const entries = groupEntries(figure.paths, look)
  const legend = legendLayout(entries, settings, title.height + 4)
  const top = title.height + legend.height + 12
  const plot = fieldPlot(figure, settings, top, colorBarWidth(color))
  const parts = { grid, plot, color, settings }
  const { shapes, texts } = isContoured ? contourShapes(parts) : { shapes: cellShapes(parts), texts: [] }
  const placed = figure.paths.map((group) => placedIn(plot, group))
  const visible = placed
    .filter(({ group }) => settings.withLegend === false || !settings.hidden?.has(group.legend))
    .map(({ group, pixels }) => ({ group, pixels: pixels.map((at) => (at && isInside(plot, at) ? at : null)) }))
  const frame = { left: plot.left, top: plot.top, right: plot.left + plot.width, bottom: plot.top + plot.height }
  const place = { left: frame.right, top: plot.top, height: plot.height }
  const option = {
    ...baseOption(settings),
    title: [title.option],
    legend: legend.option,
    grid: { left: plot.left, top: plot.top, width: plot.width, height: plot.height, outerBoundsMode: 'none' },
    xAxis: xAxisOption(figure.x, plot.x, settings),
    yAxis: { ...yAxisOption(figure.y, plot.y, settings, { height: plot.height }), splitLine: { show: false } },
    series: [
      shapeSeries('field', shapes, { layer: 1, clip: plot }),
      shapeSeries('levels', texts, { layer: 2, clip: plot }),
      ...placed.map((each, index) =>
        shapeSeries(`path:${each.group.key}`, groupShapes(each, look), {
          layer: 10 + index,
          name: each.group.legend,
          color: entries.find(({ name }) => name === each.group.legend)!.color,
          clip: plot,
        }),
      ),
      shapeSeries('labels', labelShapes(visible, frame, look, settings), { layer: 1000 }),
      shapeSeries('colors', colorBarShapes(color, place, settings), { layer: 1001 }),
    ],
  } as ChartOption
  const valueAt = (left: number, at: number) => {
    if (!isInside(plot, [left, at])) return null
    const [x, y] = fromPixels(plot, left, at)
    const value = fieldAt(grid, x, y)
    return value === undefined ? null : { x, y, value }
  }
  return { option, plots: [plot], targets: targetsOf(visible), valueAt }
}
