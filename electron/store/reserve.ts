/**
 * A few megabytes that a home keeps aside, so that something can be deleted on a full disk too: SQLite writes to its log before it frees
 * anything. What it does to the log and the file goes into the place of these.
 */
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const reserveBytes = 8 * 2 ** 20
const blockBytes = 2 ** 18
/** It is kept where there is so many times as much room. */
const plenty = 16

export class Reserve {
  private readonly path: string

  constructor(file: string) {
    this.path = `${file}-reserve`
  }

  /** Sets it aside, unless the disk is small or nearly full. */
  keep(): void {
    if (this.size() >= reserveBytes) return
    try {
      const { bavail, bsize } = statfsSync(dirname(this.path))
      if (bavail * bsize >= plenty * reserveBytes) this.fill()
    } catch {
      // Without one, what is to be deleted on a full disk waits for room like everything else.
    }
  }

  /** @returns whether there is room now that there was not */
  release(): boolean {
    if (this.size() === 0) return false
    try {
      rmSync(this.path)
      return true
    } catch {
      return false
    }
  }

  /** What is left of it: a disk that was full stays so for everything else. */
  takeBack(): void {
    try {
      this.fill()
    } catch {
      // As much as there was.
    }
  }

  private size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Not empty bytes, which some disks do not store. @throws where the disk is full, with as much as there was room for */
  private fill(): void {
    const block = Buffer.alloc(blockBytes, 'reserve ')
    const file = openSync(this.path, 'w')
    try {
      for (let written = 0; written < reserveBytes;) written += writeSync(file, block)
    } finally {
      closeSync(file)
    }
  }
}
