/**
 * SQLite says "malformed" of a read that the disk failed at too (its SQLITE_IOERR_CORRUPTFS comes out as SQLITE_CORRUPT), and no more can be
 * asked of it. So a file is looked at once more, beside SQLite, before it is called damaged: for that all writing ends.
 */
import Database from 'better-sqlite3'
import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** As SQLite reads. */
const pageBytes = 4096
/** At least so many: where one read of fifty fails, none of these would by chance once in 10^17. */
const leastReads = 2000

/** What a read that failed is for all who meet it. */
export function readError(): Error {
  return new Database.SqliteError('a read failed', 'SQLITE_IOERR_READ')
}

/**
 * Does work on a database. Where SQLite calls the file malformed and it is not, the error is that a read failed.
 * @param isWhole checks it from end to end, over a connection of its own
 * @param tries of the work, which must have done nothing when a read of it fails
 */
export function lookingAgain<T>(file: string, isWhole: (file: string) => boolean, work: () => T, tries = 1): T {
  try {
    return work()
  } catch (error) {
    if (!isMalformed(error) || !(readsFail(file) || isWhole(file))) throw error
    if (tries > 1) return lookingAgain(file, isWhole, work, tries - 1)
    throw readError()
  }
}

function isMalformed(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CORRUPT')
}

/** Whether the disk fails at reads of a database or its log right now. */
export function readsFail(file: string): boolean {
  return [file, `${file}-wal`].some((path) => {
    const pages = Math.ceil((statSync(path, { throwIfNoEntry: false })?.size ?? 0) / pageBytes)
    return pages > 0 && readsOfFileFail(path, pages)
  })
}

function readsOfFileFail(path: string, pages: number): boolean {
  const page = Buffer.alloc(pageBytes)
  try {
    const opened = openSync(path, 'r')
    try {
      for (let i = 0; i < Math.max(pages, leastReads); i++)
        readSync(opened, page, 0, pageBytes, (i % pages) * pageBytes)
    } finally {
      closeSync(opened)
    }
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EIO'
  }
}
