/** The box around three axes: its back walls with grid lines, ticks and names along its outer edges. */
import { placeOn, type AxisLayout } from './axis-range'
import { nameSize, shortened, tickSize, wrapped, type ChartSettings } from './chart-frame'
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
  isUpright: boolean
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
    isUpright: dimension === 2,
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

/** Where texts may be, in pixels of the chart. */
export interface TextLimits {
  left: number
  right: number
}

/** Pixels of a line of a name. */
const nameLine = nameSize + 3

/** A name in at most two lines that are no wider than `room`, cut where it is longer still. */
function nameIn(label: string, room: number): { text: string; width: number; height: number } {
  const [first = '', ...rest] = wrapped(label, room, nameSize)
  const lines = [first, ...(rest.length > 0 ? [rest.join(' ')] : [])].map((line) => shortened(line, room, nameSize))
  const width = Math.max(...lines.map((line) => textWidth(line, nameSize)))
  return { text: lines.join('\n'), width, height: lines.length * nameLine }
}

/** The name of the upright axis, along its edge. */
function uprightName(
  { from, to, normal, axis, length }: SeenEdge,
  reach: number,
  taken: BoxIndex,
  color: string,
): Shape {
  let rotation = -Math.atan2(to[1] - from[1], to[0] - from[0])
  if (rotation > Math.PI / 2 + 1e-6) rotation -= Math.PI
  if (rotation < -Math.PI / 2 + 1e-6) rotation += Math.PI
  const { text, width, height } = nameIn(axis.label, length + 20)
  const middle: Pixel = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  const at = moved(middle, normal, reach + 5 + height / 2)
  taken.take(textBox(at, width, height, rotation))
  return textShape(text, at, { color, size: nameSize, align: 'center', rotation })
}

/** Across: a name beside its edge reads best, and away from the other axis at the bottom both have room. */
const slanted = 0.15

/** The name of an axis at the bottom, level, beyond the labels; further out where others are in its way. */
function levelName(
  { from, to, normal, axis }: SeenEdge,
  reach: number,
  taken: BoxIndex,
  color: string,
  { left, right }: TextLimits,
): Shape {
  const middle: Pixel = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  const align = normal[0] < -slanted ? 'right' : normal[0] > slanted ? 'left' : 'center'
  let shape: Shape | undefined
  for (const more of [0, 8, 16]) {
    const [x, edgeY] = moved(middle, normal, reach + 8 + more)
    const room = { right: x - left, left: right - x, center: 2 * Math.min(x - left, right - x) }[align]
    const { text, width, height } = nameIn(axis.label, room)
    // The first line stays where a single one would be.
    const y = edgeY + (height - nameLine) / 2
    const center = { right: x - width / 2, left: x + width / 2, center: x }[align]
    shape = textShape(text, [x, y], { color, size: nameSize, align })
    if (taken.take(textBox([center, y], width, height))) break
  }
  return shape!
}

/** Ticks with their labels and the names of the axes, outside of the box. */
export function axesShapes(axes: SpaceAxes, view: Projection, { theme }: ChartSettings, limits: TextLimits): Shape[] {
  const { muted } = chartColors[theme]
  const taken = new BoxIndex()
  const edges = ([0, 1, 2] as const)
    .map((dimension) => seenEdge(axes, dimension, view))
    .filter(({ length }) => length >= leastEdge)
  const ticks = edges.map((edge) => tickShapes(edge, taken, muted))
  return edges.flatMap((edge, index) => [
    lineShape([edge.from, edge.to], { color: muted, width: 1 }),
    ...ticks[index]!.shapes,
    edge.isUpright
      ? uprightName(edge, ticks[index]!.reach, taken, muted)
      : levelName(edge, ticks[index]!.reach, taken, muted, limits),
  ])
}
