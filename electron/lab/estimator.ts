/** What a plan will cost: a few real steps of each distinct network are timed once and remembered. */
import type { Estimate } from '../../shared/api/lab-api'
import type { NewRun } from '../../shared/api/store-api'
import { architectureLabel, flopsPerSample, inputShape } from '../../shared/models/model'
import type { RunSpec } from '../../shared/experiments/run-spec'
import { batchSamples, seriesMeanings, seriesNames } from '../../shared/experiments/run-spec'

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
    const workMs = runs.reduce((sum, run) => sum + run.totalSteps * (this.stepMs(run.spec) ?? 0) + runOverheadMs, 0)
    const models = new Map(runs.map(({ spec, parameterCount }) => [architectureLabel(spec.model), parameterCount]))
    return {
      runs: runs.length,
      analyses,
      steps: runs.reduce((sum, run) => sum + run.totalSteps, 0),
      models: [...models].map(([label, parameterCount]) => ({ label, parameterCount })),
      timeMs: workMs / Math.max(1, Math.min(this.cores, runs.length)),
      storedBytes: runs.reduce((sum, run) => sum + storedBytes(run), 0),
    }
  }

  /** Milliseconds per step as far as known: measured, or scaled from what was measured. */
  stepMs(spec: RunSpec): number | null {
    return this.#stepMs.get(timingKey(spec)) ?? null
  }

  /** What a whole run took per step says more than a few steps timed beside other work. */
  learn(spec: RunSpec, steps: number, durationMs: number): void {
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
  const { model, optimizer, loss, precision = 'float32' } = spec
  return JSON.stringify([inputShape(model), model.layers, batchSamples(spec), optimizer.type, loss, precision])
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

/** Two float32 values a step, some float64 pairs an epoch, frames and the final weights; compression is not counted on. */
function storedBytes({ spec, totalSteps, stepsPerEpoch, parameterCount }: NewRun): number {
  const perStep = seriesNames.filter((name) => seriesMeanings[name].per === 'step').length
  const perEpoch = seriesNames.length - perStep
  const frames = spec.data.type === 'function' ? 140 * 512 * 4 : 0
  return totalSteps * perStep * 4 + (totalSteps / stepsPerEpoch) * perEpoch * 16 + frames + parameterCount * 4
}
