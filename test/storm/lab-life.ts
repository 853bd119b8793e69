/** One life of a lab: its processes, a client of it, and its end, whatever that is. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { decode, encode } from '../../shared/api/codec'
import type { LabApi, LabClientApi } from '../../shared/api/lab-api'
import { inPieces } from '../../shared/api/pieces'
import { connectContract, type Channel } from '../../shared/api/rpc'

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export interface LabProcess {
  pid: number
  what: 'lab' | 'store' | 'training' | 'analysis'
}

export class LabLife {
  readonly #child: ChildProcess
  #said = ''
  #errors = ''
  #ended = false

  constructor(home: string, environment: Record<string, string>) {
    this.#child = spawn(process.execPath, [join(__dirname, 'lab.cjs')], {
      env: { ...process.env, BASIN_HOME: home, BASIN_DATASETS: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout!.on('data', (data: Buffer) => (this.#said += data.toString()))
    this.#child.stderr!.on('data', (data: Buffer) => (this.#errors = (this.#errors + data.toString()).slice(-20_000)))
    this.#child.once('exit', () => (this.#ended = true))
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** The end of what it said on standard error. */
  get errors(): string {
    return this.#errors
  }

  /** Its address; null: it ended without one. */
  async url(): Promise<URL | null> {
    const isThere = await until(30_000, () => this.#said.includes('\n') || this.#ended)
    if (!isThere) throw new Error(`The lab neither started nor ended within 30 seconds. ${this.#errors}`)
    return this.#said.includes('\n') ? new URL(this.#said.trim()) : null
  }

  /** The lab and all that it started, as far as they are alive. */
  processes(): LabProcess[] {
    return this.#ended ? [] : [{ pid: this.#child.pid!, what: 'lab' as const }, ...workersOf(this.#child.pid!)]
  }

  /** Everything at once, as when the power fails. */
  async cutPower(): Promise<void> {
    for (const { pid } of this.processes()) signal(pid, 'SIGKILL')
    await this.#end(10_000)
  }

  /** The lab alone. @throws where its workers do not notice */
  async killLab(): Promise<void> {
    const all = this.processes()
    signal(this.#child.pid!, 'SIGKILL')
    await this.#end(10_000)
    const isAlone = await until(30_000, () => !all.some(({ pid }) => isAlive(pid)))
    if (!isAlone) throw new Error('Workers of a killed lab are still there after 30 seconds.')
  }

  /** As a person does. @throws where it does not come to its end */
  async close(): Promise<void> {
    signal(this.#child.pid!, 'SIGTERM')
    await this.#end(60_000)
  }

  async #end(withinMs: number): Promise<void> {
    if (await until(withinMs, () => this.#ended)) return
    const left = this.processes()
    for (const { pid } of left) signal(pid, 'SIGKILL')
    throw new Error(`The lab did not end within ${withinMs / 1000} seconds. ${this.#errors}`)
  }
}

/** Resolves with whether it became so in time. */
export async function until(withinMs: number, isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > end) return false
    await sleep(20)
  }
  return true
}

function workersOf(parent: number): LabProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): LabProcess[] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (Number(ppid) !== parent || state === 'Z') return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
        const what = (['store', 'training', 'analysis'] as const).find((kind) => command.includes(`${kind}.cjs`))
        return what ? [{ pid: Number(name), what }] : []
      } catch {
        // It ended while we looked.
        return []
      }
    })
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}

export interface LabConnection {
  lab: LabApi
  socket: WebSocket
}

/** @throws where nobody answers */
export function connect(url: URL): Promise<LabConnection> {
  const address = new URL('/lab', url)
  address.protocol = 'ws:'
  address.search = url.search
  const socket = new WebSocket(address, { origin: url.origin, maxPayload: 2 ** 30 })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.on('error', () => undefined)
      resolve({
        lab: connectContract<LabApi, LabClientApi>(channelOf(socket), { onLabEvent: () => undefined }),
        socket,
      })
    })
  })
}

function channelOf(socket: WebSocket): Channel {
  return {
    post: (message) => {
      for (const piece of inPieces(encode(message))) socket.send(piece)
    },
    on: (listener) => void socket.on('message', (data: Buffer) => listener(decode(data))),
    onClose: (listener) => void socket.on('close', listener),
  }
}

/** Rejects where an answer does not come in time: a lab may be slow, it may not hang. */
export function answered<T>(call: Promise<T>, withinMs = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs / 1000} seconds`)), withinMs)
  })
  return Promise.race([call, late]).finally(() => clearTimeout(timer))
}
