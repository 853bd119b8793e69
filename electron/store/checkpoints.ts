/** The checkpoints table: for each run that trains, what it goes on from when its training is cut off. */
import type { Database } from 'better-sqlite3'
import type { Checkpoint } from '../../shared/api/store-api'

export class CheckpointTable {
  private readonly saveStatement
  private readonly readStatement
  private readonly deleteStatement

  constructor(database: Database) {
    this.saveStatement = database.prepare<[Checkpoint & { runKey: number }]>(
      `INSERT OR REPLACE INTO checkpoints (runKey, step, epoch, durationMs, state)
       VALUES (:runKey, :step, :epoch, :durationMs, :state)`,
    )
    this.readStatement = database.prepare<[number], Checkpoint>(
      'SELECT step, epoch, durationMs, state FROM checkpoints WHERE runKey = ?',
    )
    this.deleteStatement = database.prepare<[number]>('DELETE FROM checkpoints WHERE runKey = ?')
  }

  /** Replaces the run's last one. */
  save(runKey: number, checkpoint: Checkpoint): void {
    this.saveStatement.run({ ...checkpoint, runKey })
  }

  read(runKey: number): Checkpoint | null {
    return this.readStatement.get(runKey) ?? null
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }
}
