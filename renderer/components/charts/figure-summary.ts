/** A figure in words, for those who hear it. */
import { extentOf } from '../../../shared/figures/axis-range'
import { isEmptyFigure } from '../../../shared/figures/chart'
import { figureAxes, panelAxisKey, type AxisScales } from '../../../shared/figures/figure-axes'
import type { Figure, Line, PointGroup } from '../../../shared/figures/figure'
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

function linesText(lines: readonly Line[]): string {
  const drawn = lines
    .filter((line) => line.color !== 'text' && line.style !== 'thin')
    .map(lineText)
    .filter((text) => text !== null)
  return drawn.length > fewLines ? `${drawn.length} lines.` : drawn.length > 0 ? `${drawn.join('; ')}.` : ''
}

function rangeText(label: string, values: readonly Float64Array[]): string {
  const range = extentOf(values, 'linear')
  return range ? `${label} from ${formatMeasure(range[0])} to ${formatMeasure(range[1])}.` : ''
}

/** '100 points', or '8 paths of 9 points'. */
function pointsText(groups: readonly PointGroup[]): string {
  const count = (some: readonly PointGroup[]) => some.reduce((sum, { x }) => sum + x.length, 0)
  const plural = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
  const ways = groups.filter(({ joined, x }) => joined && x.length > 0)
  const dots = count(groups.filter(({ joined }) => !joined))
  const wayWords = ways.length > 0 ? [`${plural(ways.length, 'path')} of ${plural(count(ways), 'point')}`] : []
  return [...(dots > 0 ? [plural(dots, 'point')] : []), ...wayWords].map((text) => `${text}.`).join(' ')
}

function contentText(figure: Figure): string {
  const parts = (...texts: string[]) => texts.filter((text) => text !== '').join(' ')
  switch (figure.type) {
    case 'lines':
      return linesText(figure.lines)
    case 'stacked':
      return parts(...figure.panels.map(({ y, lines }) => (lines.length > 0 ? `${y.label}: ${linesText(lines)}` : '')))
    case 'scatter': {
      const values = figure.groups.flatMap((group) => (group.values ? [group.values] : []))
      return parts(pointsText(figure.groups), figure.color ? rangeText(figure.color.label, values) : '')
    }
    case 'field':
      return parts(rangeText(figure.color.label, [figure.values]), pointsText(figure.paths))
    case 'space': {
      const surface = figure.surface ? rangeText(`surface, ${figure.z.label}`, [figure.surface.values]) : ''
      return parts(surface, pointsText(figure.paths))
    }
  }
}

/** 'loss on a log scale over epoch' */
function axesText(figure: Figure, scales: AxisScales): string {
  const words = (key: string) => {
    const { axis } = figureAxes(figure).find((named) => named.key === key)!
    return scales[key] === 'log' ? `${axis.label} on a log scale` : axis.label
  }
  if (figure.type === 'stacked')
    return `${figure.panels.map(({ key }) => words(panelAxisKey(key))).join(', ')} over ${words('x')}`
  if (figure.type === 'space') return `${words('z')} over ${words('x')} and ${words('y')}`
  if (figure.type === 'field') return `${words('color')} over ${words('x')} and ${words('y')}`
  const right = figure.type === 'lines' && figure.right ? ` and ${words('right')}` : ''
  return `${words('y')}${right} over ${words('x')}`
}

/** 'Training loss: mean squared error. loss over epoch. Deep ends at 2.1e-5; Shallow ends at 8.8e-4.' */
export function figureSummary(figure: Figure, scales: AxisScales): string {
  const head = `${figure.title}: ${figure.subtitle}. ${axesText(figure, scales)}.`
  const content = contentText(figure)
  return isEmptyFigure(figure) || content === '' ? `${head} Empty: ${figure.emptyText}.` : `${head} ${content}`
}
