/** The lab's end of its store process: started, opened, and heard when it ends or has stopped writing. */
import { fromPlainError, LabError, type PlainError } from '../../shared/api/errors'
import { connectContract } from '../../shared/api/rpc'
import type { CheckReport, StoreApi, StoreClientApi } from '../../shared/api/store-api'
import type { WorkerHost, WorkerProcess } from '../host/worker-host'

export class StoreLink {
  readonly api: StoreApi
  /** Why it could only be opened for reading; null: as it was asked for. */
  problem: PlainError | null = null
  readonly #process: WorkerProcess
  #hasDied = false
  /** Why it stopped, where it said so. */
  #reason = new LabError('worker/died', 'The process that keeps the runs has ended.')

  private constructor(host: WorkerHost) {
    this.#process = host.startWorker('store')
    this.#process.onExit(() => (this.#hasDied = true))
    this.api = connectContract<StoreApi, StoreClientApi>(this.#process, {
      onStopped: (reason) => {
        this.#reason = fromPlainError(reason)
        // It has nothing left to do, and what it has open is not ours to touch any more.
        this.kill()
      },
    })
  }

  /** @throws LabError `lab/busy`, `store/newer`, `store/damaged` */
  static async open(host: WorkerHost, home: string, mode: 'write' | 'read', orRead = false): Promise<StoreLink> {
    const link = new StoreLink(host)
    try {
      link.problem = await link.api.open({ home, mode, orRead, holder: { pid: process.pid, startedAt: Date.now() } })
      return link
    } catch (error) {
      link.kill()
      throw error
    }
  }

  /** Reads all of a home's database and compares it with its checksums. @throws LabError `store/damaged` for no database at all */
  static async check(host: WorkerHost, home: string): Promise<CheckReport> {
    const link = new StoreLink(host)
    try {
      return await link.api.check({ home })
    } finally {
      link.kill()
    }
  }

  get hasDied(): boolean {
    return this.#hasDied
  }

  /** Nothing can be recorded any more. */
  onDied(listener: (why: LabError) => void): void {
    this.#process.onExit(() => listener(this.#reason))
  }

  kill(): void {
    this.#process.kill()
  }
}
