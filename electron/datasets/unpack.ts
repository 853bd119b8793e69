/** Reads files that may be gzipped: whole, or just enough to tell what they are. Says what is wrong where gzip does not. */
import type { Stats } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { constants, gunzip, gunzipSync } from 'node:zlib'
import { promisify } from 'node:util'
import { damaged, withCommas } from './problems'

/** No single file of a known data set comes near; what is bigger is not one. */
export const largestFileBytes = 256 * 1024 * 1024
const headBytes = 4096

const gunzipAsync = promisify(gunzip)

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** What zlib's errors mean for the file. */
export function gzipProblem(error: unknown, packedBytes?: number): string {
  const { code, message } = error as NodeJS.ErrnoException
  const at = packedBytes === undefined ? '' : ` at byte ${withCommas(packedBytes)}`
  if (code === 'Z_BUF_ERROR') return `its gzip data is truncated${at}`
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it unpacks to more than ${withCommas(largestFileBytes)} bytes`
  return `its gzip data is broken (${message})`
}

/** The content of a file, unpacked where it is gzipped. @throws `dataset/damaged`, calling it `label` */
export async function readUnpacked(path: string, label = path): Promise<Buffer> {
  const size = await regularSize(path, label)
  if (size > largestFileBytes) throw damaged(label, `${withCommas(size)} bytes are more than any data set's file has`)
  const bytes = await readFile(path)
  if (!isGzip(bytes)) return bytes
  try {
    return await gunzipAsync(bytes, { maxOutputLength: largestFileBytes })
  } catch (error) {
    throw damaged(label, gzipProblem(error, bytes.length))
  }
}

/** Reading a named pipe would wait for ever, reading a device might never end. @throws `dataset/damaged` for what is no regular file */
async function regularSize(path: string, label = path): Promise<number> {
  const found = await stat(path)
  if (!found.isFile()) throw damaged(label, `it is ${kindOfFile(found)}, not a regular file`)
  return found.size
}

/** What is at a path that is neither a file nor a folder: 'a named pipe'. */
export function kindOfFile(found: Stats): string {
  if (found.isFIFO()) return 'a named pipe'
  if (found.isSocket()) return 'a socket'
  return found.isDirectory() ? 'a folder' : 'a device'
}

export interface Peek {
  /** The first bytes of the content, at most 4,096. */
  head: Buffer
  /** Size of the content; for a gzipped file what its last four bytes claim. */
  unpackedBytes: number
  fileBytes: number
  packed: boolean
}

/** Looks at a file without reading all of it. A broken gzip start gives an empty head. */
export async function peekFile(path: string): Promise<Peek> {
  const size = await regularSize(path)
  const file = await open(path, 'r')
  try {
    const start = Buffer.alloc(Math.min(headBytes, size))
    await file.read(start, 0, start.length, 0)
    if (!isGzip(start)) return { head: start, unpackedBytes: size, fileBytes: size, packed: false }
    const end = Buffer.alloc(4)
    await file.read(end, 0, 4, Math.max(size - 4, 0))
    return { head: unpackedHead(start), unpackedBytes: end.readUInt32LE(0), fileBytes: size, packed: true }
  } finally {
    await file.close()
  }
}

function unpackedHead(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 }).subarray(
      0,
      headBytes,
    )
  } catch {
    return Buffer.alloc(0)
  }
}
