/**
 * The queue: starts runs in order on as many cores as there are, and follows each to its end. It records every change of status in the
 * store and tells the lab; it knows nothing of clients.
 */
import { errorMessage, isLabError } from '../../shared/api/errors'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { isEnded, type RunStatus } from '../../shared/api/records'
import type { NewRun, RunBatch, Snapshot, StoreApi } from '../../shared/api/store-api'
import type { TrainOutcome } from '../../shared/api/training-api'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { WorkerHost } from '../host/worker-host'
import { ExperimentTracker } from './run-tracker'
import { startWeights } from './start-weights'
import { TrainingPool } from './training-pool'

export interface SchedulerOptions {
  host: WorkerHost
  store: StoreApi
  /** Runs at the same time. */
  cores: number
  datasetFolders: string[]
  /** Cores that something else than training has right now. */
  busyElsewhere(): number
  /** A run trained to its end. */
  onTrained?(spec: RunSpec, steps: number, durationMs: number): void
  /** Something about the runs of this experiment changed (status or progress). */
  onChange(experimentId: ExperimentId, what: 'status' | 'progress'): void
}

type QueuedRun = Pick<NewRun, 'runId' | 'spec' | 'totalSteps'>

interface Queued {
  tracker: ExperimentTracker
  run: QueuedRun
}

export class Scheduler {
  readonly pool: TrainingPool
  readonly #queue: Queued[] = []
  readonly #trackers = new Map<ExperimentId, ExperimentTracker>()
  readonly #experimentOfRun = new Map<RunId, ExperimentTracker>()
  readonly #active = new Set<Promise<void>>()
  readonly #stopping = new Set<RunId>()
  /** Snapshots of running runs on their way into the store. */
  readonly #snapshots = new Map<RunId, Promise<unknown>>()
  #closed = false

  constructor(private readonly options: SchedulerOptions) {
    this.pool = new TrainingPool(options.host, {
      onBatch: (batch) => this.#record(batch),
      onSnapshot: (snapshot) => void this.#keepSnapshot(snapshot),
    })
  }

  /** Queues the runs of an experiment, in their order. */
  add(experimentId: ExperimentId, runs: readonly NewRun[], expectedStepMs: (run: NewRun) => number | null): void {
    const tracker = new ExperimentTracker(experimentId, runs)
    this.#trackers.set(experimentId, tracker)
    for (const run of runs) {
      const stepMs = expectedStepMs(run)
      if (stepMs !== null) tracker.expectStepMs(run.runId, stepMs)
      this.#experimentOfRun.set(run.runId, tracker)
      this.#queue.push({ tracker, run })
    }
    this.next()
  }

  tracker(experimentId: ExperimentId): ExperimentTracker | undefined {
    return this.#trackers.get(experimentId)
  }

  get trackers(): ExperimentTracker[] {
    return [...this.#trackers.values()]
  }

  /** Runs that train right now. */
  get running(): number {
    return this.trackers.reduce((count, tracker) => count + tracker.runIds('running').length, 0)
  }

  /** Whether a run is still to end. */
  isOpen(runId: RunId): boolean {
    const tracker = this.#experimentOfRun.get(runId)
    return tracker !== undefined && !isEnded(tracker.statusOf(runId))
  }

  async pause(experimentId: ExperimentId): Promise<void> {
    const tracker = this.#trackers.get(experimentId)
    if (!tracker || tracker.paused) return
    tracker.paused = true
    await Promise.all(
      tracker.runIds('running').map(async (runId) => {
        await this.pool.pause(runId)
        await this.#setStatus(tracker, runId, 'paused')
      }),
    )
    this.options.onChange(experimentId, 'status')
    this.next()
  }

  async resume(experimentId: ExperimentId): Promise<void> {
    const tracker = this.#trackers.get(experimentId)
    if (!tracker || !tracker.paused) return
    tracker.paused = false
    await Promise.all(
      tracker.runIds('paused').map(async (runId) => {
        await this.#setStatus(tracker, runId, 'running')
        await this.pool.resume(runId)
      }),
    )
    this.options.onChange(experimentId, 'status')
    this.next()
  }

  async stop(experimentId: ExperimentId): Promise<void> {
    const tracker = this.#trackers.get(experimentId)
    if (!tracker) return
    // All of them leave the queue before anything is waited for: a core that gets free now must not start one.
    const queued = tracker.runIds('queued')
    for (const runId of queued) this.#dequeue(runId)
    tracker.paused = false
    await Promise.all([...queued.map((runId) => this.#end(tracker, runId, 'stopped')), this.#stopActive(tracker)])
    this.#forgetWhenDone(tracker)
  }

  /** Stops everything; resolves when the store knows. */
  async close(): Promise<void> {
    this.#closed = true
    this.#queue.length = 0
    await Promise.all(this.trackers.map((tracker) => this.#stopActive(tracker)))
    await Promise.all(this.#active)
    this.pool.close()
  }

  async #stopActive(tracker: ExperimentTracker): Promise<void> {
    await Promise.all(
      tracker.runIds('running', 'paused').map((runId) => {
        this.#stopping.add(runId)
        return this.pool.stop(runId)
      }),
    )
  }

  /** Starts what can start: called whenever a core gets free. */
  next(): void {
    if (this.#closed) return
    while (this.running + this.options.busyElsewhere() < this.options.cores) {
      const index = this.#queue.findIndex(({ tracker }) => !tracker.paused)
      if (index < 0) return
      const [queued] = this.#queue.splice(index, 1)
      // The status changes at once, so that the loop sees this run as active.
      queued!.tracker.setStatus(queued!.run.runId, 'running')
      const ending = this.#train(queued!)
      this.#active.add(ending)
      void ending.finally(() => {
        this.#active.delete(ending)
        this.next()
      })
    }
  }

  /** Runs share the cores; the last ones of a queue, or a single one, take what the others leave. */
  #threadsForOne(): number {
    const waiting = this.#queue.filter(({ tracker }) => !tracker.paused).length
    const cores = this.options.cores - this.options.busyElsewhere()
    return Math.max(1, Math.floor(cores / Math.max(1, this.running + waiting)))
  }

  /** Never rejects: what goes wrong is the run's status and error. */
  async #train({ tracker, run }: Queued): Promise<void> {
    const { runId, spec } = run
    try {
      await this.options.store.updateRun({ runId, status: 'running', startedAt: Date.now() })
      this.options.onChange(tracker.experimentId, 'status')
      const { datasetFolders } = this.options
      const start = await startWeights(this.options.store, spec)
      const threads = this.#threadsForOne()
      const training = this.pool.train({ runId, spec, datasetFolders, threads, ...(start && { start }) })
      // Waited for below; until then its failure is nobody's surprise.
      training.catch(() => undefined)
      // Asked for before there was a process to ask.
      if (tracker.paused) await this.pool.pause(runId)
      if (this.#stopping.has(runId)) await this.pool.stop(runId)
      const outcome = await training
      if (outcome.reason === 'finished') this.options.onTrained?.(spec, outcome.step, outcome.durationMs)
      await this.#finish(tracker, runId, outcome)
    } catch (error) {
      const status = isLabError(error, 'worker/died') ? 'interrupted' : 'failed'
      await this.#end(tracker, runId, status, errorMessage(error))
    }
    this.#stopping.delete(runId)
    this.#snapshots.delete(runId)
    this.#forgetWhenDone(tracker)
  }

  async #finish(tracker: ExperimentTracker, runId: RunId, outcome: TrainOutcome): Promise<void> {
    const { step, epoch, durationMs, parameters, buffers, gradientPhase } = outcome
    await this.#snapshots.get(runId)
    await this.options.store.saveSnapshot({ runId, step, epoch, parameters, ...(buffers && { buffers }) })
    const error = outcome.reason === 'diverged' ? `The loss was no longer a finite number at step ${step}.` : null
    await this.options.store.updateRun({ runId, durationMs, ...(gradientPhase && { gradientPhase }) })
    await this.#end(tracker, runId, outcome.reason, error)
  }

  async #end(tracker: ExperimentTracker, runId: RunId, status: RunStatus, error: string | null = null): Promise<void> {
    tracker.setStatus(runId, status)
    await this.options.store
      .updateRun({ runId, status, error, endedAt: Date.now() })
      // A store that is gone is the lab's trouble (it says so to its clients); the queue must not hang on it.
      .catch((problem: unknown) => console.error(`The end of run ${runId} was not stored: ${errorMessage(problem)}`))
    this.options.onChange(tracker.experimentId, 'status')
  }

  async #setStatus(tracker: ExperimentTracker, runId: RunId, status: RunStatus): Promise<void> {
    if (isEnded(tracker.statusOf(runId))) return
    tracker.setStatus(runId, status)
    await this.options.store.updateRun({ runId, status })
  }

  #record(batch: RunBatch): void {
    const tracker = this.#experimentOfRun.get(batch.runId)
    if (!tracker) return
    tracker.record(batch)
    this.options.store
      .append(batch)
      .catch((error: unknown) => console.error(`Run ${batch.runId} was not recorded: ${errorMessage(error)}`))
    this.options.onChange(tracker.experimentId, 'progress')
  }

  /** A snapshot that cannot be kept fails its run when that ends. */
  async #keepSnapshot(snapshot: Snapshot & { runId: RunId }): Promise<void> {
    const { runId } = snapshot
    const saving = Promise.all([this.#snapshots.get(runId), this.options.store.saveSnapshot(snapshot)])
    this.#snapshots.set(runId, saving)
    // A failure is heard where the run ends.
    await saving.catch(() => undefined)
    await this.pool.snapshotStored(runId).catch(() => undefined)
  }

  #dequeue(runId: RunId): void {
    const index = this.#queue.findIndex(({ run }) => run.runId === runId)
    if (index >= 0) this.#queue.splice(index, 1)
  }

  #forgetWhenDone(tracker: ExperimentTracker): void {
    if (!tracker.done) return
    this.#trackers.delete(tracker.experimentId)
    for (const [runId, owner] of this.#experimentOfRun) if (owner === tracker) this.#experimentOfRun.delete(runId)
    this.options.onChange(tracker.experimentId, 'status')
  }
}
