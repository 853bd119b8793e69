/** Points and ways as shapes: markers, the direction of a way, texts beside points. Where they are, the caller has worked out. */
import type { ChartSettings, LegendEntry, PointTarget } from './chart-frame'
import { legendIcons } from './chart-frame'
import { valueColor, type ColorLayout } from './color-scale'
import type { PointGroup } from './figure'
import { placedLabels, type Box, type LabelWish } from './label-places'
import { chartColors, groupStroke, type ChartTheme } from './palette'
import { circleShape, lineShape, polygonShape, textShape, type Pixel, type Shape } from './shapes'

/** A group with its points in pixels; null for a point that is not shown. */
export interface PlacedGroup {
  group: PointGroup
  pixels: readonly (Pixel | null)[]
}

export interface PointLook {
  theme: ChartTheme
  /** Of the figure, if points are coloured by values. */
  color?: ColorLayout | undefined
  /** Light around ways and points, so that they stand out from a coloured field. */
  halo?: string | undefined
}

const labelSize = 10.5
const wayWidth = 1.8
/** A way is drawn in at most so many pieces of growing opacity. */
const mostPieces = 24

export function groupColor({ color }: PointGroup, theme: ChartTheme): string {
  return color === 'text' ? chartColors[theme].text : groupStroke(color, theme).color
}

/** Pixels; smaller where there are many, larger where single points matter. */
export function markerRadius(group: PointGroup): number {
  if (group.joined) return group.x.length > 200 ? 0 : group.x.length > 60 ? 1.8 : 2.8
  return group.x.length > 1000 ? 2 : group.x.length > 200 ? 3 : 4.2
}

/** One entry for each name in a legend, with the look of its first group. */
export function groupEntries(groups: readonly PointGroup[], look: PointLook): LegendEntry[] {
  return [...new Set(groups.map((group) => group.legend))].map((name) => {
    const group = groups.find(({ legend }) => legend === name)!
    const isColored = look.color !== undefined && group.values !== undefined && !group.joined
    const color = isColored ? chartColors[look.theme].muted : groupColor(group, look.theme)
    return { name, icon: group.joined ? legendIcons.way : legendIcons[group.marker], color }
  })
}

/** What a marker is filled with; undefined: hollow. */
function fillOf(group: PointGroup, index: number, look: PointLook): string | undefined {
  if (!look.color || !group.values) return groupColor(group, look.theme)
  return valueColor(group.values[index]!, look.color, look.theme)
}

/** One marker. A value that is not known leaves it hollow, in the group's colour. */
export function markerShapes(group: PointGroup, index: number, at: Pixel, look: PointLook): Shape[] {
  const radius = markerRadius(group)
  if (radius === 0) return []
  const own = groupColor(group, look.theme)
  const fill = fillOf(group, index, look)
  const paper = look.theme === 'dark' ? '#1b1f23' : '#ffffff'
  if (group.marker === 'cross') {
    const [x, y] = at
    const arm = radius * 0.85
    const stroke = { color: fill ?? own, width: 1.8 }
    const strokes = [
      lineShape([[x - arm, y - arm], [x + arm, y + arm]], stroke), // prettier-ignore
      lineShape([[x - arm, y + arm], [x + arm, y - arm]], stroke), // prettier-ignore
    ]
    const around = { color: paper, width: 3.6, opacity: 0.8 }
    const behind = look.halo
      ? [lineShape([[x - arm, y - arm], [x + arm, y + arm]], around), lineShape([[x - arm, y + arm], [x + arm, y - arm]], around)] // prettier-ignore
      : []
    return [...behind, ...strokes]
  }
  if (group.marker === 'ring' || fill === undefined)
    return [circleShape(at, radius - 0.4, { fill: paper, stroke: fill ?? own, width: 1.7 })]
  // An edge in the colour of the paper keeps dots apart that lie on each other.
  return [circleShape(at, radius, { fill, stroke: paper, width: group.x.length > 200 ? 0.5 : 1 })]
}

/** A triangle at the end of a way, pointing along its last stretch; none where that is too short to tell. */
function arrowShapes(from: Pixel, to: Pixel, color: string, back: number): Shape[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy)
  if (length < back + 12) return []
  const [ux, uy] = [dx / length, dy / length]
  const tip: Pixel = [to[0] - ux * back, to[1] - uy * back]
  const base: Pixel = [tip[0] - ux * 7, tip[1] - uy * 7]
  const corners: Pixel[] = [tip, [base[0] - uy * 3.6, base[1] + ux * 3.6], [base[0] + uy * 3.6, base[1] - ux * 3.6]]
  return [polygonShape(corners, { fill: color })]
}

/** Stretches of points that are shown, each of at least two. */
function stretches(pixels: readonly (Pixel | null)[]): { start: number; points: Pixel[] }[] {
  const found: { start: number; points: Pixel[] }[] = []
  let open: { start: number; points: Pixel[] } | undefined
  pixels.forEach((pixel, index) => {
    if (!pixel) open = undefined
    else if (open) open.points.push(pixel)
    else found.push((open = { start: index, points: [pixel] }))
  })
  return found.filter(({ points }) => points.length > 1)
}

/** How visible a way is at a share of its course: faint where it starts. */
export function wayOpacity(share: number): number {
  return 0.35 + 0.65 * share
}

/** The line of a joined group, with its halo, growing opacity and arrow. */
function wayShapes({ group, pixels }: PlacedGroup, look: PointLook): Shape[] {
  const color = groupColor(group, look.theme)
  const dash = group.color === 'text' ? undefined : groupStroke(group.color, look.theme).dash
  const shapes: Shape[] = []
  const all = stretches(pixels)
  if (look.halo)
    for (const { points } of all)
      shapes.push(lineShape(points, { color: look.halo, width: wayWidth + 2.4, opacity: 0.75 }))
  const total = Math.max(1, pixels.length - 1)
  for (const { start, points } of all) {
    const step = Math.max(1, Math.ceil(total / mostPieces))
    for (let from = 0; from < points.length - 1; from += step) {
      const piece = points.slice(from, from + step + 1)
      const opacity = look.halo
        ? 0.6 + 0.4 * ((start + from) / total)
        : wayOpacity((start + from + piece.length - 1) / total)
      shapes.push(lineShape(piece, { color, width: wayWidth, opacity, dash }))
    }
  }
  const last = all.at(-1)?.points
  if (last) shapes.push(...arrowShapes(last.at(-2)!, last.at(-1)!, color, markerRadius(group)))
  return shapes
}

/** A ring around the first point of a way. */
function startShapes({ group, pixels }: PlacedGroup, look: PointLook): Shape[] {
  const first = pixels.find((pixel) => pixel !== null)
  if (!first) return []
  const color = groupColor(group, look.theme)
  return [circleShape(first, Math.max(2.8, markerRadius(group)) + 2.4, { fill: 'none', stroke: color, width: 1.4 })]
}

/** Everything of a group but its texts. */
export function groupShapes(placed: PlacedGroup, look: PointLook): Shape[] {
  const { group, pixels } = placed
  const markers = pixels.flatMap((pixel, index) => (pixel ? markerShapes(group, index, pixel, look) : []))
  return group.joined ? [...wayShapes(placed, look), ...startShapes(placed, look), ...markers] : markers
}

/** Texts beside points, ends of ways before their other points. */
export function labelShapes(
  placed: readonly PlacedGroup[],
  frame: Box,
  look: PointLook,
  settings: Pick<ChartSettings, 'theme'>,
): Shape[] {
  const ends: LabelWish[] = []
  const others: LabelWish[] = []
  const points: Pixel[] = []
  for (const { group, pixels } of placed) {
    const last = pixels.length - 1
    pixels.forEach((at, index) => {
      if (!at) return
      points.push(at)
      const text = group.labels?.[index] ?? ''
      if (text !== '') (group.joined && index === last ? ends : others).push({ text, at })
    })
  }
  const places = placedLabels([...ends, ...others], points, frame, { size: labelSize, radius: 5.5 })
  const { text, muted } = chartColors[settings.theme]
  const color = look.halo ? (settings.theme === 'dark' ? '#ffffff' : '#111111') : ends.length > 0 ? muted : text
  const paper = settings.theme === 'dark' ? '#1b1f23' : '#ffffff'
  return places.map(({ text: words, center }) =>
    textShape(words, center, { color, size: labelSize, align: 'center', halo: look.halo ?? paper }),
  )
}

/** What can be asked and picked. */
export function targetsOf(placed: readonly PlacedGroup[]): PointTarget[] {
  return placed.flatMap(({ group, pixels }) =>
    pixels.flatMap((pixel, index) => (pixel ? [{ x: pixel[0], y: pixel[1], key: group.key, index }] : [])),
  )
}
