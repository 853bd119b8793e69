/**
 * Whether a store may still write. It may not once the database, its log or the lock is no longer the file at its path (deleted,
 * replaced, or gone with the folder): what was written then would be lost, or mixed with what another Basin writes. Nor once the
 * database turned out to be damaged. A store that has stopped stays stopped.
 */
import { statSync } from 'node:fs'
import { LabError } from '../../shared/api/errors'

const lookEveryMs = 1000

export class Guard {
  /** Why nothing is written any more. */
  private reason: LabError | null = null
  private readonly held: { file: string; identity: string }[]
  private readonly timer: NodeJS.Timeout

  /**
   * @param files all of them there, and open in this process
   * @param onStop called once
   */
  constructor(
    files: readonly string[],
    private readonly onStop: (reason: LabError) => void,
  ) {
    this.held = files.map((file) => ({ file, identity: identityOf(file) ?? '' }))
    this.timer = setInterval(() => this.look(), lookEveryMs).unref()
  }

  get hasStopped(): boolean {
    return this.reason !== null
  }

  /** To be called before anything is written. @throws LabError `store/lost`, `store/damaged`: why not */
  check(): void {
    this.look()
    if (this.reason !== null) throw this.reason
  }

  stop(reason: LabError): void {
    if (this.reason !== null) return
    this.reason = reason
    this.release()
    this.onStop(reason)
  }

  release(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    if (this.reason !== null) return
    const lost = this.held.find(({ file, identity }) => (identityOf(file) ?? identity) !== identity)
    if (lost !== undefined) this.stop(lostError(lost.file))
  }
}

/** Of the file at a path now, 'none' without one; undefined where that cannot be told, which may pass. */
function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : undefined
  }
}

function lostError(file: string): LabError {
  return new LabError(
    'store/lost',
    `${file} was deleted, moved or replaced while Basin was using it, so Basin has stopped writing. What was recorded until then is in that file.`,
  )
}
