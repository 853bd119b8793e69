/** What the store keeps and the lab answers with: experiments, runs, series, frames. */
import type { LabErrorCode } from './errors'
import type { ExperimentKindId } from '../experiments/kind'
import type { RunSpec, SeriesName } from '../experiments/run-spec'
import type { AnalysisKindId, AnalysisNumbers } from '../analyses/kind'
import type { AnalysisId, ExperimentId, RunId } from './ids'

/**
 * queued → running ⇄ paused → finished | stopped (by a person) | diverged | failed (an error, see `error`) |
 * interrupted (its process or the app died; what was recorded until then is there).
 */
export const runStatuses = [
  'queued',
  'running',
  'paused',
  'finished',
  'stopped',
  'diverged',
  'failed',
  'interrupted',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** A run in one of these will not change any more. */
export const endedStatuses = [
  'finished',
  'stopped',
  'diverged',
  'failed',
  'interrupted',
] as const satisfies readonly RunStatus[]

export function isEnded(status: RunStatus): boolean {
  return (endedStatuses as readonly RunStatus[]).includes(status)
}

export interface SeriesSummary {
  count: number
  last: number
  lastStep: number
  /** The lowest and the highest value, NaN passed over, with the step at which each first came; NaN where there is none. */
  min: number
  minStep: number
  max: number
  maxStep: number
  /** One of these two, by `better` in seriesMeanings; NaN of what is only observed, where neither end is good. */
  best: number
  bestStep: number
}

/** How the phase of a run that minimises the gradient norm ended. Values are exact, at the weights that the run ended with. */
export interface GradientPhaseOutcome {
  /** Last step of the ordinary phase; those of this phase count on from it. */
  switchStep: number
  /** `finished`: after its most steps. `stalled`: no step lowers the norm any more. Only `reached` is at its target. */
  reason: 'reached' | 'finished' | 'stalled' | 'stopped' | 'diverged'
  /** Steps of this phase. */
  steps: number
  /** Of the mean loss over the whole training set. */
  loss: number
  gradientNorm: number
}

export interface RunSummary {
  runId: RunId
  experimentId: ExperimentId
  /** Place in the experiment's plan, from 0. */
  position: number
  label: string
  group: string
  groupIndex: number
  facet: string
  spec: RunSpec
  /**
   * SHA-256 of the content of the data set (electron/datasets/content.ts) that the spec takes its samples from, as hex. null: functions
   * and drawn digits, whose samples the spec alone decides; a run of a Basin that did not keep it.
   */
  dataSha256: string | null
  parameterCount: number
  seed: number
  status: RunStatus
  /** Why a run failed or where it diverged; null otherwise. */
  error: string | null
  /** Steps and epochs completed. */
  steps: number
  epochs: number
  stepsPerEpoch: number
  totalSteps: number
  durationMs: number
  /** How the second phase ended; null without one, or where the run did not come to it. */
  gradientPhase: GradientPhaseOutcome | null
  /** Unix time in milliseconds. */
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  series: Partial<Record<SeriesName, SeriesSummary>>
}

/**
 * queued → running → finished | stopped | failed | interrupted; again `queued` when it is asked for again. Waiting for its runs is
 * `queued` too.
 */
export const analysisStatuses = ['queued', 'running', 'finished', 'stopped', 'failed', 'interrupted'] as const
export type AnalysisStatus = (typeof analysisStatuses)[number]

/**
 * Samples that an analysis of a run read, against those that it was trained on. `made`: Basin makes them from the spec, so they are the
 * same. `unknown`: the run is of a Basin that did not keep what it was trained on.
 */
export interface AskedData {
  /** Of the data set that was read; null for `made`. */
  sha256: string | null
  relation: 'made' | 'same' | 'other' | 'unknown'
}

/** What a result rests on. */
export interface Provenance {
  /** 'native, avx512' in parts, and Basin's version. */
  engine: { name: string; simd: string }
  version: string
  /** The snapshots that were read: for each run its label and their steps; and its data, absent in results of older Basins. */
  runs: { runId: RunId; label: string; steps: number[]; data?: AskedData }[]
  /** Same question of the same runs, answered before. */
  cached: boolean
}

export interface AnalysisSummary {
  analysisId: AnalysisId
  experimentId: ExperimentId
  /** Place in the experiment's plan, from 0. */
  position: number
  kind: AnalysisKindId
  label: string
  group: string
  groupIndex: number
  facet: string
  /** As the kind's schema in shared/analyses. */
  spec: unknown
  runIds: RunId[]
  /** A person asked for it with whatever data are here, where those of the runs are not. */
  otherData: boolean
  status: AnalysisStatus
  /** Why it failed; null otherwise. With its code, so that a page can offer what helps. */
  error: { code: LabErrorCode; message: string } | null
  /** Share of the work done, [0, 1]. */
  share: number
  durationMs: number
  startedAt: number | null
  endedAt: number | null
  /** Named numbers of the result; null until there is one. */
  summary: AnalysisNumbers | null
  provenance: Provenance | null
}

/** Rows of the runs table: a run with what its experiment is called. */
export interface RunRow extends RunSummary {
  experimentName: string
  kind: ExperimentKindId
}

export interface ExperimentSummary {
  experimentId: ExperimentId
  kind: ExperimentKindId
  name: string
  /** The spec as it was started, valid for the kind's schema at that time. */
  spec: unknown
  createdAt: number
  /** Number of runs by status. */
  runCounts: Partial<Record<RunStatus, number>>
  /** Number of analyses by status. */
  analysisCounts: Partial<Record<AnalysisStatus, number>>
}

export interface ExperimentDetail {
  experiment: ExperimentSummary
  /** In plan order. */
  runs: RunSummary[]
  /** In plan order. */
  analyses: AnalysisSummary[]
  /** Older runs that analyses of this experiment ask, as far as they are still there. */
  sourceRuns: RunSummary[]
}

/** A series, exact or as an envelope. */
export interface SeriesData {
  /** Steps of the points, ascending. For an envelope: the last step of each bucket. */
  steps: Float64Array
  values: Float64Array
  /** Only in an envelope: the extremes of each bucket; `values` is then the last value of the bucket. */
  min?: Float64Array
  max?: Float64Array
  /** Number of exact points this stands for. */
  count: number
}

/** What identifies one stored snapshot of a run's weights. */
export interface SnapshotInfo {
  step: number
  /** Epochs completed by then. */
  epoch: number
  /** What it takes up in the database. */
  bytes: number
}

/** What identifies one stored frame. */
export interface FrameInfo {
  step: number
  epoch: number
}
