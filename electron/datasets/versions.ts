/**
 * Data sets that were replaced: kept whole in a folder of their own, named by their content, so that the runs that were trained on them
 * go on using them. Which content is wanted where is content.ts.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetVersion } from '../../shared/api/lab-api'
import { isLabError, LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'
import { contentOf } from './content'
import { locateAll, versionFolders, versionsName, type FileDatasetName, type LocatedDataset } from './locate'
import { readManifest, verify, writeManifest, type Manifest } from './manifest'
import { shortContent } from './problems'
import { readLocated } from './read'
import { siblingName } from './siblings'

/** Those of a store, newest first. One that cannot be read is left out. */
export async function listVersions(store: string, name: FileDatasetName): Promise<DatasetVersion[]> {
  const folders = await versionFolders(name, [store])
  const found = await Promise.all(folders.map((folder) => versionIn(name, folder).catch(() => undefined)))
  const versions = found.filter((version) => version !== undefined)
  return versions.sort((a, b) => b.date.localeCompare(a.date) || a.sha256.localeCompare(b.sha256))
}

async function versionIn(name: FileDatasetName, folder: string): Promise<DatasetVersion | undefined> {
  const [located] = await locateAll(name, [folder])
  const manifest = await readManifest(folder)
  if (!located || !manifest) return undefined
  const sizes = await Promise.all([...located.training, ...located.test].map(async (path) => (await stat(path)).size))
  const { trainSize, testSize, date, source } = manifest
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return { sha256: await contentOf(name, located), trainSize, testSize, bytes, date, source, folder }
}

/**
 * Keeps a set that was replaced, unless what replaced it is the same, or it is not whole.
 * @param folder - where it lies now, in the store; then no more
 */
export async function keepVersion(store: string, name: FileDatasetName, folder: string): Promise<void> {
  const [located] = await locateAll(name, [folder])
  const sha256 = located && (await wholeContent(name, located))
  const [current] = await locateAll(name, [join(store, name)])
  const isCurrent = current && sha256 === (await contentOf(name, current).catch(() => undefined))
  const place = join(store, versionsName, versionName(name, sha256 ?? ''))
  if (!sha256 || isCurrent || (await exists(place))) return rm(folder, { recursive: true, force: true })
  await mkdir(join(store, versionsName), { recursive: true })
  await rename(located.folder, place)
}

/** Its content, with a manifest where it had none; undefined where it is damaged. */
async function wholeContent(name: FileDatasetName, located: LocatedDataset): Promise<string | undefined> {
  try {
    if (await readManifest(located.folder)) await verify(located.folder)
    else await writeManifest(located.folder, await manifestOf(name, located))
    return await contentOf(name, located)
  } catch (error) {
    if (isLabError(error, 'dataset/damaged')) return undefined
    throw error
  }
}

/** Gone, now that the current set is of that content. */
export async function dropVersion(store: string, name: FileDatasetName, sha256: string): Promise<void> {
  const place = join(store, versionsName, versionName(name, sha256))
  const going = join(store, siblingName(name, 'gone'))
  const moved = await rename(place, going).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  // In one step out of sight: half a version is never found.
  if (moved) await rm(going, { recursive: true, force: true })
}

/** @param which - its content, or the beginning of it. @throws LabError `argument/invalid` where there is none, or more than one */
export async function removeVersion(store: string, name: FileDatasetName, which: string): Promise<DatasetVersion> {
  const versions = await listVersions(store, name)
  const meant = versions.filter(({ sha256 }) => sha256.startsWith(which))
  if (meant.length !== 1) {
    const kept = versions.map(({ sha256 }) => shortContent(sha256)).join(', ')
    const there = versions.length > 0 ? `Kept are: ${kept}.` : 'None is kept.'
    const what = meant.length === 0 ? 'no version' : 'more than one version'
    throw new LabError('argument/invalid', `There is ${what} '${which}' of ${datasets[name].title}. ${there}`)
  }
  await dropVersion(store, name, meant[0]!.sha256)
  return meant[0]!
}

/** Of a folder that Basin did not make: what its files are now. */
async function manifestOf(name: FileDatasetName, located: LocatedDataset): Promise<Manifest> {
  const { dataset, files } = await readLocated(name, located)
  return {
    version: 1,
    dataset: name,
    source: [located.folder],
    date: new Date().toISOString(),
    trainSize: dataset.training.count,
    testSize: dataset.test.count,
    files: [...files.training, ...files.test],
  }
}

const versionName = (name: FileDatasetName, sha256: string) => `${name}-${sha256.slice(0, 16)}`

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
