/**
 * Puts a data set's files into the store: written beside it, read back and compared, then renamed into place. Whatever happens on the
 * way, what was there before stays or comes back; what is replaced is kept as a version.
 */
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'
import { assemble, type Assembly, type StagedFile } from './assemble'
import { collectFiles } from './collect'
import { contentOf } from './content'
import { locateAll, type FileDatasetName } from './locate'
import { makeFolder } from './make-folder'
import { isIntact, readManifest, sha256, verify, writeManifest, type Manifest } from './manifest'
import { withCommas } from './problems'
import { siblingName } from './siblings'
import { dropVersion, keepVersion } from './versions'

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
  if (replaced) await keepVersion(store, name, aside)
  const [current] = await locateAll(name, [place])
  if (current) await dropVersion(store, name, await contentOf(name, current))
}
