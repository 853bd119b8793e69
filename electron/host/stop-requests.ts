/**
 * Who asks this process to end: the system's signals, the same ones passed on by the launcher (build/launch.mjs), and the launcher's own
 * end. One and the same Ctrl+C may come both ways, since a terminal sends it to launcher and child alike: it counts once.
 */
import { Socket } from 'node:net'
import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
export type StopSignal = (typeof signals)[number]

export function isStopSignal(signal: string): signal is StopSignal {
  return (signals as readonly string[]).includes(signal)
}

export interface StopRequest {
  /** SIGHUP too when the launcher is gone: like a terminal that was closed. */
  signal: StopSignal
  /** Asked for before by the same signal: whoever sends it does not want to wait. Never said of a launcher that is gone. */
  isRepeated: boolean
}

/** What the shell tells of a process that such a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal]
}

/** A worker hears these with everyone else in its terminal or service; the lab decides when it ends. */
export function leaveSignalsToTheLab(): void {
  for (const signal of signals) process.on(signal, () => undefined)
}

export class StopRequests {
  readonly #direct = new Map<StopSignal, number>()
  readonly #passedOn = new Map<StopSignal, number>()
  readonly #listeners: ((request: StopRequest) => void)[] = []

  /** @param unheard what to do as long as nobody listens */
  constructor(private readonly unheard: (request: StopRequest) => void) {
    const { BASIN_LAUNCHER_PIPE: pipe, BASIN_IGNORES_HANGUP: ignoresHangup } = process.env
    // They are about this process; its children have other parents.
    delete process.env.BASIN_LAUNCHER_PIPE
    delete process.env.BASIN_IGNORES_HANGUP
    for (const signal of signals)
      process.on(signal, () => {
        if (!(signal === 'SIGHUP' && ignoresHangup)) this.#count(signal, this.#direct)
      })
    if (pipe !== undefined) this.#hearLauncher(Number(pipe))
  }

  /** One at a time: the last one to listen hears them, until it ends that; then the one before. @returns a function that ends it */
  listen(listener: (request: StopRequest) => void): () => void {
    this.#listeners.push(listener)
    return () => {
      const at = this.#listeners.lastIndexOf(listener)
      if (at >= 0) this.#listeners.splice(at, 1)
    }
  }

  #hearLauncher(descriptor: number): void {
    let text = ''
    let wire: Socket
    try {
      wire = new Socket({ fd: descriptor, readable: true, writable: false })
    } catch {
      // The variable came down from somewhere else: there is no such pipe, and no launcher.
      return
    }
    wire.on('error', () => wire.destroy())
    wire.on('data', (bytes: Buffer) => {
      const lines = (text + bytes.toString()).split('\n')
      text = lines.pop()!
      for (const line of lines) {
        const signal = signals.find((name) => name === line)
        if (signal) this.#count(signal, this.#passedOn)
      }
    })
    wire.on('close', () => this.#tell({ signal: 'SIGHUP', isRepeated: false }))
    // It is no reason to live on.
    wire.unref()
  }

  /** The k-th of a signal on one way is the k-th on the other. */
  #count(signal: StopSignal, way: Map<StopSignal, number>): void {
    const counted = () => Math.max(this.#direct.get(signal) ?? 0, this.#passedOn.get(signal) ?? 0)
    const before = counted()
    way.set(signal, (way.get(signal) ?? 0) + 1)
    if (counted() > before) this.#tell({ signal, isRepeated: before > 0 })
  }

  #tell(request: StopRequest): void {
    const hear = this.#listeners.at(-1) ?? this.unheard
    hear(request)
  }
}
