/** What is there of a data set, told from names, sizes and headers: quick enough to ask whenever somebody looks. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isLabError } from '../../shared/api/errors'
import type { DatasetState } from '../../shared/api/lab-api'
import { datasets, type DatasetName } from '../../shared/data/datasets'
import { cifarCount } from './cifar'
import { idxBytes, idxShape } from './idx'
import { locateDataset, type FileDatasetName, type LocatedDataset } from './locate'
import { readManifest } from './manifest'
import { checkMnistCounts } from './mnist'
import { damaged, withCommas } from './problems'
import { peekFile } from './unpack'

/** Never throws for what is wrong with the data: that is its state. Damage within the pixels shows only when they are loaded. */
export async function datasetState(name: DatasetName, folders: readonly string[]): Promise<DatasetState> {
  const info = datasets[name]
  const sizes = { trainSize: 0, testSize: 0, bytes: 0, fetchedBytes: 0, totalBytes: 0 }
  const nothing = { info, ...sizes, folder: null, versions: [] }
  if (name === 'digits')
    return { ...nothing, state: 'ready', trainSize: info.trainSize, testSize: info.testSize, problem: null }
  const located = await locateDataset(name, folders)
  if (!located) return { ...nothing, state: 'missing', problem: null }
  const there = { ...nothing, folder: located.folder, bytes: await bytesOf(located) }
  try {
    const trainSize = await countSplit(name, located, 'training')
    const testSize = await countSplit(name, located, 'test')
    const state = trainSize < info.trainSize || testSize < info.testSize ? 'partial' : 'ready'
    return { ...there, state, trainSize, testSize, problem: null }
  } catch (error) {
    if (!isLabError(error, 'dataset/damaged')) throw error
    return { ...there, state: 'damaged', problem: error.message }
  }
}

async function bytesOf({ training, test }: LocatedDataset): Promise<number> {
  const sizes = await Promise.all([...training, ...test].map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function countSplit(name: FileDatasetName, located: LocatedDataset, split: 'training' | 'test'): Promise<number> {
  if (located.absent.length > 0) throw damaged(located.folder, `it lacks ${located.absent.join(', ')}`)
  const paths = located[split]
  await checkStoredSizes(located.folder, paths)
  if (name === 'cifar10') {
    const counts = await Promise.all(paths.map(async (path) => cifarCount(path, (await peekFile(path)).unpackedBytes)))
    return counts.reduce((sum, count) => sum + count, 0)
  }
  const [imageFile, labelFile] = paths as [string, string]
  const images = await countIdx(imageFile)
  checkMnistCounts(imageFile, images, labelFile, await countIdx(labelFile))
  return images
}

async function checkStoredSizes(folder: string, paths: string[]): Promise<void> {
  const manifest = await readManifest(folder)
  if (!manifest) return
  for (const path of paths) {
    const entry = manifest.files.find(({ name }) => name === basename(path))
    const { size } = await stat(path)
    if (entry?.bytes !== size)
      throw damaged(path, `it has ${withCommas(size)} of ${withCommas(entry?.bytes ?? 0)} bytes`)
  }
}

async function countIdx(path: string): Promise<number> {
  const { head, unpackedBytes, packed } = await peekFile(path)
  const shape = idxShape(head)
  if (!shape) throw damaged(path, packed ? 'its gzip data does not begin as an idx file' : 'it is not an idx file')
  const expected = idxBytes(shape)
  if (unpackedBytes === expected) return shape[0]!
  throw damaged(
    path,
    packed
      ? `its gzip data does not end with the ${withCommas(expected)} bytes it should hold`
      : `it has ${withCommas(unpackedBytes)} of ${withCommas(expected)} bytes`,
  )
}
