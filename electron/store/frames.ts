/** The frames table: predictions along a run. */
import type { Database } from 'better-sqlite3'
import type { FrameInfo } from '../../shared/api/records'

/** A frame with its values as encodeFloats packs them. */
export interface PackedFrame extends FrameInfo {
  data: Uint8Array
}

export const findFrameQuery = `SELECT step, epoch, data FROM frames WHERE runKey = ? AND epoch <= ?
  ORDER BY epoch DESC, step DESC LIMIT 1`

export class FrameTable {
  private readonly insertStatement
  private readonly listStatement
  private readonly findStatement
  private readonly deleteStatement
  private readonly deleteAfterStatement

  constructor(database: Database) {
    this.insertStatement = database.prepare<[PackedFrame & { runKey: number }]>(
      'INSERT INTO frames (runKey, epoch, step, data) VALUES (:runKey, :epoch, :step, :data)',
    )
    this.listStatement = database.prepare<[number], FrameInfo>(
      'SELECT step, epoch FROM frames WHERE runKey = ? ORDER BY epoch, step',
    )
    this.findStatement = database.prepare<[number, number], PackedFrame>(findFrameQuery)
    this.deleteStatement = database.prepare<[number]>('DELETE FROM frames WHERE runKey = ?')
    this.deleteAfterStatement = database.prepare<[number, number]>('DELETE FROM frames WHERE runKey = ? AND step > ?')
  }

  insert(runKey: number, frame: PackedFrame): void {
    this.insertStatement.run({ ...frame, runKey })
  }

  /** Ascending. */
  list(runKey: number): FrameInfo[] {
    return this.listStatement.all(runKey)
  }

  /** The latest at or before an epoch. */
  find(runKey: number, epoch = Infinity): PackedFrame | undefined {
    return this.findStatement.get(runKey, epoch)
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }

  /** Those of later steps. */
  deleteAfter(runKey: number, step: number): void {
    this.deleteAfterStatement.run(runKey, step)
  }
}
