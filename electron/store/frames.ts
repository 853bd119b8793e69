/** The frames table: predictions along a run. */
import type { Database } from 'better-sqlite3'
import type { FrameInfo } from '../../shared/api/records'
import { checksumOf, compareChecksum, type Checksum } from './checksum'

/** A frame with its values as encodeFloats packs them. */
export interface PackedFrame extends FrameInfo {
  data: Uint8Array
}

/** As it is stored. */
export interface FrameRow extends PackedFrame {
  runKey: number
  checksum: Checksum
}

export const findFrameQuery = `SELECT runKey, step, epoch, data, checksum FROM frames WHERE runKey = ? AND epoch <= ?
  ORDER BY epoch DESC, step DESC LIMIT 1`

export class FrameTable {
  private readonly insertStatement
  private readonly listStatement
  private readonly findStatement
  private readonly deleteStatement
  private readonly deleteAfterStatement

  constructor(database: Database) {
    this.insertStatement = database.prepare<[FrameRow]>(
      `INSERT INTO frames (runKey, epoch, step, data, checksum) VALUES (:runKey, :epoch, :step, :data, :checksum)`,
    )
    this.listStatement = database.prepare<[number], FrameInfo>(
      'SELECT step, epoch FROM frames WHERE runKey = ? ORDER BY epoch, step',
    )
    this.findStatement = database.prepare<[number, number], FrameRow>(findFrameQuery)
    this.deleteStatement = database.prepare<[number]>('DELETE FROM frames WHERE runKey = ?')
    this.deleteAfterStatement = database.prepare<[number, number]>('DELETE FROM frames WHERE runKey = ? AND step > ?')
  }

  insert(runKey: number, frame: PackedFrame): void {
    const checksum = checksumOf([runKey, frame.epoch, frame.step], frame.data)
    this.insertStatement.run({ ...frame, runKey, checksum })
  }

  /** Ascending. */
  list(runKey: number): FrameInfo[] {
    return this.listStatement.all(runKey)
  }

  /** The latest at or before an epoch. */
  find(runKey: number, epoch = Infinity): PackedFrame | undefined {
    const row = this.findStatement.get(runKey, epoch)
    if (row === undefined) return undefined
    checkFrame(row)
    return { step: row.step, epoch: row.epoch, data: row.data }
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }

  /** Those of later steps. */
  deleteAfter(runKey: number, step: number): void {
    this.deleteAfterStatement.run(runKey, step)
  }
}

/** @throws LabError `store/damaged` */
export function checkFrame({ runKey, epoch, step, data, checksum }: FrameRow): void {
  compareChecksum(checksum, 'Predictions of a run', [runKey, epoch, step], data)
}
