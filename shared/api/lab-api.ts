/**
 * The one contract between a lab and everything that shows it: window, browser, command line. Served over Electron IPC, WebSocket and
 * in memory. Arguments are parsed by `labSchemas` where they arrive.
 */
import { z } from 'zod'
import { experimentKindIds, type ExperimentKindId } from '../experiments/kind'
import { seriesNameSchema, type SeriesName } from '../experiments/run-spec'
import { datasetNames, type DatasetInfo, type DatasetName } from '../data/datasets'
import { plainText } from '../text/visible'
import type { ContractSchemas } from './contract'
import type { LabErrorCode } from './errors'
import {
  analysisIdSchema,
  experimentIdSchema,
  runIdSchema,
  type AnalysisId,
  type ExperimentId,
  type RunId,
} from './ids'
import type { AnalysisStatus, SnapshotInfo } from './records'
import type { ExperimentDetail, ExperimentSummary, FrameInfo, RunRow, RunStatus, SeriesData } from './records'

export interface LabApi {
  about(argument: Record<string, never>): Promise<LabStatus>

  /** What a spec would cost, measured on this machine: a few steps of each distinct network are timed. */
  estimate(argument: SpecArgument): Promise<Estimate>
  /** Plans, stores and queues. @throws `spec/invalid` with paths, `dataset/missing`, `dataset/changed`; then nothing was written. */
  startExperiment(argument: StartArgument): Promise<{ experimentId: ExperimentId }>
  pauseExperiment(argument: { experimentId: ExperimentId }): Promise<void>
  /** Goes on with paused runs. */
  resumeExperiment(argument: { experimentId: ExperimentId }): Promise<void>
  /** Ends running and queued runs as `stopped`; what they recorded stays. */
  stopExperiment(argument: { experimentId: ExperimentId }): Promise<void>
  /**
   * Runs that were interrupted go on from their checkpoint; without one, and where they were stopped or failed, they start again from the
   * beginning, in place. Analyses go on.
   * @param retrain also runs whose weights an analysis missed, of whatever experiment they are
   * @param fromStart all of them from the beginning
   */
  retryExperiment(argument: { experimentId: ExperimentId; retrain?: boolean; fromStart?: boolean }): Promise<void>
  /** Runs hold where they are, or wait before they begin, until they are resumed. */
  pauseRuns(argument: { runIds: RunId[] }): Promise<void>
  resumeRuns(argument: { runIds: RunId[] }): Promise<void>
  /** Ends runs that train or wait as `stopped`. */
  stopRuns(argument: { runIds: RunId[] }): Promise<void>
  /** The same for single runs, and the analyses that ask them are asked again. */
  retryRuns(argument: { runIds: RunId[]; fromStart?: boolean }): Promise<void>
  /** Moves waiting runs to an end of the queue; among themselves they keep their order. */
  moveRuns(argument: { runIds: RunId[]; to: 'front' | 'back' }): Promise<void>
  /** Runs that wait for a core, of all experiments, next one first. */
  listQueue(argument: Record<string, never>): Promise<RunId[]>
  renameExperiment(argument: { experimentId: ExperimentId; name: string }): Promise<void>
  /**
   * Hides an experiment and its runs at once; `restoreExperiment` undoes it until the lab closes, which deletes for good. While the disk is
   * full that is after some seconds: it is then what the space is needed for.
   */
  deleteExperiment(argument: { experimentId: ExperimentId }): Promise<void>
  restoreExperiment(argument: { experimentId: ExperimentId }): Promise<void>

  /** Newest first. */
  listExperiments(argument: { limit?: number }): Promise<ExperimentSummary[]>
  /**
   * @param positions only runs and analyses of these places in the plan, and older runs of these places in their list
   * @throws `answer/too-large`; `readExperiment` asks in parts then
   */
  getExperiment(argument: { experimentId: ExperimentId; positions?: Positions }): Promise<ExperimentDetail>
  /**
   * All runs ever made, newest experiment first, in plan order within it.
   * @param after only those that come after this one in the list
   * @throws `answer/too-large`; `readAllRuns` asks in parts then
   */
  listRuns(argument: { after?: RunId; limit?: number }): Promise<RunRow[]>
  /** Where an experiment and its unfinished runs are right now. */
  getProgress(argument: { experimentId: ExperimentId }): Promise<ExperimentProgress>

  /**
   * Series in one go; absent ones are left out. `buckets` asks for an envelope of at most so many points; without it all points.
   * @throws `answer/too-large`; `readSeriesInParts` asks in parts then
   */
  readSeries(argument: ReadSeriesArgument): Promise<SeriesOfRun[]>
  /** Steps at which predictions were stored, ascending. */
  listFrames(argument: { runId: RunId }): Promise<FrameInfo[]>
  /** Steps after which a run's weights were kept, ascending. */
  listSnapshots(argument: { runId: RunId }): Promise<SnapshotInfo[]>
  /** Gives space back: of each run's weights the last stay. @throws `argument/invalid` while it runs */
  deleteSnapshots(argument: { experimentId: ExperimentId }): Promise<void>
  /** For each run the latest prediction at or before `epoch` (absent: the latest). Runs without one are left out. @throws `answer/too-large` */
  readPredictions(argument: { runIds: RunId[]; epoch?: number }): Promise<PredictionOfRun[]>

  /**
   * The result of an analysis as bytes of the codec, whole or so far; null before there is any.
   * @throws `answer/too-large`; `readWholeResult` asks in parts then
   */
  readResult(argument: { analysisId: AnalysisId }): Promise<Uint8Array | null>
  /** Bytes [from, to) of it, as far as there are any. */
  readResultPart(argument: { analysisId: AnalysisId; from: number; to: number }): Promise<ResultPart | null>

  listDatasets(argument: Record<string, never>): Promise<DatasetState[]>
  /** Starts or goes on with a download; progress comes as events. Resolves when it is verified and in place. */
  fetchDataset(argument: { dataset: DatasetName }): Promise<void>
  cancelFetch(argument: { dataset: DatasetName }): Promise<void>
  /** Imports files or a folder (idx, idx.gz, CIFAR binary, each also gzipped). All or nothing. */
  importDataset(argument: { dataset: DatasetName; paths: string[] }): Promise<void>
  /** Deletes a version; runs that were trained on it can then neither go on nor be analysed. @throws `argument/invalid` where there is none */
  removeDatasetVersion(argument: { dataset: DatasetName; sha256: string }): Promise<void>
  /** The first images of each class, for a look: [count, channels, height, width] bytes. */
  sampleDataset(argument: { dataset: DatasetName; count: number }): Promise<DatasetSample>
}

export interface SpecArgument {
  kind: ExperimentKindId
  /** Parsed by the kind's own schema. */
  spec: unknown
  quick?: boolean
}

export interface StartArgument extends SpecArgument {
  name?: string
  from?: StartFile
  /** Analyses use the data that are here where those that runs were trained on are not, and say so on every figure. */
  otherData?: boolean
}

/** A safetensors file of weights that all runs of an experiment start from. */
export interface StartFile {
  name: string
  bytes: Uint8Array
}

export interface LabStatus {
  version: string
  /** 'native, avx512, 2 threads' in parts. */
  engine: { name: string; simd: string; threads: number }
  home: string
  runCount: number
  storedBytes: number
  running: number
  queued: number
  /** Analyses that run or wait. */
  analyses: number
  /** Time left for everything queued, in milliseconds; null while unknown. */
  etaMs: number | null
  /** Why nothing can be recorded right now, so that what trains holds and nothing starts; null: all is well. */
  storeProblem: StoreProblem | null
}

export interface StoreProblem {
  code: LabErrorCode
  message: string
  /** Unix time in milliseconds. */
  since: number
}

export interface Estimate {
  runs: number
  analyses: number
  steps: number
  /** Distinct networks with their size. */
  models: { label: string; parameterCount: number }[]
  /** By the clock, as such experiments go. */
  timeMs: number
  /** At most, where runs search for something and end when they have found it; null where the time does not depend on what is found. */
  mostMs: number | null
  storedBytes: number
  /** The part of storedBytes that weights take. */
  snapshotBytes: number
}

export interface RunProgress {
  runId: RunId
  status: RunStatus
  steps: number
  epochs: number
  totalSteps: number
  stepsPerSecond: number
  /** null while unknown. */
  etaMs: number | null
}

export interface AnalysisProgress {
  analysisId: AnalysisId
  status: AnalysisStatus
  /** [0, 1] */
  share: number
  /** null while unknown. */
  etaMs: number | null
}

export interface ExperimentProgress {
  experimentId: ExperimentId
  runCount: number
  endedRuns: number
  /** Share of all steps and analyses done, [0, 1]; an analysis counts as much as a run. */
  share: number
  stepsPerSecond: number
  etaMs: number | null
  /** All that is left waits for a person to go on. */
  paused: boolean
  /** Those that have begun and not ended: of hundreds few, so that telling of them eight times a second costs nothing. */
  runs: RunProgress[]
  /** Empty once all have ended. */
  analyses: AnalysisProgress[]
}

export interface ReadSeriesArgument {
  runIds: RunId[]
  names: SeriesName[]
  buckets?: number
  /** Only points of steps in [fromStep, toStep]. */
  fromStep?: number
  toStep?: number
}

/** [from, to) */
export interface Positions {
  from: number
  to: number
}

export interface ResultPart {
  bytes: Uint8Array
  /** Bytes of the whole. */
  size: number
  /** The same as long as the result is. */
  version: string
}

export interface SeriesOfRun {
  runId: RunId
  name: SeriesName
  data: SeriesData
}

export interface PredictionOfRun extends FrameInfo {
  runId: RunId
  /** The network's output [M] over `plotGrid` of the run's data. */
  values: Float32Array
}

export interface DatasetState {
  info: DatasetInfo
  /** `partial`: fewer samples than the full set (a test subset, say). */
  state: 'ready' | 'partial' | 'missing' | 'fetching' | 'damaged'
  trainSize: number
  testSize: number
  /** Folder the files are in; null for built-in and missing ones. */
  folder: string | null
  bytes: number
  /** Sets that another one took the place of, newest first; runs that were trained on them go on using them. */
  versions: DatasetVersion[]
  /** While fetching. */
  fetchedBytes: number
  totalBytes: number
  /** What is wrong with it, or how the last download failed; null otherwise. */
  problem: string | null
}

/** A data set that was replaced, kept whole. */
export interface DatasetVersion {
  /** Its content, as runs keep it: hex. */
  sha256: string
  trainSize: number
  testSize: number
  bytes: number
  /** When it was put in place, ISO 8601. */
  date: string
  /** Where its files came from: addresses or paths. */
  source: string[]
  folder: string
}

export interface DatasetSample {
  shape: [number, number, number, number]
  pixels: Uint8Array
  labels: Uint8Array
}

/** Events say what changed; clients re-read. At most ten a second for a run that is training. */
export type LabEvent =
  | { type: 'experiments-changed' }
  | { type: 'experiment-changed'; experimentId: ExperimentId }
  | { type: 'progress'; progress: ExperimentProgress }
  | { type: 'status-changed'; status: LabStatus }
  | { type: 'datasets-changed' }
  | { type: 'store-problem'; problem: StoreProblem | null }

/** What a lab calls on its clients. */
export interface LabClientApi {
  onLabEvent(event: LabEvent): void
}

const none = z.strictObject({}) as z.ZodType<Record<string, never>>
const ofExperiment = z.strictObject({ experimentId: experimentIdSchema })
const ofDataset = z.strictObject({ dataset: z.enum(datasetNames) })
const specArgument = { kind: z.enum(experimentKindIds), spec: z.unknown(), quick: z.boolean().optional() }
const distinct = (list: readonly string[]) => new Set(list).size === list.length
const runIds = z.array(runIdSchema).max(10_000).refine(distinct, 'must not name a run twice')
const someRunIds = runIds.min(1)
const range = z.strictObject({ from: z.int().min(0), to: z.int().min(0) })
const ofRuns = z.strictObject({ runIds: someRunIds })

export const experimentNameSchema = plainText(z.string().trim().min(1).max(200))

export const labSchemas: ContractSchemas<LabApi> = {
  about: none,
  estimate: z.strictObject(specArgument),
  startExperiment: z.strictObject({
    ...specArgument,
    name: experimentNameSchema.optional(),
    from: z.strictObject({ name: plainText(z.string().min(1).max(1000)), bytes: z.instanceof(Uint8Array) }).optional(),
    otherData: z.boolean().optional(),
  }),
  pauseExperiment: ofExperiment,
  resumeExperiment: ofExperiment,
  stopExperiment: ofExperiment,
  pauseRuns: ofRuns,
  resumeRuns: ofRuns,
  stopRuns: ofRuns,
  retryRuns: ofRuns.extend({ fromStart: z.boolean().optional() }),
  moveRuns: z.strictObject({ runIds: someRunIds, to: z.enum(['front', 'back']) }),
  listQueue: none,
  retryExperiment: z.strictObject({
    experimentId: experimentIdSchema,
    retrain: z.boolean().optional(),
    fromStart: z.boolean().optional(),
  }),
  renameExperiment: z.strictObject({
    experimentId: experimentIdSchema,
    name: plainText(z.string().trim().min(1).max(200)),
  }),
  deleteExperiment: ofExperiment,
  restoreExperiment: ofExperiment,
  listExperiments: z.strictObject({ limit: z.int().min(1).optional() }),
  getExperiment: z.strictObject({ experimentId: experimentIdSchema, positions: range.optional() }),
  listRuns: z.strictObject({ after: runIdSchema.optional(), limit: z.int().min(1).optional() }),
  getProgress: ofExperiment,
  readSeries: z.strictObject({
    runIds,
    names: z.array(seriesNameSchema).refine(distinct, 'must not name a series twice'),
    buckets: z.int().min(1).max(100_000).optional(),
    fromStep: z.number().optional(),
    toStep: z.number().optional(),
  }),
  listFrames: z.strictObject({ runId: runIdSchema }),
  listSnapshots: z.strictObject({ runId: runIdSchema }),
  deleteSnapshots: ofExperiment,
  readPredictions: z.strictObject({ runIds, epoch: z.number().min(0).optional() }),
  readResult: z.strictObject({ analysisId: analysisIdSchema }),
  readResultPart: z.strictObject({ analysisId: analysisIdSchema, ...range.shape }),
  listDatasets: none,
  fetchDataset: ofDataset,
  cancelFetch: ofDataset,
  importDataset: z.strictObject({
    dataset: z.enum(datasetNames),
    paths: z.array(z.string().min(1).max(4096)).min(1).max(100),
  }),
  removeDatasetVersion: z.strictObject({ dataset: z.enum(datasetNames), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  sampleDataset: z.strictObject({ dataset: z.enum(datasetNames), count: z.int().min(1).max(1000) }),
}
