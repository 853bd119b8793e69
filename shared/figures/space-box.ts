/** The box around three axes: its back walls with grid lines, ticks and names along its outer edges. */
import { placeOn, type AxisLayout } from './axis-range'
import { nameSize, shortened, tickSize, type ChartSettings } from './chart-frame'
import type { Axis } from './figure'
import { textWidth } from './numbers'
import { chartColors } from './palette'
import type { BoxPoint, Projection } from './projection'
import { lineShape, polygonShape, textShape, type Pixel, type Shape } from './shapes'

type Dimension = 0 | 1 | 2

export interface SpaceAxes {
  axes: readonly [Axis, Axis, Axis]
  layouts: readonly [AxisLayout, AxisLayout, AxisLayout]
}

/** A point with one coordinate replaced. */
function withCoordinate(point: BoxPoint, dimension: Dimension, value: number): BoxPoint {
  const changed: [number, number, number] = [...point]
  changed[dimension] = value
  return changed
}

/** Which end of a dimension is at the back. */
function backOf(view: Projection, dimension: Dimension): 1 | -1 {
  return view.towards[dimension] > 0 ? -1 : 1
}

/** The three walls behind everything, with a line at each tick. */
export function wallShapes({ layouts }: SpaceAxes, view: Projection, { theme }: ChartSettings): Shape[] {
  const colors = chartColors[theme]
  const shapes: Shape[] = []
  for (const wall of [0, 1, 2] as const) {
    const [first, second] = ([0, 1, 2] as const).filter((dimension) => dimension !== wall) as [Dimension, Dimension]
    const at = backOf(view, wall)
    const corner = (a: number, b: number): Pixel =>
      view.pixel(withCoordinate(withCoordinate(withCoordinate([0, 0, 0], wall, at), first, a), second, b))
    const outline = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
    shapes.push(polygonShape(outline, { fill: colors.grid, opacity: wall === 2 ? 0.45 : 0.25 }))
    for (const [along, across, flip] of [
      [first, second, false],
      [second, first, true],
    ] as const) {
      void across
      for (const tick of layouts[along].ticks) {
        const place = 2 * placeOn(tick, layouts[along]) - 1
        const ends = flip ? [corner(-1, place), corner(1, place)] : [corner(place, -1), corner(place, 1)]
        shapes.push(lineShape(ends, { color: colors.grid, width: 1 }))
      }
    }
    shapes.push(lineShape([...outline, outline[0]!], { color: colors.axis, width: 1 }))
  }
  return shapes
}

/** The edge of the box on which an axis has its ticks: on the outline, at the bottom for x and y, at the left for z. */
function tickEdge(view: Projection, dimension: Dimension): BoxPoint {
  if (dimension !== 2) {
    const other: Dimension = dimension === 0 ? 1 : 0
    return withCoordinate(withCoordinate([0, 0, 0], other, -backOf(view, other)), 2, backOf(view, 2))
  }
  const [x, y] = [backOf(view, 0), backOf(view, 1)]
  const choices: BoxPoint[] = [
    [x, -y, 0],
    [-x, y, 0],
  ]
  return choices.sort((a, b) => view.pixel(a)[0] - view.pixel(b)[0])[0]!
}

/** An edge of fewer pixels is seen from its end; its ticks would lie on each other. */
const leastEdge = 44

function axisShapes(
  axis: Axis,
  layout: AxisLayout,
  dimension: Dimension,
  view: Projection,
  settings: ChartSettings,
): Shape[] {
  const colors = chartColors[settings.theme]
  const edge = tickEdge(view, dimension)
  const [from, to] = [-1, 1].map((end) => view.pixel(withCoordinate(edge, dimension, end))) as [Pixel, Pixel]
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length < leastEdge) return []
  // Across the edge, away from the middle of the box.
  const middle: Pixel = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  const center = view.pixel([0, 0, 0])
  let normal: Pixel = [-(to[1] - from[1]) / length, (to[0] - from[0]) / length]
  if (normal[0] * (middle[0] - center[0]) + normal[1] * (middle[1] - center[1]) < 0) normal = [-normal[0], -normal[1]]
  const shapes: Shape[] = [lineShape([from, to], { color: colors.muted, width: 1 })]
  let widest = 0
  let last: { at: Pixel; width: number } | undefined
  layout.ticks.forEach((tick, index) => {
    const at = view.pixel(withCoordinate(edge, dimension, 2 * placeOn(tick, layout) - 1))
    const text = layout.labels[index]!
    const width = textWidth(text, tickSize)
    const reach = 8 + (Math.abs(normal[0]) * width) / 2 + Math.abs(normal[1]) * 6
    const center: Pixel = [at[0] + normal[0] * reach, at[1] + normal[1] * reach]
    shapes.push(lineShape([at, [at[0] + normal[0] * 4, at[1] + normal[1] * 4]], { color: colors.muted, width: 1 }))
    const isFree =
      !last ||
      Math.abs(center[0] - last.at[0]) > (width + last.width) / 2 + 3 ||
      Math.abs(center[1] - last.at[1]) > tickSize + 1
    if (!isFree) return
    last = { at: center, width }
    widest = Math.max(widest, Math.abs(normal[0]) * width + Math.abs(normal[1]) * 12)
    shapes.push(textShape(text, center, { color: colors.muted, size: tickSize, align: 'center' }))
  })
  const away = 8 + widest + 12
  let rotation = -Math.atan2(to[1] - from[1], to[0] - from[0])
  if (rotation > Math.PI / 2 + 1e-6) rotation -= Math.PI
  if (rotation < -Math.PI / 2 + 1e-6) rotation += Math.PI
  const name = shortened(axis.label, length + 40, nameSize)
  const at: Pixel = [middle[0] + normal[0] * away, middle[1] + normal[1] * away]
  return [...shapes, textShape(name, at, { color: colors.muted, size: nameSize, align: 'center', rotation })]
}

/** Ticks with their labels and the names of the axes, outside of the box. */
export function axesShapes({ axes, layouts }: SpaceAxes, view: Projection, settings: ChartSettings): Shape[] {
  return ([0, 1, 2] as const).flatMap((dimension) =>
    axisShapes(axes[dimension], layouts[dimension], dimension, view, settings),
  )
}
