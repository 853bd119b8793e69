/**
 * Whether much at once can be written at all. What is larger than the whole disk would hold everything else for good; and what does not fit
 * now is not tried: it would fill the disk with the beginning of it in SQLite's log, with nothing left for what would fit.
 */
import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { LabError } from '../../shared/api/errors'

/** Less than this is simply tried. */
const muchBytes = 2 ** 20

/**
 * @param what of the message, as 'Weights of this run'
 * @throws LabError `store/too-large`: never; `store/unwritable`: not now
 */
export function checkRoom(file: string, what: string, bytes: number): void {
  if (bytes < muchBytes) return
  const { blocks, bavail, bsize } = statfsSync(dirname(file))
  const diskBytes = blocks * bsize
  // A system that does not say.
  if (diskBytes === 0) return
  // In the log, and then in the file.
  if (2 * bytes > diskBytes)
    throw new LabError(
      'store/too-large',
      `${what} can never be kept here: they are ${megabytes(bytes)}, need twice that while they are written, and the disk of ${file} has ${megabytes(diskBytes)} in all. Set BASIN_HOME to a folder on a larger disk.`,
    )
  // The log keeps some of the room that it once needed.
  const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > bavail * bsize + logBytes)
    throw new LabError('store/unwritable', `${file} cannot be written: the disk is full.`)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`
}
