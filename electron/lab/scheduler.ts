/**
 * The queue: starts runs in order on as many cores as there are, and follows each to its end. It records every change of status in the
 * store and tells the lab; it knows nothing of clients. Pausing, stopping and moving are of runs; an experiment is all of its runs.
 * A run with a checkpoint goes on from there, whatever ended the process that had it.
 */
import { errorMessage, isDataProblem, isLabError, type LabError } from '../../shared/api/errors'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { isEnded, type RunStatus } from '../../shared/api/records'
import type { Checkpoint, RunBatch, RunUpdate } from '../../shared/api/store-api'
import type { TrainOutcome } from '../../shared/api/training-api'
import { atMost } from './at-most'
import { untilDataAreBack } from './run-data'
import { RunQueue, type QueuedRun } from './run-queue'
import { ExperimentTracker } from './run-tracker'
import type { ExperimentToTrain, Refusal, RunToTrain, SchedulerOptions } from './scheduler-options'
import { startWeights } from './start-weights'
import { StateKeeper } from './state-keeper'
import { TrainingPool } from './training-pool'
import { isWorkerGone } from './worker-pool'

/** A run from when it is queued until it has ended. */
interface OpenRun extends QueuedRun {
  tracker: ExperimentTracker
  run: RunToTrain
  /** Its process is there, holding it. */
  isHeld: boolean
  /** There is something of it in the store. */
  hasRecord: boolean
}

/** How long closing waits for what is still to be kept: at most about a long step. */
const lastCheckpointsMs = 3000

export class Scheduler {
  readonly pool: TrainingPool
  readonly #queue = new RunQueue<OpenRun>()
  readonly #trackers = new Map<ExperimentId, ExperimentTracker>()
  readonly #open = new Map<RunId, OpenRun>()
  readonly #active = new Set<Promise<void>>()
  readonly #stopping = new Set<RunId>()
  /** Of those that stop, the ones that the next lab goes on with. */
  readonly #postponed = new Set<RunId>()
  readonly #keeper: StateKeeper
  /** Nothing can be recorded. */
  #onHold = false
  /** Nothing may begin any more. */
  #refusal: Refusal | undefined
  #closed = false

  constructor(private readonly options: SchedulerOptions) {
    this.pool = new TrainingPool(options.host, {
      onBatch: (batch) => this.#record(batch),
      onSnapshot: (snapshot) => void this.#keeper.keepSnapshot(snapshot),
      onCheckpoint: (checkpoint) => void this.#keeper.keepCheckpoint(checkpoint),
    })
    this.#keeper = new StateKeeper(options.store, this.pool)
  }

  /** Queues runs. @param order of all that wait then; absent: as they come */
  add(experiments: readonly ExperimentToTrain[], order?: readonly RunId[]): void {
    for (const experiment of experiments) {
      const { experimentId, all } = experiment
      const tracker = this.#trackers.get(experimentId) ?? new ExperimentTracker(experimentId, all)
      this.#trackers.set(experimentId, tracker)
      for (const run of experiment.runs) this.#add(tracker, run)
    }
    if (order) this.#queue.arrange(order)
    if (this.#refusal) void this.refuse(this.#refusal)
    this.next()
  }

  #add(tracker: ExperimentTracker, run: RunToTrain): void {
    const { runId } = run
    const stepMs = this.options.expectedStepMs(run)
    if (stepMs !== null) tracker.expectStepMs(runId, stepMs)
    const hasRecord = run.hasStarted ?? false
    if (!hasRecord) tracker.restart(runId)
    tracker.setStatus(runId, run.status === 'paused' ? 'paused' : 'queued')
    const open = { runId, tracker, run, isHeld: false, hasRecord }
    this.#open.set(runId, open)
    this.#queue.add(open)
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

  /** Runs that wait for a core, next one first. */
  get queue(): RunId[] {
    return this.#queue.all.filter(isWaiting).map(({ runId }) => runId)
  }

  /** Whether a run is still to end. */
  isOpen(runId: RunId): boolean {
    const open = this.#open.get(runId)
    return open !== undefined && !isEnded(statusOf(open))
  }

  /** @returns whether any of these runs trained or waited */
  async pause(runIds: readonly RunId[]): Promise<boolean> {
    const waiting = this.#openOf(runIds, 'queued')
    const running = this.#openOf(runIds, 'running')
    // All of them before anything is waited for: a core that gets free now must not start one.
    for (const open of running) open.isHeld = true
    for (const { tracker, runId } of [...waiting, ...running]) tracker.setStatus(runId, 'paused')
    await Promise.all([
      this.#store('paused', waiting),
      ...running.map(async (open) => {
        await this.pool.pause(open.runId)
        if (statusOf(open) === 'paused') await this.#store('paused', [open])
      }),
    ])
    this.#tell([...waiting, ...running])
    this.next()
    return waiting.length + running.length > 0
  }

  /** Those that had begun go on first. @returns whether any was paused */
  async resume(runIds: readonly RunId[]): Promise<boolean> {
    const paused = this.#openOf(runIds, 'paused')
    for (const { tracker, runId } of paused) tracker.setStatus(runId, 'queued')
    const held = paused.filter(({ isHeld }) => isHeld)
    for (const open of held) this.#queue.add(open)
    this.#queue.move(held, 'front')
    await this.#store('queued', paused)
    this.#tell(paused)
    this.next()
    return paused.length > 0
  }

  /** @returns whether any of them was still to end */
  async stop(runIds: readonly RunId[]): Promise<boolean> {
    const open = this.#openOf(runIds, 'queued', 'running', 'paused')
    const [active, waiting] = [open.filter(hasBegun), open.filter((one) => !hasBegun(one))]
    // All of them leave the queue before anything is waited for: a core that gets free now must not start one.
    this.#queue.remove(...open)
    for (const { tracker, runId } of waiting) tracker.setStatus(runId, 'stopped')
    await Promise.all([this.#store('stopped', waiting, Date.now()), this.#stopActive(active)])
    this.#tell(waiting)
    for (const tracker of new Set(waiting.map((one) => one.tracker))) this.#forgetWhenDone(tracker)
    return open.length > 0
  }

  /** Moves waiting runs to an end of the queue, in their order there. @returns whether any of them waits */
  async move(runIds: readonly RunId[], to: 'front' | 'back'): Promise<boolean> {
    const moved = this.#openOf(runIds, 'queued', 'paused').filter((open) => this.#queue.has(open))
    if (moved.length === 0) return false
    this.#queue.move(moved, to)
    await this.options.store.orderQueue({ runIds: this.#queue.all.map(({ runId }) => runId) })
    this.#tell(moved)
    return true
  }

  /** While nothing can be recorded: what trains holds where it is and nothing starts. Statuses stay, for they are what a person asked for. */
  hold(isOnHold: boolean): void {
    this.#onHold = isOnHold
    for (const { runId } of this.#openOf([...this.#open.keys()], 'running'))
      void (isOnHold ? this.pool.pause(runId) : this.pool.resume(runId))
    this.next()
  }

  /** From now on nothing begins: what waits is interrupted, for this reason; what trains, or was held on its way, goes on. */
  async refuse(why: Refusal): Promise<void> {
    this.#refusal = why
    const waiting = this.#openOf([...this.#open.keys()], 'queued').filter(({ isHeld }) => !isHeld)
    this.#queue.remove(...waiting)
    await Promise.all(waiting.map((open) => this.#end(open, 'interrupted', why.message, true)))
    for (const tracker of new Set(waiting.map((open) => open.tracker))) this.#forgetWhenDone(tracker)
  }

  /** Ends what trains, as `stopped` or for the next lab to go on with; resolves when the store knows. */
  async close(goesOn = this.options.goesOn ?? false): Promise<void> {
    this.#closed = true
    const active = [...this.#open.values()].filter((open) => !isEnded(statusOf(open)) && hasBegun(open))
    const goOnLater = goesOn ? active.filter(({ runId }) => !this.#stopping.has(runId)) : []
    for (const { runId } of goOnLater) this.#postponed.add(runId)
    await atMost(lastCheckpointsMs, Promise.all(goOnLater.map(({ runId }) => this.pool.checkpoint(runId))))
    await this.#stopActive(active)
    await Promise.all(this.#active)
    this.pool.close()
  }

  async #stopActive(runs: readonly OpenRun[]): Promise<void> {
    await Promise.all(
      runs.map(({ runId }) => {
        this.#stopping.add(runId)
        return this.pool.stop(runId)
      }),
    )
  }

  /** Starts what can start: called whenever a core gets free. */
  next(): void {
    if (this.#closed || this.#onHold) return
    while (this.running + this.options.busyElsewhere() < this.options.cores) {
      const open = this.#queue.takeFirst(isWaiting)
      if (!open) return
      // The status changes at once, so that the loop sees this run as active.
      open.tracker.setStatus(open.runId, 'running')
      if (open.isHeld) void this.#goOn(open)
      else this.#start(open)
    }
  }

  #start(open: OpenRun): void {
    const ending = this.#train(open)
    this.#active.add(ending)
    void ending.finally(() => {
      this.#active.delete(ending)
      this.next()
    })
  }

  async #goOn(open: OpenRun): Promise<void> {
    open.isHeld = false
    await Promise.all([this.#store('running', [open]), this.pool.resume(open.runId)])
    this.#tell([open])
  }

  /** Runs share the cores; the last ones of a queue, or a single one, take what the others leave. */
  #threadsForOne(): number {
    const cores = this.options.cores - this.options.busyElsewhere()
    return Math.max(1, Math.floor(cores / Math.max(1, this.running + this.queue.length)))
  }

  /** Never rejects: what goes wrong is the run's status and error. */
  async #train(open: OpenRun): Promise<void> {
    const { tracker, run, runId } = open
    try {
      const outcome = await this.#trainToEnd(open)
      const { reason, step, durationMs } = outcome
      if (reason === 'finished') this.options.onTrained?.(run.spec, step, durationMs, tracker.runCount)
      await this.#finish(open, outcome)
    } catch (error) {
      if (isWorkerGone(error) && this.#postponed.has(runId)) await this.#postpone(open)
      else if (isDataProblem(error)) await this.#awaitData(open, error)
      else await this.#end(open, isWorkerGone(error) ? 'interrupted' : 'failed', errorMessage(error))
    }
    this.#queue.remove(open)
    this.#stopping.delete(runId)
    this.#keeper.forget(runId)
    this.#forgetWhenDone(tracker)
  }

  /** Once, or again from its checkpoint when its process dies that had come further. */
  async #trainToEnd(open: OpenRun): Promise<TrainOutcome> {
    const { runId } = open
    for (;;) {
      try {
        return await this.#trainFrom(open, await this.#rewind(open))
      } catch (error) {
        if (isLabError(error, 'checkpoint/unusable')) await this.options.store.resetRuns({ runIds: [runId] })
        else if (!(await this.#mayTryAgain(runId, error))) throw error
      }
    }
  }

  async #mayTryAgain(runId: RunId, error: unknown): Promise<boolean> {
    if (this.#closed || this.#stopping.has(runId)) return false
    // Nothing is wrong with the run; and if all of Basin is told to end, the lab hears of it presently.
    if (isLabError(error, 'worker/ended')) return true
    return isLabError(error, 'worker/died') && (await this.#keeper.hasCheckpoint(runId))
  }

  /** Makes a run's record that of the place it starts from. @returns its checkpoint; null: it starts from the beginning */
  async #rewind(open: OpenRun): Promise<Checkpoint | null> {
    const { store } = this.options
    const { runId, tracker, hasRecord } = open
    if (!hasRecord) return null
    // What it recorded stays as it is where it cannot go on.
    await this.options.checkData(open.run)
    const checkpoint = await store.rewindRun({ runId })
    if (!checkpoint) await store.resetRuns({ runIds: [runId] })
    tracker.restart(runId, checkpoint ?? undefined)
    return checkpoint
  }

  async #trainFrom(open: OpenRun, checkpoint: Checkpoint | null): Promise<TrainOutcome> {
    const { runId, tracker } = open
    const { store, datasetFolders, checkpointEveryMs } = this.options
    const { spec, dataSha256 } = open.run
    this.#keeper.forget(runId)
    await store.updateRun({ runId, status: statusOf(open), ...(!checkpoint && { startedAt: Date.now() }) })
    this.options.onChange(tracker.experimentId, 'status')
    const start = await startWeights(store, spec)
    const training = this.pool.train({
      runId,
      spec,
      ...(dataSha256 && { dataSha256 }),
      datasetFolders,
      threads: this.#threadsForOne(),
      ...(start && { start }),
      ...(checkpoint && { checkpoint }),
      ...(checkpointEveryMs !== undefined && { checkpointEveryMs }),
    })
    // Waited for below; until then its failure is nobody's surprise.
    training.catch(() => undefined)
    // Asked for before there was a process to ask.
    if (statusOf(open) !== 'running' || this.#onHold) await this.pool.pause(runId)
    if (this.#stopping.has(runId)) await this.pool.stop(runId)
    return training
  }

  async #finish(open: OpenRun, outcome: TrainOutcome): Promise<void> {
    const { runId } = open
    const { step, epoch, durationMs, parameters, buffers, gradientPhase } = outcome
    const { store } = this.options
    await this.#keeper.everythingStored(runId)
    if (outcome.reason === 'stopped' && this.#postponed.has(runId)) return this.#postpone(open)
    await store.saveSnapshot({ runId, step, epoch, parameters, ...(buffers && { buffers }) })
    const error = outcome.reason === 'diverged' ? `The loss was no longer a finite number at step ${step}.` : null
    await store.updateRun({ runId, durationMs, ...(gradientPhase && { gradientPhase }) })
    await this.#end(open, outcome.reason, error)
  }

  /** The next lab goes on with it. */
  async #postpone({ tracker, runId, isHeld }: OpenRun): Promise<void> {
    const status = isHeld ? 'paused' : 'queued'
    await this.#recordEnd({ runId, status })
    tracker.setStatus(runId, status)
  }

  async #end(open: OpenRun, status: RunStatus, error: string | null = null, goesOnLater = false): Promise<void> {
    const { tracker, runId } = open
    tracker.setStatus(runId, status)
    await this.#recordEnd({ runId, status, error, endedAt: Date.now(), goesOnLater })
    this.options.onChange(tracker.experimentId, 'status')
  }

  /** Nothing is wrong with the run: the next lab goes on with it where it is, if its data are there then. */
  async #awaitData(open: OpenRun, error: LabError): Promise<void> {
    await this.#end(open, 'interrupted', untilDataAreBack(error), true)
  }

  /** A store that is gone is the lab's trouble (it says so to its clients); the queue must not hang on it. */
  async #recordEnd(change: RunUpdate): Promise<void> {
    const tell = (why: unknown) => console.error(`The end of run ${change.runId} was not stored: ${errorMessage(why)}`)
    await this.options.store.updateRun(change).catch(tell)
  }

  async #store(status: RunStatus, runs: readonly OpenRun[], endedAt?: number): Promise<void> {
    if (runs.length === 0) return
    const runIds = runs.map(({ runId }) => runId)
    await this.options.store.setRunStatus({ runIds, status, ...(endedAt !== undefined && { endedAt }) })
  }

  #tell(runs: readonly OpenRun[]): void {
    for (const { experimentId } of new Set(runs.map(({ tracker }) => tracker)))
      this.options.onChange(experimentId, 'status')
  }

  #openOf(runIds: readonly RunId[], ...statuses: RunStatus[]): OpenRun[] {
    return runIds.flatMap((runId) => this.#open.get(runId) ?? []).filter((open) => statuses.includes(statusOf(open)))
  }

  #record(batch: RunBatch): void {
    const open = this.#open.get(batch.runId)
    if (!open) return
    open.hasRecord = true
    open.tracker.record(batch)
    this.#keeper.keepBatch(batch)
    this.options.onChange(open.tracker.experimentId, 'progress')
  }

  #forgetWhenDone(tracker: ExperimentTracker): void {
    if (!tracker.done) return
    this.#trackers.delete(tracker.experimentId)
    for (const [runId, open] of this.#open) if (open.tracker === tracker) this.#open.delete(runId)
    this.options.onChange(tracker.experimentId, 'status')
  }
}

const statusOf = ({ tracker, runId }: OpenRun) => tracker.statusOf(runId)

/** There is a process that knows of it. */
const hasBegun = (open: OpenRun) => open.isHeld || statusOf(open) === 'running'

/** What is paused keeps its place in the queue. */
const isWaiting = (open: OpenRun) => statusOf(open) === 'queued'
