/**
 * The training processes of a lab: long-lived, started when needed, replaced when they die. Says what each is doing; which run comes
 * next is the scheduler's choice.
 */
import { isLabError, LabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import { connectContract } from '../../shared/api/rpc'
import type { RunBatch } from '../../shared/api/store-api'
import type { TrainArgument, TrainingApi, TrainingClientApi, TrainOutcome } from '../../shared/api/training-api'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { WorkerHost, WorkerProcess } from '../host/worker-host'

interface Trainer {
  worker: WorkerProcess
  api: TrainingApi
  runId: RunId | undefined
  /** Rejects when the process ends, so that no call into it waits for ever. */
  died: Promise<never>
}

export class TrainingPool {
  readonly #trainers = new Set<Trainer>()
  #closed = false

  constructor(
    private readonly host: WorkerHost,
    private readonly onBatch: (batch: RunBatch) => void,
  ) {}

  /** Trains on an idle process, or a new one. @throws `worker/died` when that process ends first. */
  async train(argument: TrainArgument): Promise<TrainOutcome> {
    const trainer = this.#idleTrainer()
    trainer.runId = argument.runId
    try {
      return await untilDeath(trainer, trainer.api.train(argument))
    } finally {
      trainer.runId = undefined
    }
  }

  async pause(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.pause({ runId }))
  }

  async resume(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.resume({ runId }))
  }

  async stop(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.stop({ runId }))
  }

  async engineInfo(): Promise<{ name: string; simd: string; threads: number }> {
    const trainer = this.#idleTrainer()
    return untilDeath(trainer, trainer.api.engineInfo({}))
  }

  async measureStep(spec: RunSpec, budgetMs: number): Promise<number> {
    // Measuring beside training is fine: the process is shared, its loop is not.
    const trainer = [...this.#trainers][0] ?? this.#start()
    const { stepMs } = await untilDeath(trainer, trainer.api.measureStep({ spec, budgetMs }))
    return stepMs
  }

  close(): void {
    this.#closed = true
    for (const { worker } of this.#trainers) worker.kill()
  }

  /** Nothing to tell when the run has just ended or its process died: whoever waits for the run hears of that. */
  async #tell(runId: RunId, call: (api: TrainingApi) => Promise<void>): Promise<void> {
    const trainer = [...this.#trainers].find((candidate) => candidate.runId === runId)
    if (!trainer) return
    try {
      await untilDeath(trainer, call(trainer.api))
    } catch (error) {
      if (!isLabError(error, 'worker/died') && !isLabError(error, 'run/not-found')) throw error
    }
  }

  #idleTrainer(): Trainer {
    return [...this.#trainers].find(({ runId }) => runId === undefined) ?? this.#start()
  }

  #start(): Trainer {
    if (this.#closed) throw new LabError('lab/closed', 'The lab is closing.')
    const worker = this.host.startWorker('training')
    const died = new Promise<never>((_resolve, reject) => {
      worker.onExit(({ code, signal }) => {
        this.#trainers.delete(trainer)
        reject(new LabError('worker/died', `The training process ended unexpectedly (${signal ?? `code ${code}`}).`))
      })
    })
    // Whoever waits for a call hears of it; nobody waiting is no reason to end the lab.
    died.catch(() => undefined)
    const client: TrainingClientApi = { onBatch: (batch) => this.onBatch(batch) }
    // Without onClose: the end of the process says more than the end of its channel, which comes just before.
    const channel = { post: worker.post, on: worker.on }
    const trainer: Trainer = {
      worker,
      api: connectContract<TrainingApi, TrainingClientApi>(channel, client),
      runId: undefined,
      died,
    }
    this.#trainers.add(trainer)
    return trainer
  }
}

/** A call into a process that may end before it answers. */
function untilDeath<T>(trainer: Trainer, call: Promise<T>): Promise<T> {
  return Promise.race([call, trainer.died])
}
