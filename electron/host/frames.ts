/**
 * Messages on a byte stream: four bytes of length (little-endian), then the encoded message. Node's own channel between processes is
 * not used because in Electron 22 its structured clone ends the sending process with a trap.
 */
import type { Duplex } from 'node:stream'
import { decode, encode } from '../../shared/api/codec'
import type { Channel } from '../../shared/api/rpc'

const headerBytes = 4

/** Takes bytes as they come and gives whole messages. */
export class FrameReader {
  #waiting: Buffer[] = []
  #waitingBytes = 0

  constructor(private readonly onMessage: (message: unknown) => void) {}

  push(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    for (let message = this.#take(); message !== undefined; message = this.#take()) this.onMessage(decode(message))
  }

  #take(): Uint8Array | undefined {
    if (this.#waitingBytes < headerBytes) return undefined
    if (this.#waiting[0]!.length < headerBytes) this.#join()
    const end = headerBytes + this.#waiting[0]!.readUInt32LE(0)
    if (this.#waitingBytes < end) return undefined
    // A large message comes in many pieces: joined once, when all of them are there.
    if (this.#waiting[0]!.length < end) this.#join()
    const first = this.#waiting[0]!
    this.#waiting[0] = first.subarray(end)
    this.#waitingBytes -= end
    return first.subarray(headerBytes, end)
  }

  #join(): void {
    this.#waiting = [Buffer.concat(this.#waiting)]
  }
}

/** A channel over one end of a pipe. Errors of the pipe are its end. */
export function streamChannel(stream: Duplex): Channel & { onClose(listener: () => void): void } {
  stream.on('error', () => stream.destroy())
  return {
    post: (message) => {
      const bytes = encode(message)
      // (`writable` is no help: Node 16 says false for a parent's end that can be written to.)
      if (stream.destroyed) return
      const header = Buffer.alloc(headerBytes)
      header.writeUInt32LE(bytes.length)
      stream.cork()
      stream.write(header)
      stream.write(bytes)
      stream.uncork()
    },
    on: (listener) => {
      const reader = new FrameReader(listener)
      stream.on('data', (bytes: Buffer) => reader.push(bytes))
    },
    onClose: (listener) => void stream.once('close', listener),
  }
}
