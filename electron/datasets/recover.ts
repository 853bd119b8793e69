/** Clears up in a store after processes that were killed at work. */
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileDatasetName } from './locate'
import { isAlive } from '../host/is-alive'
import { busySiblings, siblingPattern } from './siblings'
import { keepVersion } from './versions'

/** Puts back what they had set aside, keeps it as a version where its replacement is there, removes the unfinished. */
export async function recoverStore(store: string): Promise<void> {
  const entries = await readdir(store).catch(() => [] as string[])
  for (const entry of entries) {
    const [, name, purpose, pid] = siblingPattern.exec(entry) ?? []
    if (!name || busySiblings.has(entry)) continue
    // The number of a process that was killed may be this one's now.
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue
    const path = join(store, entry)
    const isBack = purpose === 'old' && !entries.includes(name) && (await isRenamed(path, join(store, name)))
    if (isBack) continue
    if (purpose === 'old') await keepVersion(store, name as FileDatasetName, path)
    else await rm(path, { recursive: true, force: true })
  }
}

async function isRenamed(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  )
}
