/** Opens the database file of a folder for its one writer or for a reader beside it, and says in plain words why it cannot. */
import Database from 'better-sqlite3'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isLabError, LabError } from '../../shared/api/errors'
import type { CheckReport, LockHolder } from '../../shared/api/store-api'
import { openCopy } from './database-copy'
import { acquireWriterLock, type WriterLock } from './lock'
import { checkDatabase, damageError } from './check'
import { lookingAgain, readError, readsFail } from './look-again'
import { migrate, migrations, type Migration } from './migrations'
import { keepRowChecksums } from './row-checksums'
import { Seal } from './seal'
import { asUnwritable, writing } from './unwritable'

export interface OpenDatabase {
  database: Database.Database
  file: string
  /** null for a reader. */
  lock: WriterLock | null
  /** This is known to be wrong with the file: from its check as a reader opened it, or from the first read that met it. */
  damage?: LabError
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
      const version = readVersion(file, steps.length)
      if (version > 0) checkUnlessSealed(file)
      return { database: openMigrated(file, steps), file, lock }
    } catch (error) {
      lock.release()
      throw error
    }
  }
  return named(file, () => writing(file, () => unlessReadsFail(file, open)))
}

/** A folder without a database reads as an empty one. One that an older Basin made is migrated first, which needs the lock. */
export function openForReading(home: string, steps: readonly Migration[] = migrations): OpenDatabase {
  const file = databaseFile(home)
  const copied = () => openCopy(file, (database) => prepareCopy(database, file, steps))
  const open = () => {
    const version = readVersion(file, steps.length)
    if (version === 0) return { database: openMigrated(':memory:', steps) }
    // An older file that is damaged stays as it is.
    const damage = version < steps.length ? migrateAlone(home, file, steps) : null
    if (damage !== null) return { database: copied(), damage }
    return { database: openToRead(file), ...damageOf(file) }
  }
  return named(file, () => {
    try {
      return { ...unlessReadsFail(file, open), file, lock: null }
    } catch (error) {
      // SQLite keeps an index of the log beside the database, also for those who only read.
      if (!isLabError(asUnwritable(file, error), 'store/unwritable')) throw error
      return { database: copied(), file, lock: null, ...damageOf(file) }
    }
  })
}

function openToRead(file: string): Database.Database {
  const database = new Database(file, { readonly: true, timeout: busyTimeoutMs })
  try {
    // Now rather than at the first question: that is when the log and its index are opened.
    database.pragma('schema_version')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** As it is, or as a copy where SQLite can keep no index of the log beside it. */
function openToCheck(file: string): Database.Database {
  try {
    return openToRead(file)
  } catch (error) {
    if (!isLabError(asUnwritable(file, error), 'store/unwritable')) throw error
    return openCopy(file, () => undefined)
  }
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
    keepRowChecksums(database)
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
  let last: Database.Database | null = null
  try {
    last = asItIs && existsSync(file) ? new Database(file, { readonly: true }) : null
    last?.pragma('schema_version')
  } catch {
    // It is open, which is all that is needed of it; or the disk fails, and lets nothing be moved either.
  }
  try {
    database.close()
    last?.close()
  } finally {
    lock?.release()
  }
}

/**
 * Before anything is written to it: a file that is not as its last writer left it is checked from end to end.
 * @throws LabError `store/damaged`
 */
function checkUnlessSealed(file: string): void {
  if (new Seal(file).isIntact()) return
  const report = checkFile(file)
  if (!report.isWhole) throw damageError(report)
}

function damageOf(file: string): Pick<OpenDatabase, 'damage'> {
  if (new Seal(file).isIntact()) return {}
  const report = checkFile(file)
  return report.isWhole ? {} : { damage: damageError(report) }
}

/** Looks without touching; an absent file is an empty one. @throws what SQLite says of a file that it cannot open, or a disk that fails */
export function checkFile(file: string): CheckReport {
  if (!existsSync(file)) return { file, isWhole: true, problems: [], counts: {}, withoutChecksum: 0 }
  const report = checkOnce(file)
  const mayBeDisk = report.problems.some(({ what }) => /error code|cannot be read/.test(what))
  if (mayBeDisk && readsFail(file)) throw readError()
  return mayBeDisk ? checkOnce(file) : report
}

function checkOnce(file: string): CheckReport {
  const database = openToCheck(file)
  try {
    return checkDatabase(database, file)
  } finally {
    database.close()
  }
}

/** Four megabytes: less than the reserve of a full disk. */
const pagesAtOnce = 1000

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

/** @returns why it was left as it is: what is wrong with it */
function migrateAlone(home: string, file: string, steps: readonly Migration[]): LabError | null {
  const lock = acquireWriterLock(home)
  try {
    const { damage = null } = damageOf(file)
    if (damage === null) openMigrated(file, steps).close()
    return damage
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

/** What SQLite calls malformed is so; a failed read comes out as one. @param tries see look-again.ts */
export function unlessReadsFail<T>(file: string, work: () => T, tries?: number): T {
  return lookingAgain(file, isWholeOrFails, work, tries)
}

function isWholeOrFails(file: string): boolean {
  try {
    return checkFile(file).isWhole
  } catch {
    // It cannot be told now: whoever comes next finds out.
    return readsFail(file)
  }
}

/** SQLite itself cannot make sense of the file: what is written to it may land on what is whole. */
export class BrokenFile extends LabError {
  constructor(message: string) {
    super('store/damaged', message)
  }
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
  // All that is read as JSON was written as JSON.
  if (error instanceof SyntaxError) return new LabError('store/damaged', `${file} is damaged: ${error.message}.`)
  if (error instanceof LabError) {
    const isNamed = error.code !== 'store/damaged' || error.message.includes(file)
    return isNamed ? error : new LabError('store/damaged', `${file} is damaged: ${error.message}.`)
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'SQLITE_NOTADB') return new BrokenFile(`${file} is damaged or not a database of Basin.`)
  // SQLITE_ERROR is a statement that does not go with the tables, and those are the same everywhere.
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR')
    return new BrokenFile(`${file} is damaged: ${error.message}.`)
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|PERM)|^E[A-Z]+$/.test(code)) {
    return new LabError('internal', `${file} cannot be used: ${error.message}.`)
  }
  return error
}
