/** The frames and snapshots tables: predictions along a run, and the weights it ended with. */
import type { Database } from 'better-sqlite3'
import type { FrameInfo } from '../../shared/api/records'
import type { Snapshot } from '../../shared/api/store-api'
import { decodeFloat32, decodeFloats, encodeFloats } from './codec'

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

  constructor(database: Database) {
    this.insertStatement = database.prepare<[PackedFrame & { runKey: number }]>(
      'INSERT INTO frames (runKey, epoch, step, data) VALUES (:runKey, :epoch, :step, :data)',
    )
    this.listStatement = database.prepare<[number], FrameInfo>(
      'SELECT step, epoch FROM frames WHERE runKey = ? ORDER BY epoch, step',
    )
    this.findStatement = database.prepare<[number, number], PackedFrame>(findFrameQuery)
    this.deleteStatement = database.prepare<[number]>('DELETE FROM frames WHERE runKey = ?')
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
}

export class SnapshotTable {
  private readonly saveStatement
  private readonly findStatement
  private readonly deleteStatement

  constructor(database: Database) {
    this.saveStatement = database.prepare<[number, number, Uint8Array, Uint8Array | null]>(
      'INSERT OR REPLACE INTO snapshots (runKey, step, data, buffers) VALUES (?, ?, ?, ?)',
    )
    this.findStatement = database.prepare<[number], { step: number; data: Uint8Array; buffers: Uint8Array | null }>(
      'SELECT step, data, buffers FROM snapshots WHERE runKey = ?',
    )
    this.deleteStatement = database.prepare<[number]>('DELETE FROM snapshots WHERE runKey = ?')
  }

  save(runKey: number, { step, parameters, buffers }: Snapshot): void {
    this.saveStatement.run(runKey, step, encodeFloats(parameters), buffers ? encodeFloats(buffers) : null)
  }

  read(runKey: number): Snapshot | null {
    const row = this.findStatement.get(runKey)
    if (row === undefined) return null
    const buffers = row.buffers && { buffers: Float64Array.from(decodeFloats(row.buffers)) }
    return { step: row.step, parameters: decodeFloat32(row.data), ...buffers }
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }
}
