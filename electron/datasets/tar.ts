/**
 * Reads the regular files of a tar archive (ustar and its GNU and pax kin, as far as short names go), gzipped or not, one after
 * the other, without writing any of them. Source of the layout: POSIX.1-1988, ustar interchange format.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { damaged, withCommas } from './problems'
import { gzipProblem, largestFileBytes, peekFile } from './unpack'

const blockBytes = 512

/** What archives of known data sets have, with room to spare: six files, 185 million bytes, packed to nine tenths. */
const mostMembers = 10_000
const largestArchiveBytes = 1024 * 1024 * 1024
const mostRatio = 200
/** Of less than this nobody cares how well it was packed. */
const ratioFloorBytes = 64 * 1024 * 1024

export interface TarMember {
  name: string
  bytes: Buffer
}

export interface TarHeader {
  name: string
  size: number
  regular: boolean
}

/** Undefined where the block is not a tar header: its checksum is wrong. */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.length < blockBytes) return undefined
  const text = (from: number, length: number) =>
    Buffer.from(block.subarray(from, from + length))
      .toString('latin1')
      .replace(/\0[^]*$/, '')
  const octal = (from: number, length: number) => parseInt(text(from, length).trim() || '0', 8)
  let sum = 0
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!
  if (sum !== octal(148, 8)) return undefined
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : ''
  const type = text(156, 1)
  return {
    name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100),
    size: octal(124, 12),
    regular: type === '0' || type === '',
  }
}

/** Calls `onMember` with each regular file, in order. @throws `dataset/damaged` with the place in the archive */
export async function readTar(path: string, onMember: (member: TarMember) => Promise<void>): Promise<void> {
  const blocks = new BlockReader(path)
  try {
    for (let members = 0; ; members++) {
      const block = await blocks.take(blockBytes)
      if (block.every((byte) => byte === 0)) break
      if (members === mostMembers)
        throw damaged(path, `it has more than ${withCommas(mostMembers)} members; no data set's archive has`)
      const header = parseTarHeader(block)
      if (!header) throw damaged(path, `there is no tar header at byte ${withCommas(blocks.position - blockBytes)}`)
      if (!(header.size >= 0 && header.size <= largestFileBytes))
        throw damaged(path, `${header.name} in it claims to have ${header.size} bytes`)
      const padded = Math.ceil(header.size / blockBytes) * blockBytes
      const content = await blocks.take(padded)
      if (header.regular) await onMember({ name: header.name, bytes: content.subarray(0, header.size) })
    }
    // To the end, so that gzip compares its own checksum.
    await blocks.skipRest()
  } finally {
    blocks.close()
  }
}

/** Hands out a file's content, gunzipped on the way, in pieces of the sizes asked for. */
class BlockReader {
  /** Bytes of unpacked content handed out so far. */
  position = 0
  /** Content that was read and not handed out yet, oldest first. */
  #held: Buffer[] = []
  #heldBytes = 0
  #chunks: AsyncIterator<Buffer> | undefined
  #packedBytes = Infinity
  #close = () => {}

  constructor(private readonly path: string) {}

  /** @throws `dataset/damaged` when fewer are left */
  async take(count: number): Promise<Buffer> {
    while (this.#heldBytes < count) {
      const chunk = await this.#next()
      if (!chunk) {
        const end = this.position + this.#heldBytes
        throw damaged(this.path, `the archive is truncated at byte ${withCommas(end)} of its content`)
      }
      this.#held.push(chunk)
      this.#heldBytes += chunk.length
      this.#refuseBomb()
    }
    this.position += count
    this.#heldBytes -= count
    return this.#takeHeld(count)
  }

  /** Each byte is copied once at most, however many small pieces are taken. */
  #takeHeld(count: number): Buffer {
    const pieces: Buffer[] = []
    for (let wanted = count; wanted > 0;) {
      const first = this.#held[0]!
      const piece = first.subarray(0, wanted)
      if (piece.length === first.length) this.#held.shift()
      else this.#held[0] = first.subarray(piece.length)
      pieces.push(piece)
      wanted -= piece.length
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  #refuseBomb(): void {
    const unpacked = this.position + this.#heldBytes
    if (unpacked > largestArchiveBytes)
      throw damaged(this.path, `it unpacks to more than ${withCommas(largestArchiveBytes)} bytes`)
    if (unpacked > ratioFloorBytes && unpacked > mostRatio * this.#packedBytes)
      throw damaged(this.path, `it unpacks to more than ${mostRatio} times its size; no data set's archive does`)
  }

  async skipRest(): Promise<void> {
    for (let chunk = await this.#next(); chunk; chunk = await this.#next()) {
      this.position += chunk.length
      this.#refuseBomb()
    }
  }

  close(): void {
    this.#close()
  }

  async #next(): Promise<Buffer | undefined> {
    this.#chunks ??= await this.#open()
    try {
      const { value, done } = await this.#chunks.next()
      return done ? undefined : value
    } catch (error) {
      throw damaged(this.path, gzipProblem(error, (await stat(this.path)).size))
    }
  }

  async #open(): Promise<AsyncIterator<Buffer>> {
    const { packed, fileBytes } = await peekFile(this.path)
    this.#packedBytes = fileBytes
    const file = createReadStream(this.path, { highWaterMark: 1 << 20 })
    this.#close = () => file.destroy()
    if (!packed) return file[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const unpacked = createGunzip({ chunkSize: 1 << 20 })
    file.on('error', (error) => unpacked.destroy(error))
    this.#close = () => {
      file.destroy()
      unpacked.destroy()
    }
    return file.pipe(unpacked)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }
}
