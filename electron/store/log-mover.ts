/**
 * Moves the write-ahead log into the database's file soon after a run or an analysis ended, so that what is finished is in the one
 * file that people copy. Never waits for readers, and many that end together cost one move.
 */
import type { Database } from 'better-sqlite3'

const pauseMs = 1000

export class LogMover {
  private timer: NodeJS.Timeout | null = null
  private movedAt = -Infinity

  /** @param mayWrite throws where nothing may be written any more */
  constructor(
    private readonly database: Database,
    private readonly mayWrite: () => void,
    private readonly onMoved: () => void,
  ) {}

  soon(): void {
    this.timer ??= setTimeout(() => this.move(), Math.max(this.movedAt + pauseMs - performance.now(), 0)).unref()
  }

  release(): void {
    if (this.timer !== null) clearTimeout(this.timer)
  }

  private move(): void {
    this.timer = null
    try {
      this.mayWrite()
      this.database.pragma('wal_checkpoint(PASSIVE)')
      this.onMoved()
    } catch {
      // Everything is still in the log; whoever writes next hears of what is the matter.
    }
    this.movedAt = performance.now()
  }
}
