/** A figure in words, for those who hear it. */
import type { AxisScale, Line, LineFigure } from '../../../shared/figures/figure'
import { formatMeasure } from '../../../shared/text/format'

function lastFinite(values: Float64Array): number | null {
  for (let index = values.length - 1; index >= 0; index--) if (Number.isFinite(values[index])) return values[index]!
  return null
}

function lineText(line: Line): string | null {
  const last = lastFinite(line.y)
  return last === null ? null : `${line.name} ends at ${formatMeasure(last)}`
}

/** More lines than this are counted, not read out. */
const fewLines = 8

/** 'Training loss: mean squared error. loss over epoch. Deep ends at 2.1e-5; Shallow ends at 8.8e-4.' */
export function figureSummary(figure: LineFigure, scales: { x: AxisScale; y: AxisScale }): string {
  const axis = (label: string, scale: AxisScale) => (scale === 'log' ? `${label} on a log scale` : label)
  const head = `${figure.title}: ${figure.subtitle}. ${axis(figure.y.label, scales.y)} over ${axis(figure.x.label, scales.x)}.`
  const drawn = figure.lines
    .filter((line) => line.color !== 'text' && line.style !== 'thin')
    .map(lineText)
    .filter((text) => text !== null)
  if (drawn.length === 0) return `${head} Empty: ${figure.emptyText}.`
  if (drawn.length > fewLines) return `${head} ${drawn.length} lines.`
  return `${head} ${drawn.join('; ')}.`
}
