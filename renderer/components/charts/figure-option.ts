/** The option of a figure for the screen and for files: what a person chose, put into the words of chart.ts. */
import { chartOption, type ChartOption } from '../../../shared/figures/chart'
import type { LineFigure } from '../../../shared/figures/figure'
import type { ChartTheme } from '../../../shared/figures/palette'
import type { Scales, Zoom } from './zoom'

export interface FigureView {
  scales: Scales
  smoothing: number
  zoom: Zoom
  /** Legend entries that are switched off. */
  hidden: ReadonlySet<string>
}

export interface Canvas {
  theme: ChartTheme
  /** Pixels. */
  width: number
  height: number
  withTitle?: boolean
  withLegend: boolean
}

/** One shared entry is no legend: for pages that have a legend for all their figures. */
function withoutLegend(figure: LineFigure): LineFigure {
  return { ...figure, lines: figure.lines.map((line) => ({ ...line, legend: '' })) }
}

export function figureOption(figure: LineFigure, view: FigureView, canvas: Canvas): ChartOption {
  const { scales, zoom, smoothing, hidden } = view
  const { theme, width, height, withTitle, withLegend } = canvas
  return chartOption(withLegend ? figure : withoutLegend(figure), {
    theme,
    width,
    height,
    withTitle,
    smoothing,
    hidden,
    xScale: scales.x,
    yScale: scales.y,
    xRange: zoom.x ?? undefined,
    // null fits y to what lies within the zoomed x.
    yRange: zoom.y ?? (zoom.x ? null : undefined),
  })
}
