/**
 * The contract of the store process, the only one that opens the database. Its one client is the lab, so arguments are trusted types;
 * the lab has parsed what came from outside.
 */
import type { ExperimentKindId } from '../experiments/kind'
import type { RunSpec, SeriesName } from '../experiments/run-spec'
import type { AnalysisKindId, AnalysisNumbers } from '../analyses/kind'
import type { LabErrorCode, PlainError } from './errors'
import type { AnalysisId, ExperimentId, RunId } from './ids'
import type {
  AnalysisStatus,
  AnalysisSummary,
  ExperimentDetail,
  ExperimentSummary,
  FrameInfo,
  GradientPhaseOutcome,
  Provenance,
  RunRow,
  RunStatus,
  RunSummary,
  SnapshotInfo,
} from './records'
import type { ResultPart, SeriesOfRun } from './lab-api'
import type { ServedMethods } from './rpc'

/**
 * Whatever writes may reject with `store/unwritable`: the disk is full, say. Then nothing was changed, and it can be tried again. What is
 * too large for the whole disk rejects with `store/too-large` instead.
 */
export interface StoreApi {
  /**
   * Opens (and migrates) the database in a folder. As the one writer it takes the folder's lock and marks what a dead lab left
   * running as `interrupted`; what waited, queued or paused, goes on waiting. @throws `lab/busy` when another writer holds the lock, `store/newer` when a later
   * Basin made the database, `store/damaged`.
   */
  open(argument: {
    home: string
    mode: 'write' | 'read'
    holder?: LockHolder
    /** Where nothing can be written, it is opened for reading; `flush` then tries to open it for writing. */
    orRead?: boolean
  }): Promise<PlainError | null>
  /** Tells those who meet the folder's lock where its holder can be reached. */
  announce(argument: { address: string }): Promise<void>
  /** Writes everything that waits, deletes what was deleted, closes. */
  close(argument: Record<string, never>): Promise<void>

  createExperiment(argument: NewExperiment): Promise<void>
  renameExperiment(argument: { experimentId: ExperimentId; name: string }): Promise<void>
  setExperimentDeleted(argument: { experimentId: ExperimentId; deleted: boolean }): Promise<void>
  /** Forgets what these runs recorded and queues them again. */
  resetRuns(argument: { runIds: RunId[] }): Promise<void>
  /** Queues runs again that go on with what they recorded, as far as there is a checkpoint. */
  requeueRuns(argument: { runIds: RunId[] }): Promise<void>
  /** Forgets what a run recorded after its checkpoint, to go on from there. Null: it has none, and nothing was done. */
  rewindRun(argument: { runId: RunId }): Promise<Checkpoint | null>
  updateRun(argument: RunUpdate): Promise<void>
  /** The same for all of them; `endedAt` where they end with it. */
  setRunStatus(argument: { runIds: RunId[]; status: RunStatus; endedAt?: number }): Promise<void>
  /** Queues again what was under way when a lab died, unless that has happened to it before. */
  requeueInterrupted(argument: Record<string, never>): Promise<void>
  /** Runs that wait, paused ones too, next ones first. */
  readQueue(argument: Record<string, never>): Promise<RunId[]>
  /** Keeps the order of these runs for `readQueue`; others that wait come after them. */
  orderQueue(argument: { runIds: RunId[] }): Promise<void>
  /** Runs that can be seen, in the order asked for. @throws `run/not-found` */
  getRuns(argument: { runIds: RunId[] }): Promise<RunSummary[]>
  /** Queues analyses again. @param keepsResults what there is of their results stays, to go on from. */
  resetAnalyses(argument: { analysisIds: AnalysisId[]; keepsResults: boolean }): Promise<void>
  updateAnalysis(argument: AnalysisUpdate): Promise<void>
  saveResult(argument: StoredResult): Promise<void>
  /** What there is of a result; null before that. @throws `analysis/not-found` */
  readResult(argument: { analysisId: AnalysisId }): Promise<Uint8Array | null>
  /** Bytes [from, to) of it. */
  readResultPart(argument: { analysisId: AnalysisId; from: number; to: number }): Promise<ResultPart | null>
  /** A finished result with the same identity. */
  findResult(argument: { identity: string }): Promise<KnownResult | null>
  /**
   * Appends what a run recorded. Durable within a second. @throws `store/unwritable` when what came before could not be written; the batch is
   * taken all the same, waits with the rest and must not come again
   */
  append(argument: RunBatch): Promise<void>
  /** Writes all that waits, and something in any case. @throws `store/unwritable` */
  flush(argument: Record<string, never>): Promise<void>
  /** Weights of a run after a step. Replaces a snapshot of the same step. */
  saveSnapshot(argument: Snapshot & { runId: RunId }): Promise<void>
  /** What a run goes on from when its training was cut off. Replaces the one before; goes when the run ends, unless it was interrupted. */
  saveCheckpoint(argument: Checkpoint & { runId: RunId }): Promise<void>
  /** Keeps a file of weights that runs start from, by its SHA-256, as long as there is such a run. */
  saveStartFile(argument: { sha256: string; file: Uint8Array }): Promise<void>
  readStartFile(argument: { sha256: string }): Promise<Uint8Array | null>
  /** Forgets snapshots and gives their space back. `keepLast`: but for the last of each run. */
  deleteSnapshots(argument: { runIds: RunId[]; keepLast: boolean }): Promise<void>

  listExperiments(argument: { limit?: number }): Promise<ExperimentSummary[]>
  getExperiment(argument: { experimentId: ExperimentId }): Promise<ExperimentDetail>
  /** @throws `answer/too-large` */
  listRuns(argument: { after?: RunId; limit?: number }): Promise<RunRow[]>
  readSeries(argument: {
    runIds: RunId[]
    names: SeriesName[]
    buckets?: number
    fromStep?: number
    toStep?: number
  }): Promise<SeriesOfRun[]>
  listFrames(argument: { runId: RunId }): Promise<FrameInfo[]>
  /** The latest frame at or before an epoch of each run that has one. */
  readFrames(argument: { runIds: RunId[]; epoch?: number }): Promise<StoredFrame[]>
  /** Ascending by step. */
  listSnapshots(argument: { runId: RunId }): Promise<SnapshotInfo[]>
  /** The snapshot after a step, absent: the last one; null when there is none. */
  readSnapshot(argument: { runId: RunId; step?: number }): Promise<Snapshot | null>
  statistics(argument: Record<string, never>): Promise<{ runCount: number; storedBytes: number }>
  /** Analyses of any experiment that can be seen which ask this run, oldest first. */
  listAnalysesAsking(argument: { runId: RunId }): Promise<AnalysisSummary[]>
  /** What finished runs and analyses took, oldest first: of each the newest hundreds. */
  readPastCosts(argument: Record<string, never>): Promise<PastCosts>
  /** Reads all of a folder's database, without opening it for more, and compares it with its checksums. */
  check(argument: { home: string }): Promise<CheckReport>
  /** What is wrong with the database that is being read, as far as opening it has shown; null: nothing. */
  readDamage(argument: Record<string, never>): Promise<string | null>
}

/** Durations, and what they are of; `siblings`: runs or analyses of the same experiment, which shared the cores. */
export interface PastCosts {
  runs: { spec: RunSpec; steps: number; durationMs: number; siblings: number }[]
  analyses: {
    kind: AnalysisKindId
    spec: unknown
    /** The first of the runs that it asked, and how many there were. */
    asked: RunSpec
    runs: number
    durationMs: number
    siblings: number
  }[]
}

/** Something in a database that is not what was stored, and what it belongs to as far as that can still be told. */
export interface CheckProblem {
  what: string
  experimentId?: ExperimentId
  experiment?: string
  runId?: RunId
  /** Of the run or the analysis. */
  label?: string
}

export interface CheckReport {
  file: string
  isWhole: boolean
  problems: CheckProblem[]
  /** Rows looked at, by table. */
  counts: Record<string, number>
  /** Rows with bytes that were written before Basin kept checksums: they can be unpacked, and no more can be told. */
  withoutChecksum: number
}

/** What a store tells its lab unasked. */
export interface StoreClientApi {
  /** It writes nothing any more: the lock or the database was taken away, or the database is damaged. Told once. */
  onStopped(reason: PlainError): void
}

/** Who has a folder open for writing. */
export interface LockHolder {
  pid: number
  /** Milliseconds since 1970. */
  startedAt: number
  /** Of a lab that is served, without what lets one in. */
  address?: string
}

/** What a network has learned until a step: enough to evaluate it again. */
export interface Snapshot {
  step: number
  /** Epochs completed. */
  epoch: number
  /** Flat, as parameterLayout says; in what the run computes in. */
  parameters: Float32Array | Float64Array
  /** Running statistics of batch normalisation, where the network has any. */
  buffers?: Float64Array
}

/** What a training was after a step: enough to go on as if nothing had happened, to the bit. */
export interface Checkpoint {
  step: number
  /** Epochs completed. */
  epoch: number
  /** Time spent training until then. */
  durationMs: number
  /** Of the engine's session. */
  state: Uint8Array
}

/** What is known of a run before it starts. */
export type NewRun = Pick<
  RunSummary,
  | 'runId'
  | 'position'
  | 'label'
  | 'group'
  | 'groupIndex'
  | 'facet'
  | 'spec'
  | 'parameterCount'
  | 'stepsPerEpoch'
  | 'totalSteps'
> &
  Partial<Pick<RunSummary, 'dataSha256'>>

export interface NewExperiment {
  experimentId: ExperimentId
  kind: ExperimentKindId
  name: string
  spec: unknown
  createdAt: number
  runs: NewRun[]
  analyses: NewAnalysis[]
}

/** What is known of an analysis before it starts. */
export type NewAnalysis = Pick<
  AnalysisSummary,
  'analysisId' | 'position' | 'kind' | 'label' | 'group' | 'groupIndex' | 'facet' | 'spec' | 'runIds'
> &
  Partial<Pick<AnalysisSummary, 'otherData'>>

/** Absent fields stay as they are. */
export interface AnalysisUpdate {
  analysisId: AnalysisId
  status?: AnalysisStatus
  error?: { code: LabErrorCode; message: string } | null
  share?: number
  durationMs?: number
  startedAt?: number
  endedAt?: number
}

/** Bytes of the codec; only a whole result has the rest. */
export interface StoredResult {
  analysisId: AnalysisId
  result: Uint8Array
  summary?: AnalysisNumbers
  provenance?: Provenance
  /** What it was computed from. */
  identity?: string
}

export type KnownResult = Required<Pick<StoredResult, 'result' | 'summary' | 'provenance'>>

/** Absent fields stay as they are. */
export interface RunUpdate {
  runId: RunId
  status?: RunStatus
  error?: string | null
  durationMs?: number
  gradientPhase?: GradientPhaseOutcome
  dataSha256?: string
  startedAt?: number
  endedAt?: number
  /** Interrupted by nothing that is of the run: the next session that goes on queues it again. */
  goesOnLater?: boolean
}

/** Points of a series. Per-step series are regular: `steps` absent, firstStep, firstStep + 1, ... */
export interface SeriesBatch {
  name: SeriesName
  firstStep?: number
  steps?: Float64Array
  values: Float32Array | Float64Array
}

export interface RunBatch {
  runId: RunId
  steps: number
  epochs: number
  durationMs: number
  series: SeriesBatch[]
  frames: { step: number; epoch: number; values: Float32Array }[]
}

export interface StoredFrame extends FrameInfo {
  runId: RunId
  values: Float32Array
}

/** The lab is the one client; it has parsed what came from outside. */
export const storeMethods: ServedMethods<StoreApi> = {
  open: 'trusted',
  announce: 'trusted',
  close: 'trusted',
  createExperiment: 'trusted',
  renameExperiment: 'trusted',
  setExperimentDeleted: 'trusted',
  resetRuns: 'trusted',
  requeueRuns: 'trusted',
  rewindRun: 'trusted',
  updateRun: 'trusted',
  setRunStatus: 'trusted',
  requeueInterrupted: 'trusted',
  readQueue: 'trusted',
  orderQueue: 'trusted',
  getRuns: 'trusted',
  resetAnalyses: 'trusted',
  updateAnalysis: 'trusted',
  saveResult: 'trusted',
  readResult: 'trusted',
  readResultPart: 'trusted',
  findResult: 'trusted',
  append: 'trusted',
  flush: 'trusted',
  saveSnapshot: 'trusted',
  saveCheckpoint: 'trusted',
  saveStartFile: 'trusted',
  readStartFile: 'trusted',
  deleteSnapshots: 'trusted',
  listExperiments: 'trusted',
  getExperiment: 'trusted',
  listRuns: 'trusted',
  readSeries: 'trusted',
  listFrames: 'trusted',
  readFrames: 'trusted',
  listSnapshots: 'trusted',
  readSnapshot: 'trusted',
  statistics: 'trusted',
  listAnalysesAsking: 'trusted',
  readPastCosts: 'trusted',
  check: 'trusted',
  readDamage: 'trusted',
}
