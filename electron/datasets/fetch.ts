/** Fetches a data set: downloads its files, verifies them, installs them. One process at a time for each data set. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'
import { download } from './download'
import { installDataset } from './install'
import type { FileDatasetName } from './locate'
import { makeFolder } from './make-folder'
import { isAlive } from '../host/is-alive'
import type { DatasetSource } from './sources'

export interface FetchOptions {
  /** The folder of all data sets. */
  store: string
  name: FileDatasetName
  source: DatasetSource
  signal: AbortSignal
  onBytes: (fetched: number) => void
  retryDelayMs: number
}

/** @throws `dataset/unreachable`, `dataset/damaged`, `lab/busy` where another process is at it; the signal's reason when aborted */
export async function fetchDataset(options: FetchOptions): Promise<void> {
  const { store, name, source, signal, onBytes } = options
  const folder = join(store, `.${name}-download`)
  await makeFolder(folder)
  const release = await claim(folder, name)
  try {
    const origins: string[] = []
    let complete = 0
    for (const file of source.files) {
      const origin = await download({
        mirrors: source.mirrors,
        file,
        path: join(folder, file.name),
        signal,
        onBytes: (bytes) => onBytes(complete + Math.min(bytes, file.bytes)),
        retryDelayMs: options.retryDelayMs,
      })
      origins.push(origin)
      complete += file.bytes
      onBytes(complete)
    }
    const paths = source.files.map((file) => join(folder, file.name))
    await installDataset(store, name, paths, origins)
    await rm(folder, { recursive: true, force: true })
  } finally {
    await release()
  }
}

/** Two processes that append to one file would spoil it. */
async function claim(folder: string, name: FileDatasetName): Promise<() => Promise<void>> {
  const path = join(folder, 'process')
  const holder = Number(await readFile(path, 'utf8').catch(() => ''))
  if (holder > 0 && holder !== process.pid && isAlive(holder))
    throw new LabError('lab/busy', `Another Basin (process ${holder}) is downloading ${datasets[name].title}.`)
  await writeFile(path, String(process.pid))
  return () => rm(path, { force: true })
}
