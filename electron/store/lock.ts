/**
 * The lock of the one writer: an exclusive transaction held open in a file of its own. The operating system drops it when the process
 * dies, however it dies, and readers of the database never meet it. Who holds it is told in another file beside it, because nobody
 * else can read a file that is locked so.
 */
import Database from 'better-sqlite3'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../host/is-alive'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import type { LockHolder } from '../../shared/api/store-api'
import { formatDate } from '../../shared/text/format'
import { asUnwritable } from './unwritable'

export interface WriterLock {
  readonly file: string
  /** Tells others more of who has it. */
  tell(more: Partial<LockHolder>): void
  release(): void
}

/** A lab that is just closing gets this long. */
const patienceMs = 250

/** @throws LabError `lab/busy` when another process (or another store of this one) has it. */
export function acquireWriterLock(home: string, holder: LockHolder = thisProcess()): WriterLock {
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
  const told = holderFile(home)
  tellHolder(told, holder)
  return {
    file,
    tell: (more) => tellHolder(told, { ...holder, ...more }),
    release: () => {
      if (!held.open) return
      // While it is still ours: the next holder tells of itself in the same file.
      if (readHolder(home)?.pid === holder.pid) rmSync(told, { force: true })
      held.close()
    },
  }
}

function thisProcess(): LockHolder {
  return { pid: process.pid, startedAt: Date.now() }
}

function holderFile(home: string): string {
  return join(home, 'lock.json')
}

function tellHolder(file: string, holder: LockHolder): void {
  try {
    writeFileSync(file, JSON.stringify(holder))
  } catch {
    // The lock is what counts; without this its message says less.
  }
}

/** Who says that it holds the lock, if that process is there. */
function readHolder(home: string): LockHolder | null {
  try {
    const { pid, startedAt, address } = JSON.parse(readFileSync(holderFile(home), 'utf8')) as Record<string, unknown>
    if (!Number.isSafeInteger(pid) || typeof startedAt !== 'number' || !isAlive(pid as number)) return null
    return { pid: pid as number, startedAt, ...(typeof address === 'string' && { address }) }
  } catch {
    return null
  }
}

function lockError(home: string, file: string, error: unknown): LabError {
  const isBusy = error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY'
  if (!isBusy) {
    const unwritable = asUnwritable(file, error)
    if (isLabError(unwritable)) return unwritable
    return new LabError('internal', `${file} cannot be locked: ${errorMessage(error)}.`)
  }
  const holder = readHolder(home)
  const who = holder === null ? '' : `: ${describe(holder)}`
  const message = `Another Basin is already using ${home}${who}. Close it first, or set BASIN_HOME to another folder.`
  return new LabError('lab/busy', message)
}

function describe({ pid, startedAt, address }: LockHolder): string {
  const started = `process ${pid}, started ${formatDate(startedAt)}`
  return address === undefined ? started : `${started}, at ${address}`
}
