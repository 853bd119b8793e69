/** A peer's process: one of the Python programs beside this file, spoken to in lines of JSON (peers/protocol.py). */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PeerProgram, PeerTask } from './bench-case'

interface Answer {
  name?: string
  microseconds?: number
  form?: string
  missing?: string
}

export class Peer {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<never>
  #name = ''

  private constructor(python: string, script: string, threads: number) {
    this.#child = spawn(python, [script, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
    this.#ended = new Promise((_, reject) => {
      this.#child.once('error', (error) => reject(new Error(`${python}: ${error.message}`)))
      this.#child.once('exit', (code) => reject(new Error(`${script} ended with ${code}; are its packages there?`)))
    })
    // It also ends when it is told to; then nobody waits any more.
    this.#ended.catch(() => {})
  }

  static async start(python: string, folder: string, program: PeerProgram, threads: number): Promise<Peer> {
    const peer = new Peer(python, join(folder, `${program}_peer.py`), threads)
    peer.#name = (await peer.#answer()).name ?? program
    return peer
  }

  /** Microseconds for a step, and how they came about. @throws with the peer's words where it cannot do this */
  async measure({ task, steps }: PeerTask): Promise<{ microseconds: number; name: string }> {
    this.#child.stdin!.write(`${JSON.stringify({ case: task, steps })}\n`)
    const { microseconds, form, missing } = await this.#answer()
    if (microseconds === undefined) throw new Error(`${this.#name}: ${missing}`)
    return { microseconds, name: `${this.#name}, ${form}` }
  }

  end(): void {
    this.#child.stdin!.end()
  }

  async #answer(): Promise<Answer> {
    const { value, done } = await Promise.race([this.#lines.next(), this.#ended])
    return done ? this.#ended : (JSON.parse(value) as Answer)
  }
}

/** Peers by program and threads, each started when it is first needed. */
export class Peers {
  readonly #python: string
  readonly #folder: string
  readonly #started = new Map<string, Promise<Peer>>()

  constructor(python: string, folder: string) {
    this.#python = python
    this.#folder = folder
  }

  get(program: PeerProgram, threads: number): Promise<Peer> {
    const key = `${program} ${threads}`
    const peer = this.#started.get(key) ?? Peer.start(this.#python, this.#folder, program, threads)
    this.#started.set(key, peer)
    return peer
  }

  async end(): Promise<void> {
    for (const peer of await Promise.allSettled(this.#started.values())) {
      if (peer.status === 'fulfilled') peer.value.end()
    }
  }
}
