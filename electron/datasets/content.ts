/**
 * Which content a data set has, so that runs find what they were trained on whatever lies there under the same name since. It is told
 * from the sums of its files unpacked, so that a gzipped set is the same as a plain one. Drawn digits have none: Basin makes them, the
 * same bytes everywhere.
 */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isLabError } from '../../shared/api/errors'
import type { DatasetName } from '../../shared/data/datasets'
import { digitsDataset } from './digits/digits'
import { locateAll, locateDataset, versionFolders, type FileDatasetName, type LocatedDataset } from './locate'
import { readManifest, sha256, type ManifestFile } from './manifest'
import { changed, missing } from './problems'
import type { RawDataset } from './raw'
import { readLocated } from './read'

interface ReadSet {
  dataset: RawDataset
  sha256: string
}

/** The set that was read last, good as long as its files are those that were read. */
let last: { stamp: string; set: ReadSet } | undefined

/** Contents of places without a manifest that were read before, by their stamp. */
const known = new Map<string, string>()

/**
 * @param folders - searched in this order
 * @param wanted - the content it must have: looked for in all folders, and among versions kept; absent or null: whatever is there
 * @returns shared with later callers: not to be written to
 * @throws `dataset/missing`, `dataset/damaged`, `dataset/changed` where there is only other content than what is wanted
 */
export async function readDataset(
  name: DatasetName,
  folders: readonly string[],
  wanted?: string | null,
): Promise<RawDataset> {
  if (name === 'digits') return digitsDataset()
  const located = wanted ? await findContent(name, folders, wanted) : await locateDataset(name, folders)
  if (!located) throw missing(name)
  return (await readOnce(name, located)).dataset
}

/** Where a data set of that content is. @throws as `readDataset` */
export async function findContent(
  name: FileDatasetName,
  folders: readonly string[],
  wanted: string,
): Promise<LocatedDataset> {
  const places = [...(await locateAll(name, folders)), ...(await locateAll(name, await versionFolders(name, folders)))]
  let damage: unknown
  let other: { folder: string; content: string } | undefined
  for (const located of places) {
    try {
      const content = await contentOf(name, located)
      if (content === wanted) return located
      other ??= { folder: located.folder, content }
    } catch (error) {
      if (!isLabError(error, 'dataset/damaged')) throw error
      damage ??= error
    }
  }
  if (damage) throw damage
  throw other ? changed(name, wanted, other) : missing(name, wanted)
}

/** Told from its manifest, or else by reading it once. @throws `dataset/damaged` */
export async function contentOf(name: FileDatasetName, located: LocatedDataset): Promise<string> {
  const manifest = located.absent.length === 0 ? await readManifest(located.folder) : undefined
  const sumOf = (path: string) => manifest?.files.find((file) => file.name === basename(path))?.sha256
  const [training, test] = [located.training.map(sumOf), located.test.map(sumOf)]
  if (areAll(training) && areAll(test)) return contentIdentity(name, training, test)
  return known.get(await stampOf(located)) ?? (await readOnce(name, located)).sha256
}

const areAll = (sums: (string | undefined)[]): sums is string[] => sums.every((sum) => sum !== undefined)

/** @param training - SHA-256 of each file of the training set, unpacked, in their order, as hex; the result is one too */
function contentIdentity(name: FileDatasetName, training: readonly string[], test: readonly string[]): string {
  return sha256(Buffer.from(JSON.stringify([name, training, test])))
}

async function readOnce(name: FileDatasetName, located: LocatedDataset): Promise<ReadSet> {
  const stamp = await stampOf(located)
  if (last?.stamp === stamp) return last.set
  last = undefined
  const { dataset, files } = await readLocated(name, located)
  const sums = (of: readonly ManifestFile[]) => of.map((file) => file.sha256)
  const set = { dataset, sha256: contentIdentity(name, sums(files.training), sums(files.test)) }
  known.set(stamp, set.sha256)
  last = { stamp, set }
  return set
}

/** Another where a file was written to or replaced, even by one of the same size and time. */
async function stampOf(located: LocatedDataset): Promise<string> {
  const stamps = [...located.training, ...located.test].map(async (path) => {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path)
    return [path, size, mtimeMs, ctimeMs, ino]
  })
  return JSON.stringify(await Promise.all(stamps))
}
