/** Runs and experiments made up for tests of the page: plain records as a lab answers with them. */
import type { ExperimentId, RunId } from '../../shared/api/ids'
import type { ExperimentDetail, RunRow, RunSummary } from '../../shared/api/records'
import { parameterCount } from '../../shared/models/model'
import { madeSummary } from '../support/made-summary'

/** r0000000a for 10. */
export function runIdOf(number: number): RunId {
  return `r${number.toString(32).padStart(8, '0')}` as RunId
}

export const experimentId = 'x00000001' as ExperimentId

/** A finished run of 1-190-1 on sin(x); `position` also makes its id. */
export function makeRun(position: number, changes: Partial<RunSummary> = {}): RunSummary {
  const spec: RunSummary['spec'] = {
    model: {
      inputSize: 1,
      layers: [
        { type: 'dense', units: 190, activation: 'relu' },
        { type: 'dense', units: 1, activation: 'linear' },
      ],
      initialization: 'pytorch',
    },
    data: { type: 'function', expression: 'sin(x)', domain: [-1, 1], points: 2048, noise: 0, sampling: 'grid' },
    loss: 'mean-squared-error',
    optimizer: { type: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    epochs: 100,
    batchSize: 128,
    evaluateEveryEpochs: 1,
    seed: position,
  }
  return {
    runId: runIdOf(position),
    experimentId,
    position,
    label: `Shallow, seed ${position}`,
    group: 'Shallow',
    groupIndex: 0,
    facet: 'sin x',
    spec,
    parameterCount: parameterCount(spec.model),
    seed: position,
    status: 'finished',
    error: null,
    steps: 1600,
    epochs: 100,
    stepsPerEpoch: 16,
    totalSteps: 1600,
    durationMs: 4700,
    createdAt: new Date(2026, 10, 21, 14, 5).getTime(),
    gradientPhase: null,
    dataSha256: null,
    startedAt: null,
    endedAt: null,
    series: { trainLoss: madeSummary('trainLoss', [0.001, 0.002]) },
    ...changes,
  }
}

export function makeRow(position: number, changes: Partial<RunRow> = {}): RunRow {
  return { ...makeRun(position), experimentName: 'Sine, one depth', kind: 'simulate-function', ...changes }
}

export function makeDetail(runs: RunSummary[]): ExperimentDetail {
  const experiment: ExperimentDetail['experiment'] = {
    experimentId,
    kind: 'simulate-function',
    name: 'Sine, one depth',
    spec: {},
    createdAt: 0,
    runCounts: {},
    analysisCounts: {},
  }
  return { experiment, runs, analyses: [], sourceRuns: [] }
}
