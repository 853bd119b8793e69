/** The samples a run trains and is tested on, and the grid its prediction is drawn over. */
import { loadDataset } from './load'
import type { RunSpec } from '../../shared/experiments/run-spec'
import { datasets } from '../../shared/data/datasets'
import { withRandomLabels } from '../../shared/data/random-labels'
import { functionSamples, plotGrid, targetFunction } from '../../shared/data/function-data'
import { outputSize } from '../../shared/models/model'
import type { Samples } from '../engines/engine'

/** With the places in the data set of those that were chosen from it, [N] from 0. */
type ChosenSamples = Samples & { indices?: Uint32Array }

export interface RunSamples {
  training: ChosenSamples
  test: ChosenSamples
  /** Inputs [M, 1] for the prediction's plot; absent where there is nothing to draw. */
  probe?: Float32Array
}

/**
 * @param dataSha256 - content that its data set must have, as the run keeps it; absent or null: whatever is there
 * @throws LabError `dataset/missing`, `dataset/damaged`, `dataset/changed`
 */
export async function runSamples(
  spec: RunSpec,
  datasetFolders: string[],
  dataSha256?: string | null,
): Promise<RunSamples> {
  const { data, seed } = spec
  if (data.type === 'dataset') {
    const { trainSize, testSize } = data
    const sizes = { trainSize, testSize, seed }
    const { training, test } = await loadDataset(data.dataset, datasetFolders, sizes, dataSha256)
    if (!data.labels) return { training, test }
    const context = { classes: datasets[data.dataset].classes.length, runSeed: seed }
    return { training: { ...training, labels: withRandomLabels(training.labels, data.labels, context) }, test }
  }
  const { inputs, targets } = functionSamples(data, seed)
  // The test is the truth itself: the noise-free function over the plot grid.
  const grid = plotGrid(data)
  const probe = Float32Array.from(grid)
  const truth = Float32Array.from(grid, targetFunction(data.expression, data.domain))
  return { training: { inputs, values: targets }, test: { inputs: probe, values: truth }, probe }
}

/** Made-up samples of the right shape, to time a step with: [samples, inputs] and targets that no network fits at once. */
export function blankSamples(spec: RunSpec, samples: number): Samples {
  const outputs = outputSize(spec.model)
  const inputs = new Float32Array(samples * spec.model.inputSize)
  for (let i = 0; i < inputs.length; i++) inputs[i] = ((i * 7919) % 1000) / 1000
  return spec.loss === 'softmax-cross-entropy'
    ? { inputs, labels: Uint8Array.from({ length: samples }, (_, i) => (i * 31) % Math.min(outputs, 256)) }
    : { inputs, values: Float32Array.from({ length: samples * outputs }, (_, i) => ((i * 104729) % 1000) / 1000) }
}
