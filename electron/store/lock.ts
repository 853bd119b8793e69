/**
 * The lock of the one writer: an exclusive transaction held open in a file of its own. The operating system drops it when the process
 * dies, however it dies, and readers of the database never meet it.
 */
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { errorMessage, LabError } from '../../shared/api/errors'

export interface WriterLock {
  release(): void
}

/** A lab that is just closing gets this long. */
const patienceMs = 250

/** @throws LabError `lab/busy` when another process (or another store of this one) has it. */
export function acquireWriterLock(home: string): WriterLock {
  const file = join(home, 'lock.db')
  let database: Database.Database | null = null
  try {
    database = new Database(file, { timeout: patienceMs })
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    throw lockError(home, file, error)
  }
  const held = database
  return { release: () => held.close() }
}

function lockError(home: string, file: string, error: unknown): LabError {
  const isBusy = error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY'
  if (!isBusy) return new LabError('internal', `${file} cannot be locked: ${errorMessage(error)}.`)
  const message = `Another Basin is already using ${home}. Close it first, or set BASIN_HOME to another folder.`
  return new LabError('lab/busy', message)
}
