/** Where each unfinished run is and how fast it goes: speeds, shares and time left of runs and experiments. */
import type { ExperimentProgress, RunProgress } from '../../shared/api/lab-api'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { isEnded, type RunStatus } from '../../shared/api/records'
import type { NewRun, RunBatch } from '../../shared/api/store-api'

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

/** Weight of the newest speed in the moving average. */
const newest = 0.3

export class ExperimentTracker {
  readonly #runs: Map<RunId, TrackedRun>
  paused = false

  constructor(
    readonly experimentId: ExperimentId,
    runs: readonly NewRun[],
  ) {
    this.#runs = new Map(
      runs.map(({ runId, totalSteps }) => [
        runId,
        {
          runId,
          status: 'queued',
          steps: 0,
          epochs: 0,
          totalSteps,
          durationMs: 0,
          stepsPerSecond: 0,
          expectedStepMs: null,
        },
      ]),
    )
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

  get done(): boolean {
    return [...this.#runs.values()].every(({ status }) => isEnded(status))
  }

  /** Milliseconds of one core's work that are left; null while unknown. */
  remainingWorkMs(): number | null {
    let total = 0
    const known = [...this.#runs.values()].flatMap((run) => this.#stepMs(run) ?? [])
    const typical = known.length > 0 ? known.reduce((a, b) => a + b) / known.length : null
    for (const run of this.#runs.values()) {
      if (isEnded(run.status)) continue
      const stepMs = this.#stepMs(run) ?? typical
      if (stepMs === null) return null
      total += (run.totalSteps - run.steps) * stepMs
    }
    return total
  }

  progress(cores: number): ExperimentProgress {
    const runs = [...this.#runs.values()].map((run) => this.#runProgress(run))
    const open = runs.filter(({ status }) => !isEnded(status))
    const total = runs.reduce((sum, run) => sum + run.totalSteps, 0)
    const completed = runs.reduce((sum, run) => sum + (isEnded(run.status) ? run.totalSteps : run.steps), 0)
    const remaining = this.remainingWorkMs()
    return {
      experimentId: this.experimentId,
      share: total > 0 ? completed / total : 1,
      stepsPerSecond: runs.reduce((sum, run) => sum + run.stepsPerSecond, 0),
      etaMs: remaining === null ? null : remaining / Math.max(1, Math.min(cores, open.length)),
      paused: this.paused,
      runs,
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
      // A paused run keeps its speed for the time left, but goes nowhere.
      stepsPerSecond: run.status === 'running' ? run.stepsPerSecond : 0,
      etaMs: stepMs === null || isEnded(run.status) ? null : (run.totalSteps - run.steps) * stepMs,
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
