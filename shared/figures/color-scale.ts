/** From values to colours, and the colour bar beside a plot that says how. */
import { axisLayout, extentOf, isDrawable, placeOn, valueOn, type AxisLayout } from './axis-range'
import { lineHeight, nameSize, shortened, tickSize, type ChartSettings } from './chart-frame'
import { rampColor } from './color-ramp'
import type { AxisScale, ColorScale } from './figure'
import { textWidth } from './numbers'
import { chartColors, type ChartTheme } from './palette'
import { rectangleShape, textShape, type Shape } from './shapes'

export interface ColorLayout extends AxisLayout {
  label: string
  /** Values between which a colour stays the same, ascending; absent: colours change steadily. */
  levels?: readonly number[]
}

/** The range, scale and ticks of a colour scale over some values. */
export function colorLayout(
  color: ColorScale,
  scale: AxisScale,
  arrays: readonly Float64Array[],
  tickCount: number,
): ColorLayout {
  const fixed = color.range ? { min: color.range[0], max: color.range[1] } : {}
  const axis = { label: color.label, scale, canBeLog: true, ...fixed }
  const layout = axisLayout(axis, (shown) => extentOf(arrays, shown), 0, { scale, tickCount })
  return { ...layout, label: color.label }
}

/** Place of a value on the ramp, 0 to 1; undefined for what the scale cannot show. */
export function colorShare(value: number, layout: ColorLayout): number | undefined {
  if (!isDrawable(value, layout.scale)) return undefined
  const share = Math.min(1, Math.max(0, placeOn(value, layout)))
  if (!layout.levels || layout.levels.length === 0) return share
  const below = layout.levels.filter((level) => level <= value).length
  return bandShare(below, layout.levels.length)
}

/** The colour of the band with so many levels below it, of levels + 1 bands. */
export function bandShare(below: number, levels: number): number {
  return levels === 0 ? 0.5 : below / levels
}

export function valueColor(value: number, layout: ColorLayout, theme: ChartTheme): string | undefined {
  const share = colorShare(value, layout)
  return share === undefined ? undefined : rampColor(share, theme)
}

const barWidth = 12
const gapToPlot = 14
const gapToTicks = 5
const gapToName = 6

/** Pixels that the bar takes to the right of a plot, the chart's margin included. */
export function colorBarWidth(layout: ColorLayout): number {
  const labels = Math.max(12, ...layout.labels.map((label) => textWidth(label, tickSize)))
  return Math.ceil(gapToPlot + barWidth + gapToTicks + labels + gapToName + lineHeight + 4)
}

/** Blocks of colour from the lowest value at the bottom; a steady ramp in as many as there are pixels of two. */
function barBlocks(layout: ColorLayout, left: number, top: number, height: number, theme: ChartTheme): Shape[] {
  const steps = Math.max(2, Math.min(128, Math.round(height / 2)))
  const places = layout.levels
    ? [0, ...layout.levels.map((level) => placeOn(level, layout)), 1]
    : Array.from({ length: steps + 1 }, (_, i) => i / steps)
  return places.slice(1).map((to, index) => {
    const from = places[index]!
    const middle = valueOn((from + to) / 2, layout)
    const fill = valueColor(middle, layout, theme) ?? rampColor(0, theme)
    // Blocks reach half a pixel below, so that nothing shines through between them.
    const bleed = from > 0 ? 0.5 : 0
    return rectangleShape(left, top + (1 - to) * height, barWidth, (to - from) * height + bleed, { fill })
  })
}

/** The bar with its ticks and its name, beside the right edge of a plot. */
export function colorBarShapes(
  layout: ColorLayout,
  place: { left: number; top: number; height: number },
  settings: Pick<ChartSettings, 'theme'>,
): Shape[] {
  const { theme } = settings
  const colors = chartColors[theme]
  const left = place.left + gapToPlot
  const shapes = barBlocks(layout, left, place.top, place.height, theme)
  let free = Infinity
  layout.ticks.forEach((tick, index) => {
    const top = place.top + (1 - placeOn(tick, layout)) * place.height
    // From below: what would touch the label before it is left out.
    if (top > free) return
    free = top - lineHeight
    const at = [left + barWidth + gapToTicks, top] as const
    shapes.push(rectangleShape(left + barWidth, top - 0.5, 3, 1, { fill: colors.axis }))
    shapes.push(textShape(layout.labels[index]!, at, { color: colors.muted, size: tickSize }))
  })
  const labels = Math.max(12, ...layout.labels.map((label) => textWidth(label, tickSize)))
  const nameLeft = left + barWidth + gapToTicks + labels + gapToName + lineHeight / 2
  shapes.push(
    textShape(shortened(layout.label, place.height + 16, nameSize), [nameLeft, place.top + place.height / 2], {
      color: colors.muted,
      size: nameSize,
      align: 'center',
      rotation: Math.PI / 2,
    }),
  )
  return shapes
}
