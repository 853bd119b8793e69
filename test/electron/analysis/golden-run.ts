/** Golden networks as runs that an analysis asks: what the tests of analyses against PyTorch share. */
import type { RunSamples } from '../../../electron/datasets/run-samples'
import type { RunSpec } from '../../../shared/experiments/run-spec'
import { goldenSamples, type GoldenNetwork } from '../../golden/golden'

/** Given numbers mean what float32 has of them. */
export const single = (values: readonly number[]) => Float64Array.from(Float32Array.from(values))

/** Its `inputs` to train on, its `testInputs` to test on. */
export function samplesOf(one: GoldenNetwork & { testInputs: number[]; testTargets: number[] }): RunSamples {
  const { testInputs, testTargets, labels } = one
  return {
    training: goldenSamples(one),
    test: goldenSamples({ inputs: testInputs, ...(labels ? { labels: testTargets } : { values: testTargets }) }),
  }
}

/** A spec of its network and loss. The rest is of no account: nothing is trained, and samples are those of the case. */
export function runSpec({ model, loss }: Pick<GoldenNetwork, 'model' | 'loss'>): RunSpec {
  return {
    model,
    loss,
    data: { type: 'dataset', dataset: 'digits' },
    optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 },
    epochs: 1,
    batchSize: 1,
    evaluateEveryEpochs: 1,
    precision: 'float64',
    seed: 0,
  }
}
