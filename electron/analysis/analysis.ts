/** What an analysis is given to work with, and what it gives back. Each kind is one file in this folder and an entry in registry.ts. */
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import type { RunId } from '../../shared/api/ids'
import type { RunSummary } from '../../shared/api/records'
import type { Snapshot } from '../../shared/api/store-api'
import type { RunSamples } from '../datasets/run-samples'
import type { Engine, EngineSession, SessionOptions } from '../engines/engine'

/** A run that is asked, with the snapshots that the kind needs. */
export interface SubjectRun {
  run: RunSummary
  /** Ascending by step; the last is what the run ended with. Never empty. */
  snapshots: readonly Snapshot[]
}

export interface AnalysisContext<Spec, Result> {
  readonly spec: Spec
  readonly runs: readonly SubjectRun[]
  readonly engine: Engine
  /** Cores that this analysis may have; its numbers are the same with any. */
  readonly threads: number
  /**
   * A session with a run's network, loss and both sample sets, and the weights of its last snapshot. Disposed of by whoever asked.
   * @throws LabError `dataset/missing`
   */
  createSession(runId: RunId, options?: Pick<SessionOptions, 'precision' | 'threads'>): Promise<EngineSession>
  /** The samples a run trained and was tested on. @throws LabError `dataset/missing` */
  readSamples(runId: RunId): Promise<RunSamples>
  /** Share of the work done, [0, 1]; now and then what there is of the result, which is shown, kept, and given back after a stop. */
  progress(share: number, partial?: Result): void
  /** What an earlier attempt at the same question had when it was stopped. */
  readonly previous: Result | undefined
  /** Aborted when a person stops the analysis: it then ends soon with whatever error, often the engine's `engine/canceled`. */
  readonly signal: AbortSignal
}

export interface AnalysisOutcome<Result> {
  /** Plain data with typed arrays. */
  result: Result
  summary: AnalysisNumbers
}

export type AnalysisFunction<Spec, Result> = (
  context: AnalysisContext<Spec, Result>,
) => Promise<AnalysisOutcome<Result>>
