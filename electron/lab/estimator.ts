/** What a plan will cost: a few real steps of each distinct network are timed once and remembered. */
import type { Estimate } from '../../shared/api/lab-api'
import type { NewAnalysis, NewRun } from '../../shared/api/store-api'
import type { RunId } from '../../shared/api/ids'
import type { AnalysedRun } from '../../shared/analyses/kind'
import { analysisKinds } from '../../shared/analyses/registry'
import {
  eigenvalues,
  forward,
  gradient,
  hessian,
  hessianProduct,
  noWork,
  sumOfWork,
  testSize,
  type Work,
} from '../../shared/analyses/work'
import { needsHessian } from '../../shared/analyses/critical-point'
import { optimizerWithDefaults } from '../../shared/models/optimizer'
import { architectureLabel, bufferCount, flopsPerSample, inputShape, parameterLayout } from '../../shared/models/model'
import type { GradientPhase, RunSpec } from '../../shared/experiments/run-spec'
import {
  courseOf,
  fullGradientCount,
  precisionOf,
  snapshotCount,
  type RunCourse,
} from '../../shared/experiments/run-course'
import { batchSamples, seriesMeanings, seriesNames, trainingSize } from '../../shared/experiments/run-spec'

/** Enough for a 571-parameter network to take thousands of steps, and little enough not to be felt in the wizard. */
const budgetMs = 40
/** Distinct networks to time; further ones are scaled by their arithmetic from the nearest timed one. */
const mostTimed = 16
/** A run shorter than this was over before its speed could be told. */
const enoughMs = 200
/** What a run or an analysis takes of its own: building it, reading its data, storing its end. */
const overheadMs = 30
/** Of the core's loops, a millisecond; measured on its eigenvalues. */
const flopsPerMs = 2.4e7
/** Steps in which methods with a Hessian arrive, where they do; those that do not arrive take all that they may. */
const usualNewtonSteps = 60

export class Estimator {
  readonly #stepMs = new Map<string, number>()

  constructor(
    private readonly measureStep: (spec: RunSpec, budgetMs: number) => Promise<number>,
    private readonly cores: number,
  ) {}

  /** @param asked runs of analyses that are not among `runs` */
  async estimate(
    runs: readonly NewRun[],
    analyses: readonly NewAnalysis[] = [],
    asked: ReadonlyMap<RunId, AnalysedRun> = new Map(),
  ): Promise<Estimate> {
    const known = new Map<RunId, AnalysedRun>([...asked, ...runs.map((run) => [run.runId, run] as const)])
    const questions = analyses.map(({ kind, spec, runIds }) => ({
      kind: analysisKinds[kind],
      spec,
      runs: runIds.map((runId) => known.get(runId)!),
    }))
    await this.#measure([
      ...runs.map(({ spec }) => spec),
      ...runs.filter(hasGradients).map(({ spec }) => asGradient(spec)),
      ...questions.map((question) => asGradient(question.runs[0]!.spec)),
    ])
    const runsMs = runs.reduce((sum, run) => sum + (this.#runMs(run) ?? 0) + overheadMs, 0)
    const analysesMs = questions.reduce(
      (sum, { kind, spec, runs: of }) => sum + (this.#workMs(of[0]!.spec, kind.work(spec, of)) ?? 0) + overheadMs,
      0,
    )
    const snapshots = runs.reduce((sum, run) => sum + snapshotBytes(run), 0)
    const models = new Map(runs.map(({ spec, parameterCount }) => [architectureLabel(spec.model), parameterCount]))
    return {
      runs: runs.length,
      analyses: analyses.length,
      steps: runs.reduce((sum, run) => sum + run.totalSteps, 0),
      models: [...models].map(([label, parameterCount]) => ({ label, parameterCount })),
      // One analysis shares its work between the cores as well as many do.
      timeMs: runsMs / Math.max(1, Math.min(this.cores, runs.length)) + analysesMs / this.cores,
      storedBytes: snapshots + runs.reduce((sum, run) => sum + seriesBytes(run), 0),
      snapshotBytes: snapshots,
    }
  }

  /** Milliseconds per step as far as known: measured, or scaled from what was measured. */
  stepMs(spec: RunSpec): number | null {
    return this.#stepMs.get(timingKey(spec)) ?? null
  }

  /** Milliseconds that a step of a run takes on average, with all that is done beside its steps. */
  meanStepMs(run: NewRun): number | null {
    const runMs = this.#runMs(run)
    return runMs === null ? null : runMs / run.totalSteps
  }

  #runMs(run: NewRun): number | null {
    const stepMs = this.stepMs(run.spec)
    if (stepMs === null) return null
    const steps = ordinaryStepsOf(run)
    const besideMs = hasGradients(run) ? this.#workMs(run.spec, workBeside(run)) : 0
    return besideMs === null ? null : stepMs * (steps + stepsOfEvaluations(run.spec, steps)) + besideMs
  }

  /** Of a network; null where its gradient was not timed. */
  #workMs(spec: RunSpec, { gradients, flops }: Work): number | null {
    const gradientMs = this.stepMs(asGradient(spec))
    return gradientMs === null ? null : (gradients / trainingSize(spec)) * gradientMs + flops / flopsPerMs
  }

  /** What a whole run took per step says more than a few steps timed beside other work, if it did nothing but train. */
  learn(spec: RunSpec, steps: number, durationMs: number): void {
    if (spec.gradientPhase || spec.record?.fullGradientEvery) return
    if (durationMs >= enoughMs && steps > 0) {
      this.#stepMs.set(timingKey(spec), durationMs / (steps + stepsOfEvaluations(spec, steps)))
    }
  }

  async #measure(specs: readonly RunSpec[]): Promise<void> {
    const distinct = new Map(specs.map((spec) => [timingKey(spec), spec]))
    const unknown = [...distinct].filter(([key]) => !this.#stepMs.has(key))
    for (const [key, spec] of unknown.slice(0, mostTimed)) {
      this.#stepMs.set(key, await this.measureStep(spec, budgetMs))
    }
    const timed = [...distinct].filter(([key]) => this.#stepMs.has(key))
    for (const [key, spec] of unknown.slice(mostTimed)) {
      this.#stepMs.set(
        key,
        scaledStepMs(
          spec,
          timed.map(([timedKey, timedSpec]) => [timedSpec, this.#stepMs.get(timedKey)!]),
        ),
      )
    }
  }
}

/** What makes one step cost what it does. */
function timingKey(spec: RunSpec): string {
  const { model, optimizer, loss } = spec
  return JSON.stringify([inputShape(model), model.layers, batchSamples(spec), optimizer.type, loss, precisionOf(spec)])
}

function flopsPerStep(spec: RunSpec): number {
  return flopsPerSample(spec.model) * batchSamples(spec)
}

/** In proportion to the arithmetic, from the timed network that is nearest in it. */
function scaledStepMs(spec: RunSpec, timed: [RunSpec, number][]): number {
  const flops = flopsPerStep(spec)
  const distance = (other: RunSpec) => Math.abs(Math.log(flopsPerStep(other) / flops))
  const [nearest, stepMs] = timed.reduce((best, entry) => (distance(entry[0]) < distance(best[0]) ? entry : best))
  return (stepMs * flops) / flopsPerStep(nearest)
}

/** A step that is one gradient over all samples in float64: what second phases and analyses are counted in. */
function asGradient({ gradientPhase: _phase, ...spec }: RunSpec): RunSpec {
  return { ...spec, optimizer: optimizerWithDefaults('sgd', 1e-3), batchSize: 'full', precision: 'float64' }
}

/** Whether a run takes gradients over all samples beside its steps. */
function hasGradients({ spec }: NewRun): boolean {
  return spec.gradientPhase !== undefined || spec.record?.fullGradientEvery !== undefined
}

/** What a run does beside its ordinary steps. */
function workBeside({ spec, totalSteps, parameterCount }: NewRun): Work {
  const samples = trainingSize(spec)
  const full = gradient(samples * fullGradientCount(spec, courseFor(spec, totalSteps)))
  return sumOfWork(full, spec.gradientPhase ? phaseWork(spec.gradientPhase, spec, parameterCount) : noWork)
}

/** First-order methods take a gradient and a product with the Hessian in each step; the others the whole Hessian and its eigenvalues. */
function phaseWork({ method, maxSteps }: GradientPhase, spec: RunSpec, parameterCount: number): Work {
  const samples = trainingSize(spec)
  const step = needsHessian(method)
    ? sumOfWork(gradient(samples), hessian(spec, parameterCount, samples), eigenvalues(parameterCount))
    : sumOfWork(gradient(samples), hessianProduct(samples))
  const steps = needsHessian(method) ? Math.min(maxSteps, usualNewtonSteps) : maxSteps
  return { gradients: steps * step.gradients, flops: steps * step.flops }
}

function ordinaryStepsOf({ spec, totalSteps }: NewRun): number {
  return courseFor(spec, totalSteps).ordinarySteps
}

/** Evaluations of the test set in so many steps, in steps of training that take as long. */
function stepsOfEvaluations(spec: RunSpec, steps: number): number {
  const { stepsPerEpoch } = courseOf(spec, trainingSize(spec))
  const evaluations = Math.floor(steps / stepsPerEpoch / spec.evaluateEveryEpochs)
  return (evaluations * forward(testSize(spec)).gradients) / batchSamples(spec)
}

/** As planned: with the samples that are really here. */
function courseFor(spec: RunSpec, totalSteps: number): RunCourse {
  const course = courseOf(spec, trainingSize(spec))
  return { ...course, ordinarySteps: totalSteps - (spec.gradientPhase?.maxSteps ?? 0), totalSteps }
}

/** Weights of all snapshots of a run. */
function snapshotBytes({ spec, totalSteps, stepsPerEpoch, parameterCount }: NewRun): number {
  const count = snapshotCount(spec, { ...courseFor(spec, totalSteps), stepsPerEpoch })
  const numberBytes = precisionOf(spec) === 'float64' ? 8 : 4
  return count * (parameterCount * numberBytes + bufferCount(spec.model) * 8)
}

/** Float32 values a step, some float64 pairs an epoch, frames; compression is not counted on. */
function seriesBytes({ spec, totalSteps, stepsPerEpoch }: NewRun): number {
  const perEpoch = seriesNames.filter((name) => seriesMeanings[name].per === 'epoch').length
  const layers = spec.record?.layerGradients ? parameterLayout(spec.model).length : 0
  const course = courseFor(spec, totalSteps)
  const perStep = totalSteps * 2 * 4 + course.ordinarySteps * layers * 4 + fullGradientCount(spec, course) * 16
  const frames = spec.data.type === 'function' ? 140 * 512 * 4 : 0
  return perStep + (course.ordinarySteps / stepsPerEpoch) * perEpoch * 16 + frames
}
