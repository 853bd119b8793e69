/**
 * CRC-32 of what is stored, kept beside it and compared when it is read: SQLite finds a broken page, not a number that changed in a
 * whole one. The key under which bytes are stored counts too. What was written before checksums has none (NULL).
 */
import { crc32 } from 'node:zlib'
import { LabError } from '../../shared/api/errors'

export type Checksum = number | null

/** @param key what the bytes belong to */
export function checksumOf(key: readonly (string | number)[], ...blobs: (Uint8Array | null)[]): number {
  // Lengths, so that bytes cannot pass from one blob to the next.
  const lengths = blobs.map((blob) => blob?.length ?? -1)
  return blobs.reduce((sum, blob) => (blob === null ? sum : crc32(blob, sum)), crc32([...key, ...lengths].join(' ')))
}

/** @param what of the message, as 'The weights of a run' @throws LabError `store/damaged` */
export function compareChecksum(
  stored: Checksum,
  what: string,
  key: readonly (string | number)[],
  ...blobs: (Uint8Array | null)[]
): void {
  // A damaged row may hold text where its bytes were.
  const areBytes = blobs.every((blob) => blob === null || blob instanceof Uint8Array)
  if (areBytes && (stored === null || stored === checksumOf(key, ...blobs))) return
  throw new LabError('store/damaged', `${what} are not what was stored`)
}
