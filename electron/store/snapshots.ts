/** The snapshots table: weights along a run, and those it ended with. */
import type { Database } from 'better-sqlite3'
import type { SnapshotInfo } from '../../shared/api/records'
import type { Snapshot } from '../../shared/api/store-api'
import { checksumOf, compareChecksum, type Checksum } from './checksum'
import { decodeFloats, encodeUnpacked } from './codec'

export interface SnapshotRow {
  runKey: number
  step: number
  epoch: number
  data: Uint8Array
  buffers: Uint8Array | null
  checksum: Checksum
}

/** Lengths are in each row's header: listing reads no weights. */
export const listSnapshotsQuery = `SELECT step, epoch, length(data) + coalesce(length(buffers), 0) AS bytes
  FROM snapshots WHERE runKey = ? ORDER BY step`
const columns = 'runKey, step, epoch, data, buffers, checksum'
export const findSnapshotQuery = `SELECT ${columns} FROM snapshots WHERE runKey = ? AND step = ?`
export const lastSnapshotQuery = `SELECT ${columns} FROM snapshots WHERE runKey = ? ORDER BY step DESC LIMIT 1`

export class SnapshotTable {
  private readonly saveStatement
  private readonly listStatement
  private readonly findStatement
  private readonly lastStatement
  private readonly deleteStatement
  private readonly deleteAfterStatement
  private readonly deleteEarlierStatement

  constructor(database: Database) {
    this.saveStatement = database.prepare<[SnapshotRow]>(
      `INSERT OR REPLACE INTO snapshots (runKey, step, epoch, data, buffers, checksum)
       VALUES (:runKey, :step, :epoch, :data, :buffers, :checksum)`,
    )
    this.listStatement = database.prepare<[number], SnapshotInfo>(listSnapshotsQuery)
    this.findStatement = database.prepare<[number, number], SnapshotRow>(findSnapshotQuery)
    this.lastStatement = database.prepare<[number], SnapshotRow>(lastSnapshotQuery)
    this.deleteStatement = database.prepare<[number]>('DELETE FROM snapshots WHERE runKey = ?')
    this.deleteAfterStatement = database.prepare<[number, number]>(
      'DELETE FROM snapshots WHERE runKey = ? AND step > ?',
    )
    this.deleteEarlierStatement = database.prepare<[{ runKey: number }]>(
      `DELETE FROM snapshots
       WHERE runKey = :runKey AND step < (SELECT max(step) FROM snapshots WHERE runKey = :runKey)`,
    )
  }

  /** Replaces one of the same step. */
  save(runKey: number, { step, epoch, parameters, buffers: floats }: Snapshot): void {
    const data = encodeUnpacked(parameters)
    const buffers = floats ? encodeUnpacked(floats) : null
    const checksum = checksumOf([runKey, step, epoch], data, buffers)
    this.saveStatement.run({ runKey, step, epoch, data, buffers, checksum })
  }

  /** Ascending by step. */
  list(runKey: number): SnapshotInfo[] {
    return this.listStatement.all(runKey)
  }

  /** The one of a step, or the last; null when there is none. */
  read(runKey: number, step?: number): Snapshot | null {
    const row = step === undefined ? this.lastStatement.get(runKey) : this.findStatement.get(runKey, step)
    if (row === undefined) return null
    checkSnapshot(row)
    const buffers = row.buffers && { buffers: Float64Array.from(decodeFloats(row.buffers)) }
    return { step: row.step, epoch: row.epoch, parameters: decodeFloats(row.data), ...buffers }
  }

  deleteOfRun(runKey: number): void {
    this.deleteStatement.run(runKey)
  }

  /** Those of later steps. */
  deleteAfter(runKey: number, step: number): void {
    this.deleteAfterStatement.run(runKey, step)
  }

  /** All but the last. */
  deleteEarlier(runKey: number): void {
    this.deleteEarlierStatement.run({ runKey })
  }
}

/** @throws LabError `store/damaged` */
export function checkSnapshot({ runKey, step, epoch, data, buffers, checksum }: SnapshotRow): void {
  compareChecksum(checksum, 'Weights of a run', [runKey, step, epoch], data, buffers)
}
