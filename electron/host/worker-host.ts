/** What the lab asks of the world it runs in: start a worker of a kind. Electron and plain Node each have an adapter. */
import type { Channel } from '../../shared/api/rpc'

export const workerKinds = ['store', 'training', 'analysis'] as const
export type WorkerKind = (typeof workerKinds)[number]

export interface WorkerProcess extends Channel {
  readonly kind: WorkerKind
  /** undefined until the process is up. */
  readonly pid: number | undefined
  onClose(listener: () => void): void
  /** Called once for each listener, for whatever reason it ended, also when it had ended before. */
  onExit(listener: (how: WorkerExit) => void): void
  /** Ends it now; what it had not sent is lost. */
  kill(): void
}

export interface WorkerExit {
  code: number | null
  signal: string | null
}

export interface WorkerHost {
  startWorker(kind: WorkerKind): WorkerProcess
}
