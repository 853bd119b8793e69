/** The drawing of a figure for the screen and for files: what a person chose, put into the words of chart.ts. */
import { figureDrawing, type Drawing, type ViewAngle } from '../../../shared/figures/chart'
import type { AxisScales } from '../../../shared/figures/figure-axes'
import type { Figure } from '../../../shared/figures/figure'
import type { ChartTheme } from '../../../shared/figures/palette'
import type { Zoom } from './zoom'

export interface FigureView {
  scales: AxisScales
  smoothing: number
  zoom: Zoom
  /** Legend entries that are switched off. */
  hidden: ReadonlySet<string>
  /** Of three axes; absent: as they come. */
  angle?: ViewAngle | undefined
  isTurning?: boolean
}

export interface Canvas {
  theme: ChartTheme
  /** Pixels. */
  width: number
  height: number
  withTitle?: boolean
  withLegend: boolean
}

export function viewDrawing(figure: Figure, view: FigureView, canvas: Canvas): Drawing {
  const { scales, zoom, smoothing, hidden, angle, isTurning } = view
  return figureDrawing(figure, {
    ...canvas,
    scales,
    smoothing,
    // A page that has a legend for all its figures switches entries off by leaving their lines out.
    hidden: canvas.withLegend ? hidden : undefined,
    angle,
    isTurning,
    xRange: zoom.x ?? undefined,
    // null fits y to what lies within the zoomed x.
    yRange: zoom.y ?? (zoom.x ? null : undefined),
  })
}
