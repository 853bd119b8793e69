/**
 * Loss and accuracy on the straight line through the weights of two trainings, θ = (1 - α) θ₁ + α θ₂ (Goodfellow et al. 2015; Keskar et
 * al. 2017, figure 3). Computed in electron/analysis/interpolation.ts.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import type { RunId } from '../api/ids'
import type { AnalysedRun, AnalysisKind } from './kind'
import { allSamples, evaluation, type Work } from './work'

const end = z.number().min(-100).max(100)

export const interpolationAnalysisSchema = z
  .strictObject({
    /** Range of α; 0 is the first training and 1 the second. */
    from: end.default(-1),
    to: end.default(2),
    count: z.int().min(3).max(1001).default(41),
    /** `even`, or `ends`: denser the nearer to 0 or 1, which are then points themselves. */
    spacing: z.enum(['even', 'ends']).default('ends'),
  })
  .refine(({ from, to }) => to - from >= 1e-6, { path: ['to'], message: 'the range must end above where it starts' })
export type InterpolationSpec = z.infer<typeof interpolationAnalysisSchema>

/** Of one set of weights; accuracies are NaN where there are no classes. A loss that is no finite number is Infinity. */
export interface InterpolatedPoint {
  trainLoss: number
  trainAccuracy: number
  testLoss: number
  testAccuracy: number
}

export interface InterpolationResult {
  /** The two trainings, in the order of α; measured on the samples of the first. */
  runs: { runId: RunId; label: string }[]
  /** [A] ascending */
  alphas: Float64Array
  /** [A] each; NaN: not computed yet. */
  trainLoss: Float64Array
  trainAccuracy: Float64Array
  testLoss: Float64Array
  testAccuracy: Float64Array
  /** At α = 0 and α = 1. */
  ends: InterpolatedPoint[]
  /** Euclidean length of θ₂ - θ₁. */
  distance: number
  /** Whether mean and variance of batch normalisation were taken anew over the training set at each point. */
  reestimated: boolean
}

/** Where the density of points has fallen to half of that at 0 and 1. */
const halfDensity = 0.1

/** ∫ da / (halfDensity + distance of a from the nearer of 0 and 1), from 0 to α. */
function pointsUpTo(alpha: number): number {
  const within = (distance: number): number => Math.log1p(distance / halfDensity)
  if (alpha < 0) return -within(-alpha)
  if (alpha <= 0.5) return within(alpha)
  const middle = 2 * within(0.5)
  return alpha <= 1 ? middle - within(1 - alpha) : middle + within(alpha - 1)
}

/** The α below which there are so many points: pointsUpTo the other way round. */
function alphaAt(points: number): number {
  const beyond = (count: number): number => halfDensity * Math.expm1(count)
  if (points < 0) return -beyond(-points)
  const half = pointsUpTo(0.5)
  if (points <= half) return beyond(points)
  return points <= 2 * half ? 1 - beyond(2 * half - points) : 1 + beyond(points - 2 * half)
}

/** The α of an interpolation [count], ascending; its ends are `from` and `to` themselves. */
export function interpolationAlphas({ from, to, count, spacing }: InterpolationSpec): Float64Array {
  const share = (index: number): number => index / (count - 1)
  if (spacing === 'even') {
    return Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + share(i) * (to - from)))
  }
  const [first, last] = [pointsUpTo(from), pointsUpTo(to)]
  const alphas = Float64Array.from({ length: count }, (_, i) => alphaAt(first + share(i) * (last - first)))
  alphas[0] = from
  alphas[count - 1] = to
  for (const trained of [0, 1]) {
    if (trained < from || trained > to) continue
    const nearest = alphas.reduce(
      (best, alpha, i) => (Math.abs(alpha - trained) < Math.abs(alphas[best]! - trained) ? i : best),
      0,
    )
    const isEnd = nearest === 0 || nearest === count - 1
    // A range that ends near 0 or 1 keeps its end.
    if (!isEnd) alphas[nearest] = trained
  }
  return alphas
}

/** The order in which points are computed: the ends, then always the middle of what is left open. */
export function coarseToFine(count: number): number[] {
  const order = [0, count - 1]
  for (let open: [number, number][] = [[0, count - 1]]; open.length > 0;) {
    open = open.flatMap(([from, to]): [number, number][] => {
      if (to - from < 2) return []
      const middle = Math.floor((from + to) / 2)
      order.push(middle)
      return [
        [from, middle],
        [middle, to],
      ]
    })
  }
  return order
}

/** How much higher the training loss gets between the two than on a straight line between their losses (Frankle et al. 2020). */
export function interpolationBarrier({ alphas, trainLoss, ends }: InterpolationResult): number {
  const [from, to] = ends.map((point) => point.trainLoss) as [number, number]
  return alphas.reduce(
    (most, alpha, i) =>
      alpha >= 0 && alpha <= 1 && !Number.isNaN(trainLoss[i])
        ? Math.max(most, trainLoss[i]! - ((1 - alpha) * from + alpha * to))
        : most,
    0,
  )
}

function refuse(message: string): never {
  throw new LabError('spec/invalid', message, [{ path: ['runs'], message }])
}

/** What must be the same for weights to stand for the same function: all but what they were drawn from. */
function architecture({ spec }: AnalysedRun): string {
  const { inputSize, inputShape, layers } = spec.model
  return JSON.stringify({ inputSize, inputShape, layers })
}

/** Whose loss it is; which samples of it the runs had may differ: those of the first are taken. */
function taskOf({ spec }: AnalysedRun): string {
  const { data, loss } = spec
  return JSON.stringify([data.type === 'function' ? [data.expression, data.domain] : data.dataset, loss])
}

function checkRuns(_: InterpolationSpec, runs: readonly AnalysedRun[]): void {
  const [first, second, ...more] = runs
  if (!first || !second || more.length > 0) return refuse(`two runs are interpolated, not ${runs.length}`)
  const both = `${first.label} and ${second.label}`
  if (architecture(first) !== architecture(second)) {
    const counts = [first, second].map((run) => run.parameterCount.toLocaleString('en'))
    const sizes = counts[0] === counts[1] ? '' : ` (${counts.join(' and ')} parameters)`
    refuse(`${both} are networks of unlike architectures${sizes}: there is no line from one to the other`)
  }
  if (taskOf(first) !== taskOf(second)) refuse(`${both} learned different tasks: there is no loss in common`)
}

/** Weights of both ends, and of each α, over both sets. */
function interpolationWork({ count }: InterpolationSpec, [run]: readonly AnalysedRun[]): Work {
  return evaluation(run!.spec, (count + 2) * allSamples(run!.spec))
}

export const interpolationAnalysis: AnalysisKind<InterpolationSpec> = {
  kind: 'interpolation',
  title: 'Interpolation',
  schema: interpolationAnalysisSchema,
  snapshots: 'last',
  check: checkRuns,
  work: interpolationWork,
}
