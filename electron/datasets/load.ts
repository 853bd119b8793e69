/** Samples for a run: a data set, or a seeded part of it, as floats. Used where training happens. */
import { LabError } from '../../shared/api/errors'
import { datasets, type DatasetName } from '../../shared/data/datasets'
import { RandomStream, randomKey } from '../../shared/random'
import { readDataset } from './content'
import { withCommas } from './problems'
import type { RawSplit } from './raw'

export interface SubsetSizes {
  /** Number of samples; absent: all there are. */
  trainSize?: number
  testSize?: number
  /** Decides which samples; the first n of a larger subset of the same seed are the subset of n. */
  seed: number
}

export interface LoadedSplit {
  /** [N, I], a sample's pixels in the order [channels, height, width], scaled to [0, 1]. */
  inputs: Float32Array
  /** [N] class indices. */
  labels: Uint8Array
  /** [N] which of the data set's they are, from 0; absent: all, in their order. */
  indices?: Uint32Array
}

export interface LoadedDataset {
  training: LoadedSplit
  test: LoadedSplit
}

/** Streams of the purpose `subset`. */
const subsetStreams = { trainSize: 0, testSize: 1 } as const

/**
 * @param folders - searched in this order: BASIN_HOME/datasets, then the folder named by BASIN_DATASETS
 * @param wanted - content that the set must have; absent or null: whatever is there
 * @throws `dataset/missing`, `dataset/damaged`, `dataset/changed`, and `spec/invalid` for a size larger than what is there
 */
export async function loadDataset(
  name: DatasetName,
  folders: readonly string[],
  sizes: SubsetSizes,
  wanted?: string | null,
): Promise<LoadedDataset> {
  const { training, test } = await readDataset(name, folders, wanted)
  return {
    training: takeSubset(name, training, sizes, 'trainSize'),
    test: takeSubset(name, test, sizes, 'testSize'),
  }
}

function takeSubset(name: DatasetName, split: RawSplit, sizes: SubsetSizes, which: 'trainSize' | 'testSize') {
  const size = sizes[which] ?? split.count
  if (size > split.count) {
    const images = which === 'trainSize' ? 'training images' : 'test images'
    const message = `${datasets[name].title} has ${withCommas(split.count)} ${images} here, not ${withCommas(size)}`
    throw new LabError('spec/invalid', message, [{ path: ['data', which], message }])
  }
  if (size === split.count) return { inputs: scaled(split.pixels), labels: split.labels.slice() }
  const random = new RandomStream(randomKey(sizes.seed, 'subset'), subsetStreams[which])
  const chosen = random.permutation(split.count).slice(0, size).sort()
  return gather(split, chosen)
}

/** The chosen samples, in the order of the data set. */
function gather(split: RawSplit, chosen: Uint32Array): LoadedSplit {
  const inputSize = split.pixels.length / split.count
  const pixels = new Uint8Array(chosen.length * inputSize)
  const labels = new Uint8Array(chosen.length)
  chosen.forEach((sample, i) => {
    pixels.set(split.pixels.subarray(sample * inputSize, (sample + 1) * inputSize), i * inputSize)
    labels[i] = split.labels[sample]!
  })
  return { inputs: scaled(pixels), labels, indices: chosen }
}

function scaled(pixels: Uint8Array): Float32Array {
  const inputs = new Float32Array(pixels.length)
  for (let i = 0; i < pixels.length; i++) inputs[i] = pixels[i]! / 255
  return inputs
}
