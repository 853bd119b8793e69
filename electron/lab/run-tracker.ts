/** Where each unfinished run is and how fast it goes: speeds, shares and time left of runs and experiments. */
import type { ExperimentProgress, RunProgress } from '../../shared/api/lab-api'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { isEnded, type RunStatus, type RunSummary } from '../../shared/api/records'
import type { Checkpoint, RunBatch } from '../../shared/api/store-api'
import { mean } from '../../shared/math/mean'

/** What a tracker has to know of a run at first. */
export type KnownRun = Pick<RunSummary, 'runId' | 'status' | 'steps' | 'epochs' | 'totalSteps'>

/** What the tracker remembers of one run. */
interface TrackedRun {
  runId: RunId
  status: RunStatus
  steps: number
  epochs: number
  totalSteps: number
  durationMs: number
  /** Smoothed; 0 until two batches came. */
  stepsPerSecond: number
  /** Estimate from before the start, so that queued runs count in the time left; null when unknown. */
  expectedStepMs: number | null
}

const beginning = { step: 0, epoch: 0, durationMs: 0 }

const unmeasured = { durationMs: 0, stepsPerSecond: 0, expectedStepMs: null }

/** Weight of the newest speed in the moving average. */
const newest = 0.3

export class ExperimentTracker {
  readonly #runs: Map<RunId, TrackedRun>

  /** @param runs all of the experiment, also those that have ended */
  constructor(
    readonly experimentId: ExperimentId,
    runs: readonly KnownRun[],
  ) {
    this.#runs = new Map(runs.map((run) => [run.runId, { ...run, ...unmeasured }]))
  }

  /** A run starts, from the beginning or where it was. */
  restart(runId: RunId, { step, epoch, durationMs }: Omit<Checkpoint, 'state'> = beginning): void {
    Object.assign(this.#get(runId), { steps: step, epochs: epoch, durationMs, stepsPerSecond: 0 })
  }

  expectStepMs(runId: RunId, stepMs: number): void {
    this.#get(runId).expectedStepMs = stepMs
  }

  setStatus(runId: RunId, status: RunStatus): void {
    this.#get(runId).status = status
  }

  record(batch: RunBatch): void {
    const run = this.#get(batch.runId)
    const steps = batch.steps - run.steps
    const elapsedMs = batch.durationMs - run.durationMs
    if (steps > 0 && elapsedMs > 0) {
      const speed = (1000 * steps) / elapsedMs
      run.stepsPerSecond = run.stepsPerSecond === 0 ? speed : newest * speed + (1 - newest) * run.stepsPerSecond
    }
    run.steps = batch.steps
    run.epochs = batch.epochs
    run.durationMs = batch.durationMs
  }

  statusOf(runId: RunId): RunStatus {
    return this.#get(runId).status
  }

  runIds(...statuses: RunStatus[]): RunId[] {
    return [...this.#runs.values()].filter(({ status }) => statuses.includes(status)).map(({ runId }) => runId)
  }

  get runCount(): number {
    return this.#runs.size
  }

  get done(): boolean {
    return this.#open.length === 0
  }

  /** All that is left waits for a person. */
  get paused(): boolean {
    return !this.done && this.#open.every(({ status }) => status === 'paused')
  }

  get #open(): TrackedRun[] {
    return [...this.#runs.values()].filter(({ status }) => !isEnded(status))
  }

  /** Milliseconds of one core's work that are left, that of paused runs left out; null while unknown. */
  remainingWorkMs(): number | null {
    let total = 0
    const known = [...this.#runs.values()].flatMap((run) => this.#stepMs(run) ?? [])
    const typical = known.length > 0 ? mean(known) : null
    for (const run of this.#open) {
      if (run.status === 'paused') continue
      const stepMs = this.#stepMs(run) ?? typical
      if (stepMs === null) return null
      total += (run.totalSteps - run.steps) * stepMs
    }
    return total
  }

  progress(cores: number): ExperimentProgress {
    const runs = [...this.#runs.values()]
    const working = this.#open.filter(({ status }) => status !== 'paused').length
    const begun = this.#open.filter(({ status, steps }) => status === 'running' || steps > 0)
    const total = runs.reduce((sum, run) => sum + run.totalSteps, 0)
    const completed = runs.reduce((sum, run) => sum + (isEnded(run.status) ? run.totalSteps : run.steps), 0)
    const remaining = this.remainingWorkMs()
    return {
      experimentId: this.experimentId,
      share: total > 0 ? completed / total : 1,
      stepsPerSecond: runs.reduce((sum, run) => sum + speedOf(run), 0),
      etaMs: remaining === null || this.paused ? null : remaining / Math.max(1, Math.min(cores, working)),
      paused: this.paused,
      runCount: runs.length,
      endedRuns: runs.length - this.#open.length,
      runs: begun.map((run) => this.#runProgress(run)),
      analyses: [],
    }
  }

  #runProgress(run: TrackedRun): RunProgress {
    const stepMs = this.#stepMs(run)
    return {
      runId: run.runId,
      status: run.status,
      steps: run.steps,
      epochs: run.epochs,
      totalSteps: run.totalSteps,
      stepsPerSecond: speedOf(run),
      etaMs: stepMs === null ? null : (run.totalSteps - run.steps) * stepMs,
    }
  }

  #stepMs(run: TrackedRun): number | null {
    return run.stepsPerSecond > 0 ? 1000 / run.stepsPerSecond : run.expectedStepMs
  }

  #get(runId: RunId): TrackedRun {
    const run = this.#runs.get(runId)
    if (!run) throw new Error(`Run ${runId} is not of experiment ${this.experimentId}.`)
    return run
  }
}

/** A paused run keeps its speed for the time left, but goes nowhere. */
function speedOf({ status, stepsPerSecond }: TrackedRun): number {
  return status === 'running' ? stepsPerSecond : 0
}
