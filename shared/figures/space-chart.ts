/** The chart of three axes: a surface, ways of trainings, or both, drawn from back to front (painter's algorithm). */
import { axisLayout, extentOf, isDrawable, placeOn, type AxisLayout } from './axis-range'
import {
  baseOption,
  emptyDrawing,
  legendLayout,
  titleLayout,
  type ChartOption,
  type ChartSettings,
  type Drawing,
} from './chart-frame'
import { shadedColor } from './color-ramp'
import { colorBarShapes, colorBarWidth, colorLayout, colorShare, type ColorLayout } from './color-scale'
import { coarserGrid } from './field-grid'
import type { Grid, SpaceFigure, SpaceGroup } from './figure'
import { leftOutNote, pointsLeftOut, shownScales, uncolored } from './figure-axes'
import { joined } from './figure-names'
import {
  groupColor,
  groupEntries,
  labelShapes,
  markerRadius,
  markerShapes,
  targetsOf,
  wayOpacity,
  type PlacedGroup,
  type PointLook,
} from './point-shapes'
import { boxHeight, defaultAngle, projection, type BoxPoint, type Projection } from './projection'
import { shownGroups } from './scatter-chart'
import { circleShape, lineShape, polygonShape, shapeSeries, type Pixel, type Shape } from './shapes'
import { axesShapes, wallShapes, type SpaceAxes } from './space-box'

export function spaceSubtitle(figure: SpaceFigure, settings: Pick<ChartSettings, 'scales'>): string {
  const scales = shownScales(figure, settings.scales)
  const missing = pointsLeftOut(figure.paths, scales) + uncolored([figure.surface?.values], scales.z)
  return joined(figure.subtitle, leftOutNote(missing, ['point', 'points']))
}

/** Something to draw, and how near it is. */
interface Piece {
  depth: number
  shapes: Shape[]
}

/** Ways that lie on the surface are drawn over it: they count as this much nearer, in units of half the box. */
const lift = 0.06

function spaceAxes(figure: SpaceFigure, settings: ChartSettings): SpaceAxes {
  const scales = shownScales(figure, settings.scales)
  const { surface } = figure
  const paths = shownGroups(figure.paths, settings.hidden)
  const ofSurface = { x: surface?.xs, y: surface?.ys, z: surface?.values }
  const tickCount = settings.width < 480 || settings.height < 300 ? 4 : 5
  const layoutOf = (key: 'x' | 'y' | 'z'): AxisLayout => {
    const arrays = [...paths.map((path) => path[key]), ...(ofSurface[key] ? [ofSurface[key]] : [])]
    const air = surface ? 0 : 0.05
    return axisLayout(figure[key], (scale) => extentOf(arrays, scale), air, { scale: scales[key], tickCount })
  }
  return { axes: [figure.x, figure.y, figure.z], layouts: [layoutOf('x'), layoutOf('y'), layoutOf('z')] }
}

/** Values to the box; undefined for what the scales cannot show or what lies outside. */
function boxPoint(values: readonly [number, number, number], { layouts }: SpaceAxes): BoxPoint | undefined {
  const places: number[] = []
  for (let dimension = 0; dimension < 3; dimension++) {
    const layout = layouts[dimension]!
    if (!isDrawable(values[dimension]!, layout.scale)) return undefined
    const place = 2 * placeOn(values[dimension]!, layout) - 1
    if (place < -1.0001 || place > 1.0001) return undefined
    places.push(place)
  }
  return places as unknown as BoxPoint
}

/** How much light falls on a triangle's plane: around 1, from the upper left of whoever looks. */
function lightOn(a: BoxPoint, b: BoxPoint, c: BoxPoint, view: Projection): number {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], (b[2] - a[2]) * boxHeight]
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], (c[2] - a[2]) * boxHeight]
  const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx] as const
  const length = Math.hypot(...normal) || 1
  const { azimuth } = view.angle
  const light = [Math.cos(azimuth - 0.9) * 0.6, Math.sin(azimuth - 0.9) * 0.6, 0.8] as const
  const share = Math.abs(normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]) / length
  return 0.74 + 0.34 * share
}

function surfacePieces(
  surface: Grid,
  axes: SpaceAxes,
  color: ColorLayout,
  view: Projection,
  settings: ChartSettings,
): Piece[] {
  const { xs, ys, values } = surface
  const points = Array.from(values, (value, index) =>
    boxPoint([xs[index % xs.length]!, ys[Math.floor(index / xs.length)]!, value], axes),
  )
  const pixels = points.map((point) => point && view.pixel(point))
  const isFine = xs.length * ys.length > 400
  const pieces: Piece[] = []
  for (let row = 0; row < ys.length - 1; row++) {
    for (let column = 0; column < xs.length - 1; column++) {
      const first = row * xs.length + column
      const corners = [first, first + 1, first + xs.length + 1, first + xs.length]
      if (corners.some((corner) => !points[corner])) continue
      const mean = corners.reduce((sum, corner) => sum + values[corner]! / 4, 0)
      const [a, b, c, d] = corners.map((corner) => points[corner]!) as [BoxPoint, BoxPoint, BoxPoint, BoxPoint]
      const share = colorShare(mean, color) ?? 0
      const light = lightOn(a, b, d, view)
      const fill = shadedColor(share, light, settings.theme)
      const stroke = isFine ? fill : shadedColor(share, light * 0.85, settings.theme)
      const outline = corners.map((corner) => pixels[corner]!)
      const depth = (view.depth(a) + view.depth(b) + view.depth(c) + view.depth(d)) / 4
      pieces.push({ depth, shapes: [polygonShape(outline, { fill, stroke, width: isFine ? 0.7 : 0.8 })] })
    }
  }
  return pieces
}

interface SpacePath {
  group: SpaceGroup
  points: (BoxPoint | undefined)[]
  pixels: (Pixel | null)[]
}

function pathPieces({ group, points, pixels }: SpacePath, look: PointLook, view: Projection): Piece[] {
  const color = groupColor(group, look.theme)
  const pieces: Piece[] = []
  const total = Math.max(1, points.length - 1)
  const depthOf = (point: BoxPoint): number => view.depth(point) + lift
  if (group.joined) {
    for (let i = 0; i < total; i++) {
      const [from, to] = [points[i], points[i + 1]]
      if (!from || !to) continue
      const line = [pixels[i]!, pixels[i + 1]!]
      const halo = look.halo ? [lineShape(line, { color: look.halo, width: 4, opacity: 0.75 })] : []
      const stroke = { color, width: 1.9, opacity: look.halo ? 1 : wayOpacity((i + 1) / total) }
      pieces.push({ depth: (depthOf(from) + depthOf(to)) / 2, shapes: [...halo, lineShape(line, stroke)] })
    }
    const start = points.findIndex((point) => point !== undefined)
    if (start >= 0) {
      const radius = Math.max(2.8, markerRadius(group)) + 2.4
      const ring = circleShape(pixels[start]!, radius, { fill: 'none', stroke: color, width: 1.4 })
      pieces.push({ depth: depthOf(points[start]!) + 0.001, shapes: [ring] })
    }
    const end = points.length - 1
    if (points[end] && end > 0) {
      const dot = circleShape(pixels[end]!, Math.max(3.4, markerRadius(group) + 1), {
        fill: color,
        stroke: look.halo ?? color,
      })
      pieces.push({ depth: depthOf(points[end]) + 0.001, shapes: [dot] })
    }
  }
  points.forEach((point, index) => {
    const shapes = point ? markerShapes(group, index, pixels[index]!, look) : []
    if (point && shapes.length > 0) pieces.push({ depth: depthOf(point), shapes })
  })
  return pieces
}

/** Cells that can be drawn anew as fast as a hand turns them. */
const quickCells = 1000

/** The surface as it is drawn: more coarsely while it is turned. */
function drawnSurface(surface: Grid, { isTurning }: ChartSettings): Grid {
  const stride = Math.ceil(Math.sqrt((surface.xs.length * surface.ys.length) / quickCells))
  return isTurning && stride > 1 ? coarserGrid(surface, stride) : surface
}

/** The colour scale of the surface by its height and of points by their values; z itself where the figure has none. */
function spaceColors(figure: SpaceFigure, axes: SpaceAxes, settings: ChartSettings): ColorLayout | undefined {
  const scales = shownScales(figure, settings.scales)
  const values = figure.paths.flatMap((path) => (path.values ? [path.values] : []))
  const arrays = [...values, ...(figure.surface ? [figure.surface.values] : [])]
  if (figure.color && arrays.length > 0) return colorLayout(figure.color, scales.color!, arrays, 5)
  if (!figure.surface) return undefined
  const { scale, range } = axes.layouts[2]
  return colorLayout({ label: figure.z.label, scale, range }, scale, [figure.surface.values], 5)
}

export function spaceDrawing(figure: SpaceFigure, settings: ChartSettings): Drawing {
  const { theme, width, height } = settings
  const subtitle = spaceSubtitle(figure, settings)
  const hasSurface = figure.surface?.values.some(Number.isFinite) ?? false
  if (!hasSurface && figure.paths.every(({ x }) => x.length === 0)) return emptyDrawing(figure, subtitle, settings)
  const axes = spaceAxes(figure, settings)
  const color = spaceColors(figure, axes, settings)
  const paper = theme === 'dark' ? '#15181b' : '#ffffff'
  const look: PointLook = { theme, color: figure.color && color, halo: hasSurface ? paper : undefined }
  const title = titleLayout(figure, subtitle, settings)
  const entries = groupEntries(figure.paths, look)
  const legend = legendLayout(entries, settings, title.height + 4)
  const top = title.height + legend.height + 12
  // Where the z axis says the same as the bar, the bar would only take room.
  const withBar = color !== undefined && figure.color !== undefined
  const barWidth = withBar ? colorBarWidth(color) : 8
  const side = Math.min(64, width * 0.12)
  const frame = {
    left: side,
    top: top + 6,
    width: width - barWidth - 2 * side,
    height: Math.max(40, height - top - 6 - 46),
  }
  const view = projection(settings.angle ?? defaultAngle, frame)
  const paths = figure.paths
    .filter(({ legend: name }) => settings.withLegend === false || !settings.hidden?.has(name))
    .map((group): SpacePath => {
      const points = Array.from(group.x, (x, i) => boxPoint([x, group.y[i]!, group.z[i]!], axes))
      return { group, points, pixels: points.map((point) => (point ? view.pixel(point) : null)) }
    })
  const pieces = [
    ...(figure.surface && color
      ? surfacePieces(drawnSurface(figure.surface, settings), axes, color, view, settings)
      : []),
    ...paths.flatMap((path) => pathPieces(path, look, view)),
  ].sort((a, b) => a.depth - b.depth)
  const placed: PlacedGroup[] = paths
  const labels = labelShapes(placed, { left: 4, top, right: width - barWidth, bottom: height - 4 }, look, settings)
  const bar = withBar
    ? colorBarShapes(color, { left: width - barWidth, top: top + 8, height: height - top - 40 }, settings)
    : []
  const option = {
    ...baseOption(settings),
    title: [title.option],
    legend: legend.option,
    series: [
      // The legend asks for a series of each name; what is drawn is sorted by depth, not by name.
      ...entries.map(({ name, color: ofEntry }) =>
        shapeSeries(`entry:${name}`, [], { layer: 0, name, color: ofEntry }),
      ),
      shapeSeries('walls', wallShapes(axes, view, settings), { layer: 1 }),
      shapeSeries('axes', axesShapes(axes, view, settings, { left: 6, right: width - barWidth - 4 }), { layer: 2 }),
      shapeSeries('pieces', pieces.flatMap(({ shapes }) => shapes), { layer: 3 }), // prettier-ignore
      shapeSeries('labels', labels, { layer: 4 }),
      ...(withBar ? [shapeSeries('colors', bar, { layer: 5 })] : []),
    ],
  } as ChartOption
  return { option, plots: [], targets: targetsOf(placed) }
}
