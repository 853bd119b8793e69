/** Counts the calls of a client that wait for their answers. */
import { answeredCallOf, callOf } from '../../shared/api/rpc'

/** A page asks a few things at once. */
const mostCalls = 64
const mostBytes = 64 * 1024 * 1024

export class OpenCalls {
  readonly #bytesOf = new Map<string, number>()
  #bytes = 0

  /** Too many, or too large together, to hear more. */
  get areMany(): boolean {
    return this.#bytesOf.size >= mostCalls || this.#bytes >= mostBytes
  }

  /** A message came in; those that are no calls do not count. */
  ask(message: unknown, bytes: number): void {
    const call = callOf(message)
    if (call === undefined) return
    this.#forget(call)
    this.#bytesOf.set(call, bytes)
    this.#bytes += bytes
  }

  /** A message goes out: the answer to a call, or an event. */
  answer(message: unknown): void {
    const call = answeredCallOf(message)
    if (call !== undefined) this.#forget(call)
  }

  #forget(call: string): void {
    this.#bytes -= this.#bytesOf.get(call) ?? 0
    this.#bytesOf.delete(call)
  }
}
