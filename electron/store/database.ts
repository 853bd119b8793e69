/** Opens the database file of a folder for its one writer or for a reader beside it, and says in plain words why it cannot. */
import Database from 'better-sqlite3'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isLabError, LabError } from '../../shared/api/errors'
import type { LockHolder } from '../../shared/api/store-api'
import { openCopy } from './database-copy'
import { acquireWriterLock, type WriterLock } from './lock'
import { migrate, migrations, type Migration } from './migrations'
import { asUnwritable, writing } from './unwritable'

export interface OpenDatabase {
  database: Database.Database
  file: string
  /** null for a reader. */
  lock: WriterLock | null
}

const busyTimeoutMs = 5000
/** The write-ahead log shrinks back to this after a reader made it grow. */
const logBytes = 16 * 2 ** 20

export function databaseFile(home: string): string {
  return join(home, 'basin.db')
}

/** @throws LabError `lab/busy`, `store/newer`, `store/damaged`; then nothing was changed and the lock is free. */
export function openForWriting(
  home: string,
  steps: readonly Migration[] = migrations,
  holder?: LockHolder,
): OpenDatabase {
  const file = databaseFile(home)
  const open = () => {
    mkdirSync(home, { recursive: true })
    const lock = acquireWriterLock(home, holder)
    try {
      readVersion(file, steps.length)
      return { database: openMigrated(file, steps), file, lock }
    } catch (error) {
      lock.release()
      throw error
    }
  }
  return named(file, () => writing(file, open))
}

/** A folder without a database reads as an empty one. One that an older Basin made is migrated first, which needs the lock. */
export function openForReading(home: string, steps: readonly Migration[] = migrations): OpenDatabase {
  const file = databaseFile(home)
  const open = () => {
    const version = readVersion(file, steps.length)
    if (version === 0) return openMigrated(':memory:', steps)
    if (version < steps.length) migrateAlone(home, file, steps)
    return openToRead(file)
  }
  return named(file, () => {
    try {
      return { database: open(), file, lock: null }
    } catch (error) {
      // SQLite keeps an index of the log beside the database, also for those who only read.
      if (!isLabError(asUnwritable(file, error), 'store/unwritable')) throw error
      return { database: openCopy(file, (database) => prepareCopy(database, file, steps)), file, lock: null }
    }
  })
}

function openToRead(file: string): Database.Database {
  const database = new Database(file, { readonly: true, timeout: busyTimeoutMs })
  // Now rather than at the first question: that is when the log and its index are opened.
  database.pragma('schema_version')
  return database
}

function prepareCopy(database: Database.Database, file: string, steps: readonly Migration[]): void {
  checkVersion(database, file, steps.length)
  migrate(database, steps)
}

function openMigrated(file: string, steps: readonly Migration[]): Database.Database {
  const database = new Database(file, { timeout: busyTimeoutMs })
  try {
    // Only before the first table: lets deleted experiments give their space back.
    database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.pragma('foreign_keys = ON')
    database.pragma(`journal_size_limit = ${logBytes}`)
    migrate(database, steps)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Closes it and frees the lock.
 * @param asItIs without moving what waits in the log into the file: for one that must not be written to
 */
export function closeDatabase({ database, file, lock }: OpenDatabase, asItIs = false): void {
  // Only the last connection moves the log into the file, and one that reads cannot.
  const last = asItIs && existsSync(file) ? new Database(file, { readonly: true }) : null
  try {
    last?.pragma('schema_version')
  } catch {
    // It is open, which is all that is needed of it.
  }
  database.close()
  last?.close()
  lock?.release()
}

/** Eight megabytes. */
const pagesAtOnce = 2000

/**
 * Gives some free pages of the file back. All of them in one go would have to wait in the log, and takes many times as long.
 * @returns whether there are more
 */
export function giveBackPages(database: Database.Database): boolean {
  const freePages = () => database.pragma('freelist_count', { simple: true }) as number
  const before = freePages()
  if (before > 0) database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`)
  const after = freePages()
  return after > 0 && after < before
}

function migrateAlone(home: string, file: string, steps: readonly Migration[]): void {
  const lock = acquireWriterLock(home)
  try {
    openMigrated(file, steps).close()
  } finally {
    lock.release()
  }
}

/** Number of migrations a file has taken, 0 for an empty or absent one. Looks without touching. */
function readVersion(file: string, known: number): number {
  if (!existsSync(file)) return 0
  const database = new Database(file, { readonly: true, timeout: busyTimeoutMs })
  try {
    return checkVersion(database, file, known)
  } finally {
    database.close()
  }
}

function checkVersion(database: Database.Database, file: string, known: number): number {
  const version = database.pragma('user_version', { simple: true }) as number
  if (version > known) {
    throw new LabError('store/newer', `${file} was made by a later version of Basin. Update Basin to open it.`)
  }
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number
  if (version === 0 && tables > 0) throw new LabError('store/damaged', `${file} is not a database of Basin.`)
  return version
}

/** Runs work on a database file; what SQLite says about the file comes out as a LabError that names it. */
export function named<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw namedError(file, error)
  }
}

function namedError(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof LabError) {
    const isNamed = error.code !== 'store/damaged' || error.message.includes(file)
    return isNamed ? error : new LabError('store/damaged', `${file} is damaged: ${error.message}.`)
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'SQLITE_NOTADB') return new LabError('store/damaged', `${file} is damaged or not a database of Basin.`)
  if (code.startsWith('SQLITE_CORRUPT')) return new LabError('store/damaged', `${file} is damaged: ${error.message}.`)
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|PERM)|^E[A-Z]+$/.test(code)) {
    return new LabError('internal', `${file} cannot be used: ${error.message}.`)
  }
  return error
}
