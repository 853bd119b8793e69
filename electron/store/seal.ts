/**
 * How the database's file was when its writer last changed it, kept beside it. A file that is otherwise (changed by something else,
 * copied back, or left by a writer that was killed in the moment between) is checked from end to end before anything is written to it;
 * one that is as it was left opens at once, however large it is.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'

export class Seal {
  private readonly path: string
  private known = ''
  private isBroken = false

  constructor(private readonly file: string) {
    this.path = `${file}-seal`
  }

  /** Whether the file is as its last writer left it. */
  isIntact(): boolean {
    try {
      return readFileSync(this.path, 'utf8') === this.now()
    } catch {
      return false
    }
  }

  /** Keeps how the file is now; cheap where it has not changed. */
  renew(): void {
    if (this.isBroken) return
    const now = this.now()
    if (now === this.known) return
    try {
      writeFileSync(this.path, now)
      this.known = now
    } catch {
      // A disk that takes nothing: the next opening checks the file.
    }
  }

  /** For good: the next opening checks the file, whatever is written until then. */
  break(): void {
    this.isBroken = true
    try {
      rmSync(this.path, { force: true })
    } catch {
      // A disk that takes nothing: whatever is written later changes the file, and this says so no more.
    }
  }

  private now(): string {
    const { size, mtimeNs, ino } = statSync(this.file, { bigint: true })
    return `${size} bytes, changed ${mtimeNs}, file ${ino}\n`
  }
}
