/** From a figure of any type to an ECharts option, the same on screen and in every exporter. Each type has a file of its own. */
import type { ChartOption, ChartSettings, Drawing } from './chart-frame'
import { fieldDrawing, fieldSubtitle } from './field-chart'
import type { Figure } from './figure'
import { lineDrawing, lineSubtitle } from './line-chart'
import { scatterDrawing, scatterSubtitle } from './scatter-chart'
import { spaceDrawing, spaceSubtitle } from './space-chart'
import { stackedDrawing, stackedSubtitle } from './stacked-chart'

export type { ChartOption, ChartSettings, Drawing, ViewAngle } from './chart-frame'

/** A chart, and where its plots and points are in it. */
export function figureDrawing(figure: Figure, settings: ChartSettings): Drawing {
  switch (figure.type) {
    case 'lines':
      return lineDrawing(figure, settings)
    case 'scatter':
      return scatterDrawing(figure, settings)
    case 'stacked':
      return stackedDrawing(figure, settings)
    case 'field':
      return fieldDrawing(figure, settings)
    case 'space':
      return spaceDrawing(figure, settings)
  }
}

/**
 * The whole option of a chart; plain data but for the formatters. Needs the parts that chart-parts.ts lists. Log axes leave out what is
 * not above zero (chartSubtitle says how much). Lines of any number of points are drawn as they are: envelopes are made where the data is.
 */
export function figureChart(figure: Figure, settings: ChartSettings): ChartOption {
  return figureDrawing(figure, settings).option
}

/** The figure's subtitle with what the chosen scales and smoothing change about what is seen. */
export function chartSubtitle(figure: Figure, settings: Pick<ChartSettings, 'scales' | 'smoothing'>): string {
  switch (figure.type) {
    case 'lines':
      return lineSubtitle(figure, settings)
    case 'scatter':
      return scatterSubtitle(figure, settings)
    case 'stacked':
      return stackedSubtitle(figure, settings)
    case 'field':
      return fieldSubtitle(figure, settings)
    case 'space':
      return spaceSubtitle(figure, settings)
  }
}

/** Whether there is nothing to draw yet. */
export function isEmptyFigure(figure: Figure): boolean {
  const isEmpty = ({ x }: { x: Float64Array }): boolean => x.length === 0
  switch (figure.type) {
    case 'lines':
      return figure.lines.every(isEmpty)
    case 'scatter':
      return [...figure.groups, ...(figure.lines ?? [])].every(isEmpty)
    case 'stacked':
      return figure.panels.every(({ lines }) => lines.every(isEmpty))
    case 'field':
      return !figure.values.some(Number.isFinite)
    case 'space':
      return !figure.surface?.values.some(Number.isFinite) && figure.paths.every(isEmpty)
  }
}
