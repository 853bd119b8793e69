/** The results of "Critical points" as figures need them: each training with what was found where it ended, and what a person chose. */
import { countSigns, minimalRatio, type CriticalPointResult, type SignCounts } from '../../analyses/critical-point'
import type { PickedPoint, ViewChoices, ViewControl } from '../kind'
import type { AnalysisResults, ExperimentResults, RunResults } from '../results'
import type { CriticalPointExperiment } from './spec'

export const pointStates = ['reached', 'not reached', 'diverged'] as const
export type PointState = (typeof pointStates)[number]

export interface CriticalPoint {
  analysisId: string
  label: string
  group: string
  groupIndex: number
  state: PointState
  result: CriticalPointResult
  run: RunResults | undefined
}

function pointOf({ analysis, result }: AnalysisResults, runs: readonly RunResults[]): CriticalPoint[] {
  if (analysis.kind !== 'critical-point' || result === null) return []
  const found = result as CriticalPointResult
  const run = runs.find(({ run: { runId } }) => runId === analysis.runIds[0])
  const { label, group, groupIndex } = run?.run ?? analysis
  const state = run?.run.status === 'diverged' ? 'diverged' : found.reached ? 'reached' : 'not reached'
  return [{ analysisId: analysis.analysisId, label, group, groupIndex, state, result: found, run }]
}

/** In plan order. */
export function criticalPoints({ analyses, runs }: ExperimentResults): CriticalPoint[] {
  return analyses.flatMap((analysis) => pointOf(analysis, runs))
}

/** What a person chose, or the defaults. */
export interface CriticalPointView {
  tolerance: number
  /** The training that is looked at closely; absent: there is none yet. */
  chosen: CriticalPoint | undefined
}

function defaultTolerance({ experiment }: ExperimentResults): number {
  return (experiment.spec as CriticalPointExperiment).tolerance
}

export function viewOf(
  results: ExperimentResults,
  points: readonly CriticalPoint[],
  view: ViewChoices,
): CriticalPointView {
  const tolerance = Number(view['tolerance'] ?? NaN)
  return {
    tolerance: tolerance >= 0 && tolerance < 1 ? tolerance : defaultTolerance(results),
    chosen: points.find(({ analysisId }) => analysisId === view['training']) ?? points[0],
  }
}

export function criticalPointControls(results: ExperimentResults): ViewControl[] {
  const points = criticalPoints(results)
  const [first] = points
  if (!first) return []
  return [
    {
      key: 'tolerance',
      label: 'Zero tolerance',
      type: 'number',
      default: defaultTolerance(results),
      title: 'An eigenvalue counts as zero up to this share of the largest in magnitude',
    },
    {
      key: 'training',
      label: 'Training',
      type: 'choice',
      default: first.analysisId,
      options: points.map(({ analysisId, label }) => ({ value: analysisId, label })),
      title: 'Whose eigenvalues are drawn, and whose way is set off from the others; a click on a dot chooses it',
    },
  ]
}

export interface PointGroupOf {
  key: string
  group: string
  groupIndex: number
  state: PointState
  points: CriticalPoint[]
}

/** Points of one group that ended alike, in the order of first appearance. */
export function pointGroups(points: readonly CriticalPoint[]): PointGroupOf[] {
  const groups = new Map<string, PointGroupOf>()
  for (const point of points) {
    const { group, groupIndex, state } = point
    const key = state === 'reached' ? group : `${group}, ${state === 'diverged' ? 'diverged' : 'target not reached'}`
    const found = groups.get(key)
    if (found) found.points.push(point)
    else groups.set(key, { key, group, groupIndex, state, points: [point] })
  }
  return [...groups.values()]
}

/** A click on a dot of the scatter plot chooses its training. */
export function pickTraining(results: ExperimentResults, { figureId, key, index }: PickedPoint): ViewChoices | null {
  if (figureId !== 'minimal-ratio') return null
  const group = pointGroups(criticalPoints(results)).find((one) => one.key === key)
  const point = group?.points[index]
  return point ? { training: point.analysisId } : null
}

export function ratioOf({ result }: CriticalPoint, tolerance: number): number {
  return minimalRatio(result.eigenvalues, tolerance, result.weights)
}

/** Numbers of eigenvalues by sign; of an estimate rounded. */
export function countsOf({ result }: CriticalPoint, tolerance: number): SignCounts {
  const { eigenvalues, weights, parameterCount } = result
  const counts = countSigns(eigenvalues, tolerance, weights)
  if (!weights) return counts
  const number = (share: number): number => Math.round(share * parameterCount)
  return { positive: number(counts.positive), zero: number(counts.zero), negative: number(counts.negative) }
}
