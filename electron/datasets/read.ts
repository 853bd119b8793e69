/** Reads a whole data set into memory, checking everything that can be checked: structure, labels, and sums where Basin stored it. */
import { basename } from 'node:path'
import { parseCifarBatches } from './cifar'
import type { FileDatasetName, LocatedDataset } from './locate'
import { readManifest, sha256, type Manifest, type ManifestFile } from './manifest'
import { parseMnistSplit } from './mnist'
import { damaged, withCommas } from './problems'
import type { RawDataset, RawSplit } from './raw'
import { readUnpacked } from './unpack'

export interface ReadFiles {
  dataset: RawDataset
  /** What was read, unpacked. */
  files: { training: ManifestFile[]; test: ManifestFile[] }
}

/** Reads and checks without remembering. @throws `dataset/damaged` */
export async function readLocated(name: FileDatasetName, located: LocatedDataset): Promise<ReadFiles> {
  if (located.absent.length > 0) throw damaged(located.folder, `it lacks ${located.absent.join(', ')}`)
  const manifest = await readManifest(located.folder)
  const training = await readSplit(name, located.training, manifest)
  const test = await readSplit(name, located.test, manifest)
  return {
    dataset: { training: training.split, test: test.split },
    files: { training: training.files, test: test.files },
  }
}

async function readSplit(
  name: FileDatasetName,
  paths: string[],
  manifest: Manifest | undefined,
): Promise<{ split: RawSplit; files: ManifestFile[] }> {
  const read = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readUnpacked(path)
      const sum = sha256(bytes)
      checkAgainst(manifest, path, bytes.length, sum)
      return { file: path, bytes, sum }
    }),
  )
  const files = read.map(({ file, bytes, sum }) => ({ name: basename(file), bytes: bytes.length, sha256: sum }))
  if (name === 'cifar10') return { split: parseCifarBatches(read), files }
  const [images, labels] = read
  return { split: parseMnistSplit(images!.file, images!.bytes, labels!.file, labels!.bytes), files }
}

function checkAgainst(manifest: Manifest | undefined, path: string, bytes: number, sum: string): void {
  if (!manifest) return
  const entry = manifest.files.find(({ name }) => name === basename(path))
  if (!entry) throw damaged(path, 'it is not among the files that were verified')
  if (entry.bytes !== bytes) throw damaged(path, `it has ${withCommas(bytes)} of ${withCommas(entry.bytes)} bytes`)
  if (entry.sha256 !== sum) throw damaged(path, 'its content is not what was verified when it was stored')
}
