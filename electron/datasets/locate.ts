/** Finds a data set's files by their names in folders: Basin's own, and one laid out as people keep them (gzipped or not). */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetName } from '../../shared/data/datasets'

/** Data sets that are files. */
export type FileDatasetName = Exclude<DatasetName, 'digits'>

export interface LocatedDataset {
  folder: string
  /** Paths. MNIST: images, then labels. CIFAR-10: the batches in order. */
  training: string[]
  test: string[]
  /** Names of files that should be there as well; not empty means unusable. */
  absent: string[]
}

interface Layout {
  /** Where below a folder the files may be, best first. */
  places: readonly string[]
  /** One file is wanted of each pattern, or, `many`, one or more. */
  training: readonly FilePattern[]
  test: readonly FilePattern[]
}

interface FilePattern {
  name: string
  pattern: RegExp
  many?: boolean
}

const layouts: Record<FileDatasetName, Layout> = {
  mnist: {
    places: ['mnist', 'MNIST', 'mnist/raw', 'MNIST/raw', '.'],
    training: [
      { name: 'train-images-idx3-ubyte', pattern: /^train-images[-.]idx3-ubyte(\.gz)?$/ },
      { name: 'train-labels-idx1-ubyte', pattern: /^train-labels[-.]idx1-ubyte(\.gz)?$/ },
    ],
    test: [
      { name: 't10k-images-idx3-ubyte', pattern: /^t10k-images[-.]idx3-ubyte(\.gz)?$/ },
      { name: 't10k-labels-idx1-ubyte', pattern: /^t10k-labels[-.]idx1-ubyte(\.gz)?$/ },
    ],
  },
  cifar10: {
    places: ['cifar10', 'cifar-10-batches-bin', 'cifar10/cifar-10-batches-bin', '.'],
    training: [{ name: 'data_batch_1.bin', pattern: /^data_batch_\d+\.bin(\.gz)?$/, many: true }],
    test: [{ name: 'test_batch.bin', pattern: /^test_batch\.bin(\.gz)?$/ }],
  },
}

/** Whether a file's name is one that files of this data set have. */
export function isNamedLike(name: FileDatasetName, fileName: string): boolean {
  const { training, test } = layouts[name]
  return [...training, ...test].some(({ pattern }) => pattern.test(fileName))
}

/**
 * The first folder that has all files, or else the first that has some, which is then `absent` the others.
 * Undefined where there are none at all.
 */
export async function locateDataset(
  name: FileDatasetName,
  folders: readonly string[],
): Promise<LocatedDataset | undefined> {
  let incomplete: LocatedDataset | undefined
  for (const folder of folders) {
    for (const place of layouts[name].places) {
      const located = await locateIn(join(folder, place), layouts[name])
      if (located?.absent.length === 0) return located
      incomplete ??= located
    }
  }
  return incomplete
}

/** All places that have all files, in the order of the folders. */
export async function locateAll(name: FileDatasetName, folders: readonly string[]): Promise<LocatedDataset[]> {
  const places = folders.flatMap((folder) => layouts[name].places.map((place) => join(folder, place)))
  const located = await Promise.all(places.map((place) => locateIn(place, layouts[name])))
  return located.filter((one) => one?.absent.length === 0) as LocatedDataset[]
}

/** Folder in a store of the data sets that were replaced and are kept. */
export const versionsName = 'versions'

/** The folders of all versions kept of a data set, in these folders of data sets. */
export async function versionFolders(name: FileDatasetName, folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(folder, versionsName)).catch(() => [] as string[])
      return entries.filter((entry) => entry.startsWith(`${name}-`)).map((entry) => join(folder, versionsName, entry))
    }),
  )
  return found.flat().sort()
}

async function locateIn(folder: string, layout: Layout): Promise<LocatedDataset | undefined> {
  const fileNames = await readdir(folder).catch(() => [] as string[])
  fileNames.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const located: LocatedDataset = { folder, training: [], test: [], absent: [] }
  for (const split of ['training', 'test'] as const) {
    for (const { name, pattern, many } of layout[split]) {
      const matching = withoutTwins(
        await regularFiles(
          folder,
          fileNames.filter((fileName) => pattern.test(fileName)),
        ),
      )
      if (matching.length === 0) located.absent.push(name)
      else located[split].push(...matching.slice(0, many ? undefined : 1).map((fileName) => join(folder, fileName)))
    }
  }
  return located.training.length + located.test.length > 0 ? located : undefined
}

/** A named pipe of a file's name must not be waited for. */
async function regularFiles(folder: string, fileNames: string[]): Promise<string[]> {
  const found = await Promise.all(fileNames.map((fileName) => stat(join(folder, fileName)).catch(() => undefined)))
  return fileNames.filter((_, i) => found[i]?.isFile())
}

/** Of a file and the same file gzipped, only the first. */
function withoutTwins(fileNames: string[]): string[] {
  return fileNames.filter((fileName) => !fileName.endsWith('.gz') || !fileNames.includes(fileName.slice(0, -3)))
}
