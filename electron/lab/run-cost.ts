/** What a run takes, counted in its steps and in what is done beside them; and what of it stays. The times of both come from estimator.ts. */
import {
  eigenvectors,
  forward,
  gradient,
  hessian,
  hessianProduct,
  noWork,
  sumOfWork,
  testSize,
  timesWork,
  type Work,
} from '../../shared/analyses/work'
import { needsHessian } from '../../shared/analyses/critical-point'
import type { NewRun } from '../../shared/api/store-api'
import { optimizerWithDefaults } from '../../shared/models/optimizer'
import { bufferCount, parameterLayout } from '../../shared/models/model'
import {
  courseOf,
  fullGradientCount,
  precisionOf,
  snapshotCount,
  type RunCourse,
} from '../../shared/experiments/run-course'
import {
  batchSamples,
  seriesMeanings,
  seriesNames,
  trainingSize,
  type GradientPhase,
  type RunSpec,
} from '../../shared/experiments/run-spec'

/**
 * Steps in which methods with a Hessian arrive, where they do: as measured with the presets of critical points. Others seldom arrive, and take
 * all that they may.
 */
const usualSteps = { newton: 60, 'levenberg-marquardt': 200, adam: Infinity, lbfgs: Infinity }
/** The same from where a training ended that used the curvature itself: mostly there already. */
const usualStepsFromThere = 20
/** Places that a line search looks at in a step, on average. */
const looksOfLineSearch = 1.5

/** As such runs go, or as long as one may take at most. */
export type Ending = 'usual' | 'latest'

export interface RunWork {
  /** Of ordinary training, evaluations counted as the steps that take as long. */
  steps: number
  beside: Work
}

/** Whether its end depends on what it finds: then nobody knows in advance when that is. */
export function isSearch({ gradientPhase }: RunSpec): boolean {
  return gradientPhase !== undefined
}

/** Whether a run takes gradients over all samples beside its steps. */
export function hasGradients({ gradientPhase, record }: RunSpec): boolean {
  return gradientPhase !== undefined || record?.fullGradientEvery !== undefined
}

/** A step that is one gradient over all samples in float64: what second phases and analyses are counted in. */
export function asGradient({ gradientPhase: _phase, ...spec }: RunSpec): RunSpec {
  return { ...spec, optimizer: optimizerWithDefaults('sgd', 1e-3), batchSize: 'full', precision: 'float64' }
}

export function runWork({ spec, totalSteps, parameterCount }: NewRun, ending: Ending): RunWork {
  const course = courseFor(spec, totalSteps)
  const full = gradient(trainingSize(spec) * fullGradientCount(spec, course))
  const phase = spec.gradientPhase ? phaseWork(spec.gradientPhase, spec, parameterCount, ending) : noWork
  const { ordinarySteps } = course
  return { steps: ordinarySteps + stepsOfEvaluations(spec, ordinarySteps), beside: sumOfWork(full, phase) }
}

/** Evaluations of the test set in so many steps, in steps of training that take as long. */
export function stepsOfEvaluations(spec: RunSpec, steps: number): number {
  const { stepsPerEpoch } = courseOf(spec, trainingSize(spec))
  const evaluations = Math.floor(steps / stepsPerEpoch / spec.evaluateEveryEpochs)
  return (evaluations * forward(testSize(spec)).gradients) / batchSamples(spec)
}

function phaseWork({ method, maxSteps }: GradientPhase, spec: RunSpec, parameterCount: number, ending: Ending): Work {
  const isThere = needsHessian(method) && spec.optimizer.type === 'levenberg-marquardt'
  const usual = isThere ? usualStepsFromThere : usualSteps[method]
  return timesWork(ending === 'usual' ? Math.min(usual, maxSteps) : maxSteps, phaseStep(method, spec, parameterCount))
}

function phaseStep(method: GradientPhase['method'], spec: RunSpec, parameterCount: number): Work {
  const samples = trainingSize(spec)
  const slope = sumOfWork(gradient(samples), hessianProduct(samples))
  if (method === 'adam') return slope
  if (method === 'lbfgs') return timesWork(looksOfLineSearch, slope)
  // Further moves with the same Hessian take about as many gradients as it did (native/src/optimizers/norm_newton.cc).
  return sumOfWork(timesWork(2, hessian(spec, parameterCount, samples)), eigenvectors(parameterCount))
}

/** As planned: with the samples that are really here. */
function courseFor(spec: RunSpec, totalSteps: number): RunCourse {
  const course = courseOf(spec, trainingSize(spec))
  return { ...course, ordinarySteps: totalSteps - (spec.gradientPhase?.maxSteps ?? 0), totalSteps }
}

/** Weights of all snapshots of a run. */
export function snapshotBytes({ spec, totalSteps, stepsPerEpoch, parameterCount }: NewRun): number {
  const count = snapshotCount(spec, { ...courseFor(spec, totalSteps), stepsPerEpoch })
  const numberBytes = precisionOf(spec) === 'float64' ? 8 : 4
  return count * (parameterCount * numberBytes + bufferCount(spec.model) * 8)
}

/** Float32 values a step, some float64 pairs an epoch, frames; compression is not counted on. */
export function seriesBytes({ spec, totalSteps, stepsPerEpoch }: NewRun): number {
  const perEpoch = seriesNames.filter((name) => seriesMeanings[name].per === 'epoch').length
  const layers = spec.record?.layerGradients ? parameterLayout(spec.model).length : 0
  const course = courseFor(spec, totalSteps)
  const perStep = totalSteps * 2 * 4 + course.ordinarySteps * layers * 4 + fullGradientCount(spec, course) * 16
  const frames = spec.data.type === 'function' ? 140 * 512 * 4 : 0
  return perStep + (course.ordinarySteps / stepsPerEpoch) * perEpoch * 16 + frames
}
