/** Loss, gradient norm, eigenvalues of the Hessian and neighbours of the point where a run ended; over its training set, in float64. */
import {
  countSigns,
  minimalRatio,
  spectralProbes,
  type CriticalPointResult,
  type CriticalPointSpec,
} from '../../shared/analyses/critical-point'
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import { LabError } from '../../shared/api/errors'
import { allFinite, euclideanNorm } from '../../shared/math/vectors'
import { RandomStream, randomKey } from '../../shared/random'
import type { EngineSession } from '../engines/engine'
import type { AnalysisContext, AnalysisOutcome, SubjectRun } from './analysis'

type Context = AnalysisContext<CriticalPointSpec, CriticalPointResult>

const training = { set: 'training' } as const

/** A norm that was reached is computed here in another order of sums. */
const roundingOfNorm = 1 + 1e-6

/** Numbers of directions that are held at a time. */
const mostDirectionNumbers = 4e6

/** @throws LabError `engine/bad-data` for a run whose weights are not finite. */
export function requireFinite({ run, snapshots }: SubjectRun): void {
  for (const { step, parameters } of snapshots) {
    if (allFinite(parameters)) continue
    const when = run.status === 'diverged' ? 'it diverged, and ' : ''
    throw new LabError('engine/bad-data', `${run.label}: ${when}its weights at step ${step} are not finite numbers`)
  }
}

/** Seeded Gaussian directions of unit length, uniform on the sphere: rows `from` to `to` of as many as one likes. */
export function unitDirections(seed: number, from: number, to: number, size: number): Float64Array {
  const directions = new Float64Array((to - from) * size)
  for (let row = from; row < to; row++) {
    const random = new RandomStream(randomKey(seed, 'neighbours'), row)
    const direction = directions.subarray((row - from) * size, (row - from + 1) * size)
    for (let i = 0; i < size; i++) direction[i] = random.normal()
    const length = euclideanNorm(direction)
    for (let i = 0; i < size; i++) direction[i]! /= length
  }
  return directions
}

/** How far the neighbours lie. */
export function neighbourRadius({ neighbours }: Pick<CriticalPointSpec, 'neighbours'>, weightNorm: number): number {
  return neighbours.radius * weightNorm
}

/** Share of the neighbours with a higher loss; null without neighbours. */
async function higherNeighbours(
  session: EngineSession,
  { spec, progress }: Context,
  loss: number,
  radius: number,
): Promise<number | null> {
  const { count } = spec.neighbours
  if (count === 0) return null
  const size = session.parameterCount
  const block = Math.max(1, Math.min(count, Math.floor(mostDirectionNumbers / size), 64))
  let higher = 0
  for (let from = 0; from < count; from += block) {
    const to = Math.min(count, from + block)
    const rows = to - from
    const coordinates = new Float64Array(rows * rows)
    for (let row = 0; row < rows; row++) coordinates[row * rows + row] = radius
    const directions = unitDirections(spec.seed, from, to, size)
    const losses = await session.curvature.losses(training, { directions, coordinates })
    // What is no number is no lower loss either.
    higher += losses.filter((value) => !(value <= loss)).length
    progress(0.8 + (0.2 * to) / count)
  }
  return higher / count
}

type Spectrum = Pick<CriticalPointResult, 'eigenvalues' | 'weights'>

async function exactSpectrum(
  session: EngineSession,
  { engine, threads, progress, signal }: Context,
): Promise<Spectrum> {
  const hessian = await session.curvature.matrix(training)
  progress(0.5)
  const { values } = await engine.symmetricEigen(hessian, { threads, signal })
  return { eigenvalues: values, weights: null }
}

async function estimatedSpectrum(session: EngineSession, { spec }: Context): Promise<Spectrum> {
  const { probes } = spectralProbes
  const steps = Math.min(spectralProbes.steps, session.parameterCount)
  const key = randomKey(spec.seed, 'probe')
  const { nodes, weights } = await session.curvature.spectralDensity(training, { probes, steps, key })
  const order = [...nodes.keys()].sort((a, b) => nodes[a]! - nodes[b]!)
  const sorted = (values: Float64Array): Float64Array => Float64Array.from(order, (index) => values[index]!)
  return { eigenvalues: sorted(nodes), weights: sorted(weights) }
}

export function criticalPointSummary(result: CriticalPointResult, tolerance: number): AnalysisNumbers {
  const { loss, gradientNorm, eigenvalues, weights, parameterCount, reached, neighboursHigher } = result
  const counts = countSigns(eigenvalues, tolerance, weights)
  // Of an estimate the weights are shares.
  const number = (count: number): number => (weights ? Math.round(count * parameterCount) : count)
  return {
    loss,
    gradientNorm,
    minimalRatio: minimalRatio(eigenvalues, tolerance, weights),
    tolerance,
    positive: number(counts.positive),
    zero: number(counts.zero),
    negative: number(counts.negative),
    exact: weights === null,
    reached,
    neighboursHigher,
  }
}

export async function analyseCriticalPoint(context: Context): Promise<AnalysisOutcome<CriticalPointResult>> {
  const { spec, runs, threads, progress } = context
  const [subject] = runs
  const { run } = subject!
  requireFinite({ run, snapshots: subject!.snapshots.slice(-1) })
  const session = await context.createSession(run.runId, { precision: 'float64', threads })
  try {
    const { loss, gradient } = await session.curvature.lossAndGradient(training)
    const gradientNorm = euclideanNorm(gradient)
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new LabError(
        'engine/bad-data',
        `${run.label}: the loss or its gradient is no finite number where the run ended`,
      )
    }
    progress(0.05)
    const spectrum = await (spec.spectrum === 'exact' ? exactSpectrum : estimatedSpectrum)(session, context)
    progress(0.8)
    const weightNorm = euclideanNorm(session.getParameters64())
    const radius = neighbourRadius(spec, weightNorm)
    const neighboursHigher = await higherNeighbours(session, context, loss, radius)
    const result: CriticalPointResult = {
      loss,
      gradientNorm,
      weightNorm,
      targetNorm: spec.targetNorm,
      reached: gradientNorm <= spec.targetNorm * roundingOfNorm,
      method: run.spec.gradientPhase?.method ?? null,
      ...spectrum,
      parameterCount: session.parameterCount,
      neighbours: spec.neighbours.count,
      neighboursHigher,
    }
    return { result, summary: criticalPointSummary(result, spec.tolerance) }
  } finally {
    session.dispose()
  }
}
