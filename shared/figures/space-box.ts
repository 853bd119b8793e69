/** The box around three axes: its back walls with grid lines, ticks and names along its outer edges. */
import { placeOn, type AxisLayout } from './axis-range'
import { nameSize, shortened, tickSize, type ChartSettings } from './chart-frame'
import type { Axis } from './figure'
import { BoxIndex, textBox } from './label-places'
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
    for (const along of [first, second]) {
      for (const tick of layouts[along].ticks) {
        const place = 2 * placeOn(tick, layouts[along]) - 1
        const ends = along === first ? [corner(place, -1), corner(place, 1)] : [corner(-1, place), corner(1, place)]
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

/** An edge with its ticks as it is seen. */
interface SeenEdge {
  axis: Axis
  layout: AxisLayout
  from: Pixel
  to: Pixel
  length: number
  /** Of one pixel, across the edge, away from the middle of the box. */
  normal: Pixel
  pixelOf: (tick: number) => Pixel
}

function seenEdge({ axes, layouts }: SpaceAxes, dimension: Dimension, view: Projection): SeenEdge {
  const edge = tickEdge(view, dimension)
  const at = (place: number): Pixel => view.pixel(withCoordinate(edge, dimension, place))
  const [from, to] = [at(-1), at(1)]
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const normal: Pixel = [-(to[1] - from[1]) / length, (to[0] - from[0]) / length]
  const center = view.pixel([0, 0, 0])
  const outwards = normal[0] * (at(0)[0] - center[0]) + normal[1] * (at(0)[1] - center[1])
  const layout = layouts[dimension]
  return {
    axis: axes[dimension],
    layout,
    from,
    to,
    length,
    normal: outwards < 0 ? [-normal[0], -normal[1]] : normal,
    pixelOf: (tick) => at(2 * placeOn(tick, layout) - 1),
  }
}

function moved([x, y]: Pixel, [dx, dy]: Pixel, by: number): Pixel {
  return [x + dx * by, y + dy * by]
}

/** Ticks and their labels, as far as they do not cover others. @returns how far labels reach from the edge, in pixels. */
function tickShapes(edge: SeenEdge, taken: BoxIndex, color: string): { shapes: Shape[]; reach: number } {
  const { normal, layout } = edge
  const shapes: Shape[] = []
  let reach = 4
  layout.ticks.forEach((tick, index) => {
    const at = edge.pixelOf(tick)
    const text = layout.labels[index]!
    const width = textWidth(text, tickSize)
    const half = (Math.abs(normal[0]) * width) / 2 + Math.abs(normal[1]) * 6
    const center = moved(at, normal, 8 + half)
    shapes.push(lineShape([at, moved(at, normal, 4)], { color, width: 1 }))
    if (!taken.take(textBox(center, width + 4, tickSize + 1))) return
    reach = Math.max(reach, 8 + 2 * half)
    shapes.push(textShape(text, center, { color, size: tickSize, align: 'center' }))
  })
  return { shapes, reach }
}

/** The name of an axis along its edge, beyond the labels, further out where others are in its way. */
function nameShapes(edge: SeenEdge, reach: number, taken: BoxIndex, color: string): Shape[] {
  const { from, to, normal } = edge
  let rotation = -Math.atan2(to[1] - from[1], to[0] - from[0])
  if (rotation > Math.PI / 2 + 1e-6) rotation -= Math.PI
  if (rotation < -Math.PI / 2 + 1e-6) rotation += Math.PI
  const name = shortened(edge.axis.label, edge.length + 40, nameSize)
  const middle: Pixel = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  for (const more of [0, 8, 16]) {
    const at = moved(middle, normal, reach + 12 + more)
    if (!taken.take(textBox(at, textWidth(name, nameSize) * 0.9, nameSize, rotation)) && more < 16) continue
    return [textShape(name, at, { color, size: nameSize, align: 'center', rotation })]
  }
  return []
}

/** Ticks with their labels and the names of the axes, outside of the box. */
export function axesShapes(axes: SpaceAxes, view: Projection, { theme }: ChartSettings): Shape[] {
  const { muted } = chartColors[theme]
  const taken = new BoxIndex()
  const edges = ([0, 1, 2] as const)
    .map((dimension) => seenEdge(axes, dimension, view))
    .filter(({ length }) => length >= leastEdge)
  const ticks = edges.map((edge) => tickShapes(edge, taken, muted))
  return edges.flatMap((edge, index) => [
    lineShape([edge.from, edge.to], { color: muted, width: 1 }),
    ...ticks[index]!.shapes,
    ...nameShapes(edge, ticks[index]!.reach, taken, muted),
  ])
}
