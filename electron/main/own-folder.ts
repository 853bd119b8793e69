/** Where Electron keeps its own files: in the home, so that two homes are two apps; beside it where the home takes nothing. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../host/is-alive'

/** Chromium ends at once where it cannot make its lock, long before a window could say why. */
export function ownFolder(home: string): string {
  const folder = join(home, 'desktop')
  if (takesFiles(folder)) return folder
  removeLeft()
  return mkdtempSync(join(tmpdir(), `${otherName}${process.pid}-`))
}

const otherName = 'basin-desktop-'

/** Those of apps that have ended: Chromium writes to them until its last moment, so none can remove its own. */
function removeLeft(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${otherName}(\\d+)-`).exec(name)?.[1])
    if (pid && !isAlive(pid)) removeIfThere(join(tmpdir(), name))
  }
}

function takesFiles(folder: string): boolean {
  const probe = join(folder, `probe-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(probe, Buffer.alloc(4096))
    return true
  } catch {
    return false
  } finally {
    removeIfThere(probe)
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // On a disk that takes nothing there is nothing to remove either; what is another person's stays.
  }
}
