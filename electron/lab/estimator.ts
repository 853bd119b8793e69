/** What a plan will cost: a few real steps of each distinct network are timed once and remembered. */
import type { Estimate } from '../../shared/api/lab-api'
import type { NewRun } from '../../shared/api/store-api'
import { architectureLabel, bufferCount, flopsPerSample, inputShape, parameterLayout } from '../../shared/models/model'
import type { GradientMethod, RunSpec } from '../../shared/experiments/run-spec'
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
/** A run's own overhead: building it, reading its data, storing its end. */
const runOverheadMs = 30

export class Estimator {
  readonly #stepMs = new Map<string, number>()

  constructor(
    private readonly measureStep: (spec: RunSpec, budgetMs: number) => Promise<number>,
    private readonly cores: number,
  ) {}

  async estimate(runs: readonly NewRun[], analyses = 0): Promise<Estimate> {
    await this.#measure(runs)
    const workMs = runs.reduce((sum, run) => sum + (this.#runMs(run) ?? 0) + runOverheadMs, 0)
    const snapshots = runs.reduce((sum, run) => sum + snapshotBytes(run), 0)
    const models = new Map(runs.map(({ spec, parameterCount }) => [architectureLabel(spec.model), parameterCount]))
    return {
      runs: runs.length,
      analyses,
      steps: runs.reduce((sum, run) => sum + run.totalSteps, 0),
      models: [...models].map(([label, parameterCount]) => ({ label, parameterCount })),
      timeMs: workMs / Math.max(1, Math.min(this.cores, runs.length)),
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
    return stepMs === null ? null : stepMs * ordinaryStepsOf(run)
  }

  /** What a whole run took per step says more than a few steps timed beside other work, if it did nothing but train. */
  learn(spec: RunSpec, steps: number, durationMs: number): void {
    if (spec.gradientPhase || spec.record?.fullGradientEvery) return
    if (durationMs >= enoughMs && steps > 0) this.#stepMs.set(timingKey(spec), durationMs / steps)
  }

  async #measure(runs: readonly NewRun[]): Promise<void> {
    const distinct = new Map(runs.map(({ spec }) => [timingKey(spec), spec]))
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

/** A gradient in float64 takes about as long as so many steps of ordinary training on the same samples. */
const gradientSteps = 2
/**
 * Steps of the second phase in such gradients. First-order methods take a gradient and a product with the Hessian, which costs two of
 * them; the others take the whole Hessian, a product for each parameter.
 */
const phaseGradients = (method: GradientMethod, parameterCount: number) =>
  method === 'adam' || method === 'lbfgs' ? 3 : 2 * parameterCount

/** Steps of ordinary training that would take as long as the whole run. */
function ordinaryStepsOf({ spec, totalSteps, parameterCount }: NewRun): number {
  const { gradientPhase } = spec
  const course = courseFor(spec, totalSteps)
  const gradients = fullGradientCount(spec, course)
  const perGradient = gradientSteps * Math.max(1, trainingSize(spec) / batchSamples(spec))
  const ofPhase = gradientPhase ? gradientPhase.maxSteps * phaseGradients(gradientPhase.method, parameterCount) : 0
  return course.ordinarySteps + perGradient * (gradients + ofPhase)
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
