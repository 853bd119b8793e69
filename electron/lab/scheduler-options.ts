/** What the scheduler is given: the lab around it, and what is to be trained. */
import type { PlainError } from '../../shared/api/errors'
import type { ExperimentId } from '../../shared/api/ids'
import type { RunStatus } from '../../shared/api/records'
import type { NewRun, StoreApi } from '../../shared/api/store-api'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { WorkerHost } from '../host/worker-host'
import type { KnownRun } from './run-tracker'

export interface SchedulerOptions {
  host: WorkerHost
  store: StoreApi
  /** Runs at the same time. */
  cores: number
  datasetFolders: string[]
  /** What trains when the lab closes is queued, for the lab that opens next, instead of stopped. */
  goesOn?: boolean
  /** Shortest time between two checkpoints of a run; absent: what training thinks right. */
  checkpointEveryMs?: number
  /** Cores that something else than training has right now. */
  busyElsewhere(): number
  /** Whether a run can have the data it is trained on. @throws LabError `dataset/missing`, `dataset/damaged`, `dataset/changed` */
  checkData(run: NewRun): Promise<void>
  /** Milliseconds that a step of a run probably takes; null: who knows. */
  expectedStepMs(run: NewRun): number | null
  /** A run trained to its end. @param siblings runs of its experiment, that one too */
  onTrained?(spec: RunSpec, steps: number, durationMs: number, siblings: number): void
  /** Something about the runs of this experiment changed (status or progress). */
  onChange(experimentId: ExperimentId, what: 'status' | 'progress'): void
}

/** Why nothing may begin any more. */
export type Refusal = Pick<PlainError, 'code' | 'message'>

/** A run to train, and where it stands: queued, paused (it waits for a person), or with a record that it goes on with or replaces. */
export type RunToTrain = NewRun & { status?: RunStatus; hasStarted?: boolean }

export interface ExperimentToTrain {
  experimentId: ExperimentId
  /** All its runs, also those that have ended. */
  all: readonly KnownRun[]
  /** In the order in which they start. */
  runs: readonly RunToTrain[]
}
