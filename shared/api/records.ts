/** What the store keeps and the lab answers with: experiments, runs, series, frames. */
import type { ExperimentKindId } from '../experiments/kind'
import type { RunSpec, SeriesName } from '../experiments/run-spec'
import type { ExperimentId, RunId } from './ids'

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
  last: number
  /** Lowest or highest by seriesMeanings; of what is only observed, the last. */
  best: number
  count: number
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
  /** Unix time in milliseconds. */
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  series: Partial<Record<SeriesName, SeriesSummary>>
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
}

export interface ExperimentDetail {
  experiment: ExperimentSummary
  /** In plan order. */
  runs: RunSummary[]
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

/** What identifies one stored frame. */
export interface FrameInfo {
  step: number
  epoch: number
}
