/** Long-lived processes of one kind, each with one task at a time: started when needed, replaced when they die. */
import { isLabError, LabError } from '../../shared/api/errors'
import { connectContract } from '../../shared/api/rpc'
import { isStopSignal } from '../host/stop-requests'
import type { WorkerExit, WorkerHost, WorkerKind, WorkerProcess } from '../host/worker-host'

export interface PooledWorker<Api, Task> {
  worker: WorkerProcess
  api: Api
  /** What it is doing; undefined: nothing. */
  task: Task | undefined
  /** Rejects when the process ends, so that no call into it waits for ever. */
  died: Promise<never>
}

export class WorkerPool<Api extends object, ClientApi extends object, Task> {
  readonly #workers = new Set<PooledWorker<Api, Task>>()
  #closed = false

  constructor(
    private readonly host: WorkerHost,
    private readonly kind: WorkerKind,
    private readonly client: ClientApi,
  ) {}

  idle(): PooledWorker<Api, Task> {
    return [...this.#workers].find(({ task }) => task === undefined) ?? this.#start()
  }

  /** Any of them, busy or not. */
  any(): PooledWorker<Api, Task> {
    return [...this.#workers][0] ?? this.#start()
  }

  busyWith(task: Task): PooledWorker<Api, Task> | undefined {
    return [...this.#workers].find((candidate) => candidate.task === task)
  }

  close(): void {
    this.#closed = true
    for (const { worker } of this.#workers) worker.kill()
  }

  #start(): PooledWorker<Api, Task> {
    if (this.#closed) throw new LabError('lab/closed', 'The lab is closing.')
    const worker = this.host.startWorker(this.kind)
    const died = new Promise<never>((_resolve, reject) => {
      worker.onExit((how) => {
        this.#workers.delete(pooled)
        reject(this.#whyEnded(how))
      })
    })
    // Whoever waits for a call hears of it; nobody waiting is no reason to end the lab.
    died.catch(() => undefined)
    // Without onClose: the end of the process says more than the end of its channel, which comes just before.
    const channel = { post: worker.post, on: worker.on }
    const api = connectContract<Api, ClientApi>(channel, this.client)
    const pooled: PooledWorker<Api, Task> = { worker, api, task: undefined, died }
    this.#workers.add(pooled)
    return pooled
  }

  #whyEnded({ code, signal }: WorkerExit): LabError {
    // It had come no further than its first lines, or it would have left that to the lab.
    if (signal !== null && isStopSignal(signal))
      return new LabError('worker/ended', `The ${this.kind} process was told to end while it started (${signal}).`)
    return new LabError('worker/died', `The ${this.kind} process ended unexpectedly (${signal ?? `code ${code}`}).`)
  }
}

/** Whether that is why a call got no answer. */
export function isWorkerGone(error: unknown): boolean {
  return isLabError(error, 'worker/died') || isLabError(error, 'worker/ended')
}

/** A call into a process that may end before it answers. */
export function untilDeath<T>({ died }: { died: Promise<never> }, call: Promise<T>): Promise<T> {
  return Promise.race([call, died])
}
