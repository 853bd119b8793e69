/** Figures of "Critical points": the minimal ratio against the loss, both phases of the trainings, the eigenvalues of one. */
import type { Figure, PointGroup, ScatterFigure } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { formatValue } from '../../figures/numbers'
import type { ViewChoices } from '../kind'
import { countText } from '../model-groups'
import type { ExperimentResults } from '../results'
import { phaseFigure } from './phase-figure'
import {
  countsOf,
  criticalPoints,
  pointGroups,
  ratioOf,
  viewOf,
  type CriticalPoint,
  type CriticalPointView,
  type PointState,
} from './points'
import { densityFigure, spectrumFigure } from './spectrum-figures'

const markers: Record<PointState, PointGroup['marker']> = { reached: 'dot', 'not reached': 'ring', diverged: 'cross' }

function note(point: CriticalPoint, tolerance: number): string {
  const { loss, gradientNorm, neighboursHigher } = point.result
  const { positive, zero, negative } = countsOf(point, tolerance)
  const lines = [
    `training: ${point.label}`,
    `minimal ratio: ${formatValue(ratioOf(point, tolerance))}`,
    `loss: ${formatValue(loss)}`,
    `gradient norm: ${formatValue(gradientNorm)}${point.state === 'reached' ? '' : ` (${point.state})`}`,
    `eigenvalues: ${positive} positive, ${zero} zero, ${negative} negative`,
  ]
  if (neighboursHigher !== null) lines.push(`neighbours with a higher loss: ${formatValue(100 * neighboursHigher)} %`)
  return lines.join('\n')
}

/** '98 of 100 reached ‖∇L‖ ≤ 1e-5; rings: 1 did not; crosses: 1 diverged; 1 failed' */
function countsText({ analyses, runs }: ExperimentResults, points: readonly CriticalPoint[]): string {
  if (points.length === 0) return ''
  const number = (state: PointState): number => points.filter((point) => point.state === state).length
  const targets = [...new Set(points.map(({ result }) => result.targetNorm))]
  const target = targets.length === 1 ? `‖∇L‖ ≤ ${formatValue(targets[0]!)}` : 'their target'
  const [ringed, crossed] = [number('not reached'), number('diverged')]
  const failed = analyses.filter(({ analysis }) => analysis.status === 'failed').length
  const all = Math.max(points.length, analyses.length, runs.length)
  return joined(
    `${number('reached')} of ${countText(all, 'training')} reached ${target}`,
    ringed > 0 ? `rings: ${ringed} did not` : '',
    crossed > 0 ? `crosses: ${crossed} diverged` : '',
    failed > 0 ? `${failed} could not be looked at` : '',
  )
}

function ratioFigure(
  results: ExperimentResults,
  points: readonly CriticalPoint[],
  { tolerance }: CriticalPointView,
): ScatterFigure {
  const groups = pointGroups(points).map(({ key, group, groupIndex, state, points: own }): PointGroup => {
    const numbers = (of: (point: CriticalPoint) => number): Float64Array => Float64Array.from(own, of)
    return {
      key,
      name: key,
      legend: group,
      color: groupIndex,
      marker: markers[state],
      x: numbers(({ result }) => result.loss),
      y: numbers((point) => ratioOf(point, tolerance)),
      values: numbers(({ result }) => result.gradientNorm),
      notes: own.map((point) => note(point, tolerance)),
    }
  })
  const isEstimate = points.some(({ result }) => result.weights !== null)
  return {
    type: 'scatter',
    figureId: 'minimal-ratio',
    title: 'Minimal ratio against loss',
    subtitle: joined(
      countsText(results, points),
      `an eigenvalue is positive above ${formatValue(tolerance)} of the largest in magnitude`,
      isEstimate ? 'estimated by stochastic Lanczos quadrature' : '',
    ),
    x: { label: 'loss', scale: 'log', canBeLog: true },
    y: { label: 'minimal ratio (share of positive eigenvalues)', scale: 'linear', canBeLog: false },
    groups,
    color: { label: 'gradient norm', scale: 'log' },
    emptyText: 'appears with the first training that has ended',
  }
}

export function criticalPointFigures(results: ExperimentResults, choices: ViewChoices = {}): Figure[] {
  const points = criticalPoints(results)
  const view = viewOf(results, points, choices)
  return [
    ratioFigure(results, points, view),
    phaseFigure(results.runs, view.chosen?.run),
    spectrumFigure(view),
    densityFigure(view),
  ]
}
