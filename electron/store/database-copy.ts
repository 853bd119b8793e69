/**
 * A database whose folder takes nothing (a read-only disk, a full one) as a copy that can be read. SQLite would read it in place where it is
 * called immutable, but only by an address, and better-sqlite3 is compiled without those.
 */
import Database from 'better-sqlite3'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is larger goes to the folder for temporary files instead of memory. */
const mostBytesInMemory = 2 ** 30

/** @param prepare is called once; when it throws the copy is closed */
export function openCopy(file: string, prepare: (database: Database.Database) => void): Database.Database {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
  const hasLog = log !== undefined && log.size > 0
  const database = hasLog || statSync(file).size > mostBytesInMemory ? copyOnDisk(file) : copyInMemory(file)
  try {
    prepare(database)
    database.pragma('query_only = ON')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function copyInMemory(file: string): Database.Database {
  const bytes = readFileSync(file)
  // Bytes 18 and 19 say that there is a log, which memory has none of (https://www.sqlite.org/fileformat.html, section 1.3.3).
  bytes.fill(1, 18, 20)
  return new Database(bytes)
}

/** With what waits in the log. */
function copyOnDisk(file: string): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'basin-read-'))
  try {
    const copy = join(folder, 'basin.db')
    copyFileSync(file, copy)
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`)
    const database = new Database(copy)
    database.pragma('schema_version')
    return database
  } finally {
    // What is open stays readable, and is gone with this process, however it ends. (Where a file in use cannot be deleted it stays.)
    rmSync(folder, { recursive: true, force: true, maxRetries: 0 })
  }
}
