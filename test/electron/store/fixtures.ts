/** Made-up experiments and what their runs record. */
import { runSpecSchema } from '../../../shared/experiments/run-spec'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import type { NewExperiment, NewRun, RunBatch, SeriesBatch, Snapshot } from '../../../shared/api/store-api'

const runSpec = runSpecSchema.parse({
  model: {
    inputSize: 1,
    layers: [
      { type: 'dense', units: 190, activation: 'relu' },
      { type: 'dense', units: 1, activation: 'linear' },
    ],
    initialization: 'pytorch',
  },
  data: { type: 'function', expression: 'sin(x)', domain: [-1, 1], points: 100, noise: 0, sampling: 'grid' },
  loss: 'mean-squared-error',
  optimizer: { type: 'sgd', learningRate: 0.1 },
  epochs: 10,
  batchSize: 'full',
  evaluateEveryEpochs: 1,
  seed: 7,
})

export function experimentId(number: number): ExperimentId {
  return `x${number.toString(36).padStart(8, '0')}` as ExperimentId
}

/** Run `position` of experiment `number`. */
export function runId(number: number, position = 0): RunId {
  return `r${(number * 10_000 + position).toString(36).padStart(8, '0')}` as RunId
}

export function newExperiment(number: number, runCount = 1): NewExperiment {
  return {
    experimentId: experimentId(number),
    kind: 'simulate-function',
    name: `Experiment ${number}`,
    spec: { number, nested: { list: [1, 2.5, 'three'] } },
    createdAt: 1_700_000_000_000 + number,
    runs: Array.from({ length: runCount }, (_, position) => newRun(number, position)),
    analyses: [],
  }
}

function newRun(number: number, position: number): NewRun {
  return {
    runId: runId(number, position),
    position,
    label: `Run ${position}`,
    group: `Group ${position % 2}`,
    groupIndex: position % 2,
    facet: 'sin(x)',
    spec: { ...runSpec, seed: position },
    parameterCount: 571,
    stepsPerEpoch: 10,
    totalSteps: 100,
  }
}

export function batch(of: RunId, steps: number, series: SeriesBatch[], frames: RunBatch['frames'] = []): RunBatch {
  return { runId: of, steps, epochs: Math.floor(steps / 10), durationMs: steps / 2, series, frames }
}

/** What the batch loss of the recording child is at a step. */
export function recordedValue(step: number): number {
  return Math.fround(Math.sin(step ** 1.5))
}

/** The weights of the recording child after a step. */
export function recordedSnapshot(step: number): Snapshot {
  return {
    step,
    epoch: step / 10,
    parameters: Float32Array.from({ length: 20_000 }, (_, i) => recordedValue(step + i)),
  }
}
