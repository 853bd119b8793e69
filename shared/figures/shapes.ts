/**
 * Shapes in pixels of the chart, and the ECharts series that draws them: for what no ready series draws (ways with arrows, contours,
 * surfaces). Shapes come in the order of drawing, later ones on top.
 */
import type { CustomSeriesOption } from 'echarts/charts'
import { fontFamily, type Plot } from './chart-frame'

export type Pixel = readonly [left: number, top: number]

/** ECharts gives a shape that takes another's place the place and rotation of that one, unless it has its own. */
const upright = { x: 0, y: 0, rotation: 0, silent: true }

/** One child of a custom series' group. */
export type Shape = Readonly<Record<string, unknown>> & { type: string }

export interface StrokeStyle {
  color: string
  width: number
  opacity?: number
  dash?: readonly number[] | undefined
}

export function lineShape(points: readonly Pixel[], { color, width, opacity = 1, dash }: StrokeStyle): Shape {
  return {
    type: 'polyline',
    shape: { points },
    style: {
      fill: 'none',
      stroke: color,
      lineWidth: width,
      opacity,
      lineJoin: 'round',
      lineCap: dash ? 'butt' : 'round',
      ...(dash ? { lineDash: dash } : {}),
    },
    ...upright,
  }
}

export interface AreaStyle {
  fill: string
  stroke?: string
  width?: number
  opacity?: number
}

function areaStyle({ fill, stroke, width = 1, opacity = 1 }: AreaStyle): object {
  return { fill, opacity, ...(stroke ? { stroke, lineWidth: width, lineJoin: 'round' } : {}) }
}

export function polygonShape(points: readonly Pixel[], style: AreaStyle): Shape {
  return { type: 'polygon', shape: { points }, style: areaStyle(style), ...upright }
}

export function circleShape([cx, cy]: Pixel, r: number, style: AreaStyle): Shape {
  return { type: 'circle', shape: { cx, cy, r }, style: areaStyle(style), ...upright }
}

export function rectangleShape(left: number, top: number, width: number, height: number, style: AreaStyle): Shape {
  return { type: 'rect', shape: { x: left, y: top, width, height }, style: areaStyle(style), ...upright }
}

/** Rings of pixels as one area; rings that turn the other way are holes. Hundredths of a pixel are fine enough. */
export function ringsShape(rings: readonly (readonly Pixel[])[], style: AreaStyle): Shape {
  const digits = (value: number): string => String(Math.round(value * 100) / 100)
  const pathData = rings
    .map((ring) => `M${ring.map(([left, top]) => `${digits(left)} ${digits(top)}`).join('L')}Z`)
    .join('')
  return { type: 'path', shape: { pathData }, style: areaStyle(style), ...upright }
}

export interface TextStyle {
  color: string
  size: number
  align?: 'left' | 'center' | 'right'
  baseline?: 'top' | 'middle' | 'bottom'
  /** Radians, counter-clockwise as it is seen. */
  rotation?: number
  /** Drawn around the letters, so that they can be read on anything. */
  halo?: string | undefined
  weight?: number
}

export function textShape(text: string, [x, y]: Pixel, style: TextStyle): Shape {
  return {
    type: 'text',
    x,
    y,
    rotation: style.rotation ?? 0,
    style: {
      text,
      x: 0,
      y: 0,
      fill: style.color,
      font: `${style.weight ?? 400} ${style.size}px ${fontFamily}`,
      align: style.align ?? 'left',
      verticalAlign: style.baseline ?? 'middle',
      lineHeight: style.size + 3,
      ...(style.halo ? { stroke: style.halo, lineWidth: 3 } : {}),
    },
    silent: true,
  }
}

export interface SeriesPlace {
  /** Drawing order among the series of a chart. */
  layer: number
  /** The legend's entry that switches these shapes. */
  name?: string
  color?: string
  /** The plot at whose edges shapes are cut off; absent: shapes are anywhere in the chart. */
  clip?: Plot
}

/** A series that draws shapes. */
export function shapeSeries(id: string, shapes: readonly Shape[], place: SeriesPlace): CustomSeriesOption {
  return {
    type: 'custom',
    id,
    name: place.name ?? id,
    ...(place.clip ? { clip: true } : { coordinateSystem: 'none', clip: false }),
    // One item draws it all; its place only has to be on the axes. A group without shapes would keep those it had, no item has none.
    data: shapes.length === 0 ? [] : [place.clip ? [place.clip.x.range[0], place.clip.y.range[0]] : [0, 0]],
    renderItem: () => ({ type: 'group', children: shapes as never[] }),
    z: place.layer,
    ...(place.color ? { color: place.color, itemStyle: { color: place.color } } : {}),
    silent: true,
    animation: false,
    emphasis: { disabled: true },
    tooltip: { show: false },
  } as unknown as CustomSeriesOption
}
