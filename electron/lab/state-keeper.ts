/** Weights and checkpoints of running runs on their way into the store; training hears when each has arrived. */
import { errorMessage } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { Checkpoint, Snapshot, StoreApi } from '../../shared/api/store-api'
import type { TrainingPool } from './training-pool'

export class StateKeeper {
  readonly #snapshots = new Map<RunId, Promise<unknown>>()
  readonly #checkpoints = new Map<RunId, Promise<boolean>>()

  constructor(
    private readonly store: StoreApi,
    private readonly pool: TrainingPool,
  ) {}

  /** A snapshot that cannot be kept fails its run when that ends. */
  async keepSnapshot(snapshot: Snapshot & { runId: RunId }): Promise<void> {
    const { runId } = snapshot
    const saving = Promise.all([this.#snapshots.get(runId), this.store.saveSnapshot(snapshot)])
    this.#snapshots.set(runId, saving)
    // A failure is heard where the run ends.
    await saving.catch(() => undefined)
    await this.pool.snapshotStored(runId).catch(() => undefined)
  }

  /** A run whose checkpoint cannot be kept still has its earlier one, or its beginning. */
  async keepCheckpoint(checkpoint: Checkpoint & { runId: RunId }): Promise<void> {
    const { runId } = checkpoint
    const saving = this.store.saveCheckpoint(checkpoint).then(
      () => true,
      (error: unknown) => {
        console.error(`A checkpoint of run ${runId} was not kept: ${errorMessage(error)}`)
        return false
      },
    )
    this.#checkpoints.set(runId, saving)
    await saving
    await this.pool.checkpointStored(runId).catch(() => undefined)
  }

  /** Rejects when a snapshot of the run could not be kept. */
  async snapshotsStored(runId: RunId): Promise<void> {
    await this.#snapshots.get(runId)
  }

  /** Whether the last checkpoint of a run since `forget` is in the store. */
  async hasCheckpoint(runId: RunId): Promise<boolean> {
    return (await this.#checkpoints.get(runId)) ?? false
  }

  /** The run begins, or has ended. */
  forget(runId: RunId): void {
    this.#snapshots.delete(runId)
    this.#checkpoints.delete(runId)
  }
}
