/**
 * The results of an experiment as figures see them: its runs, their series, their prediction frames, what analyses found. Plain data, no
 * ids resolved.
 */
import type { AnalysisSummary, ExperimentSummary, FrameInfo, RunSummary, SeriesData } from '../api/records'
import type { SeriesName } from './run-spec'

/** A prediction of a run's network over its plot grid, after some epoch. */
export interface Frame extends FrameInfo {
  /** [M] for the one output of a function network. */
  values: Float32Array
}

export interface RunResults {
  run: RunSummary
  series: Partial<Record<SeriesName, SeriesData>>
  /** The frame to draw (the latest, or the one that a slider chose); absent before the first. */
  prediction?: Frame
}

export interface AnalysisResults {
  analysis: AnalysisSummary
  /** What the kind in shared/analyses says; of one that still runs what it has so far; null before that. */
  result: unknown
}

export interface ExperimentResults {
  experiment: ExperimentSummary
  /** In plan order; then older runs that analyses ask. */
  runs: RunResults[]
  /** In plan order. */
  analyses: AnalysisResults[]
}

/** Runs that belong together under one name. */
export interface NamedRuns {
  label: string
  runs: RunResults[]
}

/** The runs of each model, whose groups are numbered model by model. @param perModel groups of each */
export function runsByModel(
  models: readonly { label: string }[],
  runs: readonly RunResults[],
  perModel: number,
): NamedRuns[] {
  return models.map(({ label }, index) => ({
    label,
    runs: runs.filter(({ run }) => Math.floor(run.groupIndex / perModel) === index),
  }))
}
