/** The startFiles table: weights from outside that runs start from. */
import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { LabError } from '../../shared/api/errors'

export class StartFileTable {
  private readonly saveStatement
  private readonly readStatement

  constructor(private readonly database: Database) {
    this.saveStatement = database.prepare<[string, Uint8Array]>(
      'INSERT OR IGNORE INTO startFiles (sha256, file) VALUES (?, ?)',
    )
    this.readStatement = database.prepare<[string], Uint8Array>('SELECT file FROM startFiles WHERE sha256 = ?').pluck()
  }

  save(sha256: string, file: Uint8Array): void {
    this.saveStatement.run(sha256, file)
  }

  read(sha256: string): Uint8Array | null {
    const file = this.readStatement.get(sha256)
    if (file === undefined) return null
    checkStartFile(sha256, file)
    return file
  }

  /** Deletes those that no run starts from any more. */
  purge(): void {
    this.database.exec(`DELETE FROM startFiles WHERE NOT EXISTS (
      SELECT 1 FROM runs WHERE json_extract(runs.spec, '$.start.sha256') = startFiles.sha256)`)
  }
}

/** @throws LabError `store/damaged` */
export function checkStartFile(sha256: string, file: Uint8Array): void {
  const isWhole = file instanceof Uint8Array && createHash('sha256').update(file).digest('hex') === sha256
  if (!isWhole) throw new LabError('store/damaged', 'Weights that runs start from are not what was stored')
}
