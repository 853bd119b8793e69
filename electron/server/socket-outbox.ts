/**
 * What is on its way to one client. A message goes out in fragments (the client sees one message), so that it shows whether the client
 * reads at all, however slowly: one that has read nothing for a while is cut off.
 */
import type { WebSocket } from 'ws'

const fragmentBytes = 256 * 1024
const defaultPatienceMs = 60_000
/** Of answers to pings, which a client may send without ever reading. */
const mostPongBytes = 1024 * 1024
const fullBytes = 1024 * 1024

export class SocketOutbox {
  #waitingBytes = 0
  #patience: NodeJS.Timeout | undefined
  #drained: Promise<void> | undefined
  #tellDrained = () => {}

  /** @param patienceMs how long a client may leave what was sent to it unread */
  constructor(
    private readonly client: WebSocket,
    private readonly patienceMs = defaultPatienceMs,
  ) {
    client.on('ping', () => {
      if (client.bufferedAmount > this.#waitingBytes + mostPongBytes) client.terminate()
    })
    client.on('close', () => this.#end())
  }

  /** Whoever has so much to read should not ask for more. */
  get isFull(): boolean {
    return this.#waitingBytes >= fullBytes
  }

  send(message: Uint8Array): void {
    for (let from = 0; from < message.length; from += fragmentBytes) {
      const fragment = message.subarray(from, from + fragmentBytes)
      const fin = from + fragmentBytes >= message.length
      this.#waitingBytes += fragment.length
      this.client.send(fragment, { binary: true, fin }, () => this.#sent(fragment.length))
    }
    this.#patience ??= this.#wait()
  }

  /** Resolves when nothing waits any more or the connection is gone; undefined when nothing waits now. */
  drained(): Promise<void> | undefined {
    if (this.#waitingBytes === 0) return undefined
    this.#drained ??= new Promise((resolve) => (this.#tellDrained = resolve))
    return this.#drained
  }

  #sent(bytes: number): void {
    // The rest of a connection that is gone.
    if (this.#waitingBytes === 0) return
    this.#waitingBytes -= bytes
    clearTimeout(this.#patience)
    this.#patience = undefined
    if (this.#waitingBytes > 0) this.#patience = this.#wait()
    else this.#tell()
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => this.client.terminate(), this.patienceMs).unref()
  }

  #end(): void {
    clearTimeout(this.#patience)
    this.#waitingBytes = 0
    this.#tell()
  }

  #tell(): void {
    this.#drained = undefined
    this.#tellDrained()
  }
}
