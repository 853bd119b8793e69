/** Reads a whole data set into memory, checking everything that can be checked: structure, labels, and sums where Basin stored it. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { DatasetName } from '../../shared/data/datasets'
import { parseCifarBatches } from './cifar'
import { digitsDataset } from './digits/digits'
import { locateDataset, type FileDatasetName, type LocatedDataset } from './locate'
import { readManifest, sha256, type Manifest } from './manifest'
import { parseMnistSplit } from './mnist'
import { damaged, missing, withCommas } from './problems'
import type { RawDataset, RawSplit } from './raw'
import { readUnpacked } from './unpack'

/** The set that was read last, good as long as its files have the same sizes and times. */
let last: { stamp: string; dataset: RawDataset } | undefined

/**
 * @param folders - searched in this order
 * @returns shared with later callers: not to be written to
 * @throws `dataset/missing`, `dataset/damaged`
 */
export async function readDataset(name: DatasetName, folders: readonly string[]): Promise<RawDataset> {
  if (name === 'digits') return digitsDataset()
  const located = await locateDataset(name, folders)
  if (!located) throw missing(name)
  const stamp = await stampOf(located)
  if (last?.stamp === stamp) return last.dataset
  last = undefined
  const dataset = await readLocated(name, located)
  last = { stamp, dataset }
  return dataset
}

async function stampOf(located: LocatedDataset): Promise<string> {
  const stamps = [...located.training, ...located.test].map(async (path) => {
    const { size, mtimeMs } = await stat(path)
    return [path, size, mtimeMs]
  })
  return JSON.stringify(await Promise.all(stamps))
}

/** Reads and checks without remembering. @throws `dataset/damaged` */
export async function readLocated(name: FileDatasetName, located: LocatedDataset): Promise<RawDataset> {
  if (located.absent.length > 0) throw damaged(located.folder, `it lacks ${located.absent.join(', ')}`)
  const manifest = await readManifest(located.folder)
  return {
    training: await readSplit(name, located.training, manifest),
    test: await readSplit(name, located.test, manifest),
  }
}

async function readSplit(name: FileDatasetName, paths: string[], manifest: Manifest | undefined): Promise<RawSplit> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readUnpacked(path)
      checkAgainst(manifest, path, bytes)
      return { file: path, bytes }
    }),
  )
  if (name === 'cifar10') return parseCifarBatches(files)
  const [images, labels] = files
  return parseMnistSplit(images!.file, images!.bytes, labels!.file, labels!.bytes)
}

function checkAgainst(manifest: Manifest | undefined, path: string, bytes: Uint8Array): void {
  if (!manifest) return
  const entry = manifest.files.find(({ name }) => name === basename(path))
  if (!entry) throw damaged(path, 'it is not among the files that were verified')
  if (entry.bytes !== bytes.length)
    throw damaged(path, `it has ${withCommas(bytes.length)} of ${withCommas(entry.bytes)} bytes`)
  if (entry.sha256 !== sha256(bytes)) throw damaged(path, 'its content is not what was verified when it was stored')
}
