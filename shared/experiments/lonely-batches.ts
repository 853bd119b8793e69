/**
 * Batches in which batch normalisation has one value per channel: it has no variance, and would pull the running statistics to
 * nonsense. Refused as PyTorch does; which batches a training has, its spec says.
 */
import type { Issue } from '../api/errors'
import { allPlacedLayers, type Model, type PlacedLayer } from '../models/model'
import { countText, networkOf, type ModelEntry, type NetworkEnds, type Training } from './model-groups'
import { courseOf } from './run-course'

type Batches = Pick<Training, 'batchSize' | 'epochs' | 'maxSteps'>

/** Whether the last batch of an epoch has one sample. A batch size of one leaves nothing but such batches. */
function leavesOne(batchSize: Training['batchSize'], samples: number): boolean {
  return batchSize === 'full' ? samples === 1 : samples % batchSize === 1 || batchSize === 1
}

/** Whether a training comes to a batch of one sample: an end by steps may come before. */
function comesToOne(batches: Batches, samples: number): boolean {
  const { stepsPerEpoch, ordinarySteps } = courseOf(batches, samples)
  return leavesOne(batches.batchSize, samples) && (ordinarySteps >= stepsPerEpoch || batches.batchSize === 1)
}

/** The layers that normalise over nothing but the samples; of images there are pixels too. */
function normsWithoutPixels(model: Model): PlacedLayer[] {
  return allPlacedLayers(model).filter(
    ({ layer, input: [, height, width] }) => layer.type === 'batch-norm' && height * width === 1,
  )
}

function whyNot({ name }: PlacedLayer, label: string, { batchSize }: Batches, samples: number): string {
  const count = countText(samples, 'training sample')
  const [left, remedy] =
    batchSize === 'full' || samples === 1
      ? [`${count} in each step`, 'more samples']
      : batchSize === 1
        ? [`${count} in batches of 1`, 'another batch size']
        : [
            `${count} in batches of ${batchSize.toLocaleString('en')} leave one over`,
            'another batch size, or one sample less',
          ]
  return `batch normalisation in ${name} of ${label} needs more than one value per channel, but ${left}; choose ${remedy}`
}

/** The layers of a run's network that would normalise over one value, in words; empty: none. @param samples - in the training set */
export function lonelyNorms(
  model: Model,
  label: string,
  batches: Batches,
  samples: number,
): { path: Issue['path']; message: string }[] {
  if (!comesToOne(batches, samples)) return []
  return normsWithoutPixels(model).map((placed) => ({
    path: placed.path,
    message: whyNot(placed, label, batches, samples),
  }))
}

/** The first such layer of each network, whose layers must fit one another; paths begin at `models`. */
export function lonelyBatchIssues(
  models: readonly ModelEntry[],
  batches: Batches,
  ends: NetworkEnds,
  samples: number,
): Issue[] {
  return models.flatMap((entry, index) =>
    lonelyNorms(networkOf(entry, ends), `‘${entry.label}’`, batches, samples)
      .slice(0, 1)
      .map(({ path, message }) => ({ path: ['models', index, 'hidden', ...path], message })),
  )
}

/** At most so many samples that no batch of these sizes has one sample. For data that a quick look cuts; sizes of one are refused before. */
export function withoutLonelyBatch(samples: number, batchSizes: readonly Training['batchSize'][]): number {
  let count = samples
  while (count > 2 && batchSizes.some((size) => size !== 1 && leavesOne(size, count))) count--
  return count
}
