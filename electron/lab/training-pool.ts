/** The training processes of a lab. Says what each is doing; which run comes next is the scheduler's choice. */
import { isLabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { TrainArgument, TrainingApi, TrainingClientApi, TrainOutcome } from '../../shared/api/training-api'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { WorkerHost } from '../host/worker-host'
import { isWorkerGone, untilDeath, WorkerPool } from './worker-pool'

export class TrainingPool {
  readonly #workers: WorkerPool<TrainingApi, TrainingClientApi, RunId | 'measuring'>

  constructor(host: WorkerHost, client: TrainingClientApi) {
    this.#workers = new WorkerPool(host, 'training', client)
  }

  /** Trains on an idle process, or a new one. @throws `worker/died` or `worker/ended` when that process ends first. */
  async train(argument: TrainArgument): Promise<TrainOutcome> {
    const trainer = this.#workers.idle()
    trainer.task = argument.runId
    try {
      return await untilDeath(trainer, trainer.api.train(argument))
    } finally {
      trainer.task = undefined
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

  async snapshotStored(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.snapshotStored({ runId }))
  }

  /** Resolves when a checkpoint of now has come, or there can be none. */
  async checkpoint(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.checkpoint({ runId }))
  }

  async checkpointStored(runId: RunId): Promise<void> {
    await this.#tell(runId, (api) => api.checkpointStored({ runId }))
  }

  async engineInfo(): Promise<{ name: string; simd: string; threads: number }> {
    const trainer = this.#workers.idle()
    return untilDeath(trainer, trainer.api.engineInfo({}))
  }

  async measureStep(spec: RunSpec, budgetMs: number): Promise<number> {
    // One that trains could not tell the time of its processor apart.
    const trainer = this.#workers.idle()
    trainer.task = 'measuring'
    try {
      const { stepMs } = await untilDeath(trainer, trainer.api.measureStep({ spec, budgetMs }))
      return stepMs
    } finally {
      trainer.task = undefined
    }
  }

  close(): void {
    this.#workers.close()
  }

  /** Nothing to tell when the run has just ended or its process died: whoever waits for the run hears of that. */
  async #tell(runId: RunId, call: (api: TrainingApi) => Promise<void>): Promise<void> {
    const trainer = this.#workers.busyWith(runId)
    if (!trainer) return
    try {
      await untilDeath(trainer, call(trainer.api))
    } catch (error) {
      if (!isWorkerGone(error) && !isLabError(error, 'run/not-found')) throw error
    }
  }
}
