/** The contract of an analysis process: one question at a time, answered from runs that it is given. */
import type { AnalysisKindId, AnalysisNumbers } from '../analyses/kind'
import type { AnalysisId, RunId } from './ids'
import type { RunSummary } from './records'
import type { ServedMethods } from './rpc'
import type { Snapshot } from './store-api'

export interface AnalysisApi {
  /** A snapshot of a run that `analyse` will ask, ascending by step; one at a time, since all together may be large. */
  addSnapshot(argument: { analysisId: AnalysisId; runId: RunId; snapshot: Snapshot }): Promise<void>
  /** Answers, and forgets the snapshots. @throws what made it fail; `engine/canceled` after `stop`. */
  analyse(argument: AnalyseArgument): Promise<AnalysisAnswer>
  stop(argument: { analysisId: AnalysisId }): Promise<void>
}

export interface AnalyseArgument {
  analysisId: AnalysisId
  kind: AnalysisKindId
  spec: unknown
  /** With the content of the data set that is to be read. */
  runs: RunSummary[]
  /** Where data sets are looked for, in this order. */
  datasetFolders: string[]
  /** Cores that it may have. */
  threads: number
  /** What an earlier attempt had, as bytes of the codec. */
  previous?: Uint8Array
}

export interface AnalysisAnswer {
  /** Bytes of the codec. */
  result: Uint8Array
  summary: AnalysisNumbers
  engine: { name: string; simd: string }
}

export interface AnalysisProgressReport {
  analysisId: AnalysisId
  /** [0, 1] */
  share: number
  /** What there is of the result, as bytes of the codec. */
  partial?: Uint8Array
}

/** What an analysis process calls on its lab. */
export interface AnalysisClientApi {
  onProgress(report: AnalysisProgressReport): void
}

/** The lab is the one client; it has parsed what came from outside. */
export const analysisMethods: ServedMethods<AnalysisApi> = {
  addSnapshot: 'trusted',
  analyse: 'trusted',
  stop: 'trusted',
}
