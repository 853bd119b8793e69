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
    for (;;) {
      const block = await blocks.take(blockBytes)
      if (block.every((byte) => byte === 0)) break
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
  #held: Buffer[] = []
  #heldBytes = 0
  #chunks: AsyncIterator<Buffer> | undefined
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
    }
    const all = Buffer.concat(this.#held)
    this.#held = [all.subarray(count)]
    this.#heldBytes = all.length - count
    this.position += count
    return all.subarray(0, count)
  }

  async skipRest(): Promise<void> {
    while (await this.#next());
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
    const { packed } = await peekFile(this.path)
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
