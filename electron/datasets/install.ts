/**
 * Puts a data set's files into the store: written beside it, read back and compared, then renamed into place. Whatever happens on the
 * way, what was there before stays or comes back.
 */
import { randomBytes } from 'node:crypto'
import { open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../shared/api/errors'
import { datasetNames, datasets } from '../../shared/data/datasets'
import { assemble, type Assembly, type StagedFile } from './assemble'
import { collectFiles } from './collect'
import type { FileDatasetName } from './locate'
import { makeFolder } from './make-folder'
import { readManifest, sha256, writeManifest, type Manifest } from './manifest'
import { damaged, withCommas } from './problems'

/**
 * @param store - the folder of all data sets, BASIN_HOME/datasets
 * @param paths - files, folders, archives
 * @param source - what the manifest says of where they came from
 * @throws `dataset/damaged`, `argument/invalid`; then the store is as it was
 */
export async function installDataset(
  store: string,
  name: FileDatasetName,
  paths: readonly string[],
  source: readonly string[],
): Promise<void> {
  const staging = join(store, siblingName(name, 'new'))
  await makeFolder(staging)
  try {
    const staged = await stageFiles(name, paths, staging)
    const assembly = assemble(name, staged)
    await refuseLesser(store, name, assembly)
    for (const { name: fileName, staged: file } of assembly.files)
      await rename(join(staging, file.stagedName), join(staging, fileName))
    await writeManifest(staging, manifestOf(name, source, assembly))
    await verify(staging)
    await swapIn(store, name, staging)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function stageFiles(name: FileDatasetName, paths: readonly string[], staging: string): Promise<StagedFile[]> {
  const staged: StagedFile[] = []
  await collectFiles(name, paths, async ({ bytes, ...file }) => {
    const sum = sha256(bytes)
    // A file and its gzipped twin are one file.
    if (staged.some((other) => other.sha256 === sum)) return
    const stagedName = `part-${staged.length}`
    const handle = await open(join(staging, stagedName), 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    staged.push({ ...file, stagedName, bytes: bytes.length, sha256: sum })
  })
  return staged
}

/** A complete set is not given up for a part of it. */
async function refuseLesser(store: string, name: FileDatasetName, assembly: Assembly): Promise<void> {
  const present = await readManifest(join(store, name)).catch(() => undefined)
  const { title, trainSize, testSize } = datasets[name]
  if (!present || present.trainSize < trainSize || present.testSize < testSize) return
  if (!(await isIntact(join(store, name)))) return
  if (assembly.trainSize >= trainSize && assembly.testSize >= testSize) return
  throw new LabError(
    'argument/invalid',
    `All of ${title} is there already; the files given hold only ` +
      `${withCommas(assembly.trainSize)} training and ${withCommas(assembly.testSize)} test images`,
  )
}

function manifestOf(name: FileDatasetName, source: readonly string[], assembly: Assembly): Manifest {
  return {
    version: 1,
    dataset: name,
    source: [...source],
    date: new Date().toISOString(),
    trainSize: assembly.trainSize,
    testSize: assembly.testSize,
    files: assembly.files.map(({ name: fileName, staged }) => ({
      name: fileName,
      bytes: staged.bytes,
      sha256: staged.sha256,
    })),
  }
}

/** Compares the files of a stored set with its manifest. @throws `dataset/damaged` */
async function verify(folder: string): Promise<void> {
  const manifest = await readManifest(folder)
  if (!manifest) throw damaged(folder, 'it has no manifest')
  for (const { name, sha256: expected } of manifest.files) {
    const path = join(folder, name)
    const bytes = await readFile(path).catch((error: Error) => {
      throw damaged(path, error.message)
    })
    if (sha256(bytes) !== expected) throw damaged(path, 'its content is not what was stored')
  }
}

/** Whether a folder holds a stored set, unharmed. */
export async function isIntact(folder: string): Promise<boolean> {
  try {
    await verify(folder)
    return true
  } catch {
    return false
  }
}

async function swapIn(store: string, name: FileDatasetName, staging: string): Promise<void> {
  const place = join(store, name)
  const aside = join(store, siblingName(name, 'old'))
  const replaced = await rename(place, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  try {
    await rename(staging, place)
  } catch (error) {
    if (replaced) await rename(aside, place)
    throw error
  }
  if (replaced) await rm(aside, { recursive: true, force: true })
}

/** Siblings this process is at work on. */
const busySiblings = new Set<string>()

/** Hidden, and with the process in its name, so that what a killed process left can be told from work in progress. */
function siblingName(name: FileDatasetName, purpose: 'new' | 'old'): string {
  const sibling = `.${name}-${purpose}-${process.pid}-${randomBytes(4).toString('hex')}`
  busySiblings.add(sibling)
  return sibling
}

const siblingPattern = new RegExp(`^\\.(${datasetNames.join('|')})-(new|old)-(\\d+)-[0-9a-f]+$`)

/** Clears up after processes that were killed while installing: puts back what they had set aside, removes the unfinished. */
export async function recoverStore(store: string): Promise<void> {
  const entries = await readdir(store).catch(() => [] as string[])
  for (const entry of entries) {
    const [, name, purpose, pid] = siblingPattern.exec(entry) ?? []
    if (!name || busySiblings.has(entry)) continue
    // The number of a process that was killed may be this one's now.
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue
    const path = join(store, entry)
    if (
      purpose === 'old' &&
      !entries.includes(name) &&
      (await rename(path, join(store, name)).then(
        () => true,
        () => false,
      ))
    )
      continue
    await rm(path, { recursive: true, force: true })
  }
}

/** Whether a process of this number runs, this one included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
