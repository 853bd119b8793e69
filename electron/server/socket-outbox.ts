/**
 * What is on its way to one client. A message goes out in fragments (the client sees one message), each when the one before has left, so
 * that it shows whether the client reads at all, however slowly: one that has read nothing for a while is cut off.
 */
import type { WebSocket } from 'ws'

const fragmentBytes = 256 * 1024
const defaultPatienceMs = 60_000
const fullBytes = 1024 * 1024

export class SocketOutbox {
  /** Messages, the first one without what of it is sent. */
  readonly #waiting: Uint8Array[] = []
  #isSending = false
  #waitingBytes = 0
  #patience: NodeJS.Timeout | undefined
  #drained: Promise<void> | undefined
  #tellDrained = () => {}

  /** @param patienceMs how long a client may leave what was sent to it unread */
  constructor(
    private readonly client: WebSocket,
    private readonly patienceMs = defaultPatienceMs,
  ) {
    client.on('close', () => this.#end())
  }

  /** Whoever has so much to read should not ask for more. */
  get isFull(): boolean {
    return this.#waitingBytes >= fullBytes
  }

  send(message: Uint8Array): void {
    this.#waiting.push(message)
    this.#waitingBytes += message.length
    if (!this.#isSending) this.#sendNext()
  }

  /** Resolves when nothing waits any more or the connection is gone; undefined when nothing waits now. */
  drained(): Promise<void> | undefined {
    if (this.#waitingBytes === 0) return undefined
    this.#drained ??= new Promise((resolve) => (this.#tellDrained = resolve))
    return this.#drained
  }

  /** One at a time: Node hands all that waits over in one go, and says so only when all of it has left. */
  #sendNext(): void {
    const message = this.#waiting.shift()
    if (message === undefined) return
    const fragment = message.subarray(0, fragmentBytes)
    const rest = message.subarray(fragmentBytes)
    if (rest.length > 0) this.#waiting.unshift(rest)
    this.#isSending = true
    this.#patience = this.#wait()
    this.client.send(fragment, { binary: true, fin: rest.length === 0 }, () => this.#sent(fragment.length))
  }

  #sent(bytes: number): void {
    // The rest of a connection that is gone.
    if (this.#waitingBytes === 0) return
    this.#waitingBytes -= bytes
    this.#isSending = false
    clearTimeout(this.#patience)
    if (this.#waitingBytes > 0) this.#sendNext()
    else this.#tell()
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => this.client.terminate(), this.patienceMs).unref()
  }

  #end(): void {
    clearTimeout(this.#patience)
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#tell()
  }

  #tell(): void {
    this.#drained = undefined
    this.#tellDrained()
  }
}
