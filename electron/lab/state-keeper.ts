/** What running runs record on its way into the store: batches, weights and checkpoints; training hears when each of the last two has arrived. */
import { errorMessage, isLabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { Checkpoint, RunBatch, Snapshot, StoreApi } from '../../shared/api/store-api'
import type { TrainingPool } from './training-pool'

export class StateKeeper {
  /** Batches and snapshots; rejects when one of them could not be kept. */
  readonly #recorded = new Map<RunId, Promise<void>>()
  readonly #checkpoints = new Map<RunId, Promise<boolean>>()

  constructor(
    private readonly store: StoreApi,
    private readonly pool: TrainingPool,
  ) {}

  /** A batch that the store did not take fails its run when that ends. */
  keepBatch(batch: RunBatch): void {
    const { runId } = batch
    const taking = this.store.append(batch).catch((error: unknown) => {
      // It was taken, and waits in the store with what came before it.
      if (isLabError(error, 'store/unwritable')) return
      console.error(`Run ${runId} was not recorded: ${errorMessage(error)}`)
      throw error
    })
    void this.#remember(runId, taking)
  }

  /** A snapshot that cannot be kept fails its run when that ends. */
  async keepSnapshot(snapshot: Snapshot & { runId: RunId }): Promise<void> {
    const { runId } = snapshot
    await this.#remember(runId, this.store.saveSnapshot(snapshot))
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

  /** Rejects when something that the run recorded could not be kept. */
  async everythingStored(runId: RunId): Promise<void> {
    await this.#recorded.get(runId)
  }

  /** Resolves with the work, whatever became of it: a failure is heard where the run ends. */
  async #remember(runId: RunId, work: Promise<void>): Promise<void> {
    const both = bothOf(this.#recorded.get(runId), work)
    this.#recorded.set(runId, both)
    await both.catch(() => undefined)
  }

  /** Whether the last checkpoint of a run since `forget` is in the store. */
  async hasCheckpoint(runId: RunId): Promise<boolean> {
    return (await this.#checkpoints.get(runId)) ?? false
  }

  /** The run begins, or has ended. */
  forget(runId: RunId): void {
    this.#recorded.delete(runId)
    this.#checkpoints.delete(runId)
  }
}

/** Unlike Promise.all it keeps no results, which of a long run would be many. */
async function bothOf(one: Promise<void> | undefined, other: Promise<void>): Promise<void> {
  await Promise.allSettled([one, other])
  await one
  await other
}
