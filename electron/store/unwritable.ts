/** Whether an error says that a disk takes nothing now and may later: it is full, read-only, failing, or locked by another program. */
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { LabError } from '../../shared/api/errors'

/** The error as `store/unwritable` naming the file; another error as it is. */
export function asUnwritable(file: string, error: unknown): unknown {
  const why = unwritableBecause(file, error)
  return why === null ? error : new LabError('store/unwritable', `${file} cannot be written: ${why}.`)
}

/** Runs work that writes to a file. @throws LabError `store/unwritable` */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asUnwritable(file, error)
  }
}

/** Why nothing can be written now and may be later; null: the error is another one. */
function unwritableBecause(file: string, error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const { code } = error
  if (/^SQLITE_CANTOPEN/.test(code) && isReadOnly(dirname(file))) return 'the folder or its disk is read-only'
  if (/^SQLITE_FULL|^ENOSPC$|^EDQUOT$/.test(code)) return 'the disk is full'
  // A full disk can end the mapped index of the log too, which SQLite calls an input or output error.
  if (/^SQLITE_IOERR_(SHMSIZE|SHMMAP)$/.test(code)) return 'the disk is full or fails'
  if (/^SQLITE_READONLY|^SQLITE_PERM$|^EROFS$|^EACCES$|^EPERM$/.test(code)) return 'the folder or its disk is read-only'
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'another program has locked it'
  if (/^SQLITE_(IOERR|CANTOPEN)|^EIO$/.test(code)) return `the disk fails (${error.message})`
  return null
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return false
  } catch {
    return true
  }
}
