/** The checkpoints table: for each run that trains, what it goes on from when its training is cut off. */
import type { Database } from 'better-sqlite3'
import type { Checkpoint } from '../../shared/api/store-api'
import { checksumOf, compareChecksum, type Checksum } from './checksum'

export interface CheckpointRow extends Checkpoint {
  runKey: number
  checksum: Checksum
}

export class CheckpointTable {
  private readonly saveStatement
  private readonly readStatement
  private readonly deleteStatement

  constructor(database: Database) {
    this.saveStatement = database.prepare<[CheckpointRow]>(
      `INSERT OR REPLACE INTO checkpoints (runKey, step, epoch, durationMs, state, checksum)
       VALUES (:runKey, :step, :epoch, :durationMs, :state, :checksum)`,
    )
    this.readStatement = database.prepare<[number], CheckpointRow>(
      'SELECT runKey, step, epoch, durationMs, state, checksum FROM checkpoints WHERE runKey = ?',
    )
    this.deleteStatement = database.prepare<[number]>('DELETE FROM checkpoints WHERE runKey = ?')
  }

  /** Replaces the run's last one. */
  save(runKey: number, checkpoint: Checkpoint): void {
    const { step, epoch, durationMs, state } = checkpoint
    const checksum = checksumOf([runKey, step, epoch, durationMs], state)
    this.saveStatement.run({ ...checkpoint, runKey, checksum })
  }

  read(runKey: number): Checkpoint | null {
    const row = this.readStatement.get(runKey)
    if (row === undefined) return null
    checkCheckpoint(row)
    const { step, epoch, durationMs, state } = row
    return { step, epoch, durationMs, state }
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }
}

/** @throws LabError `store/damaged` */
export function checkCheckpoint({ runKey, step, epoch, durationMs, state, checksum }: CheckpointRow): void {
  compareChecksum(checksum, 'What a run goes on from: its bytes', [runKey, step, epoch, durationMs], state)
}
