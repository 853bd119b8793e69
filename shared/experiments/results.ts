/** The results of an experiment as figures see them: its runs, their series, their prediction frames. Plain data, no ids resolved. */
import type { ExperimentSummary, FrameInfo, RunSummary, SeriesData } from '../api/records'
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

export interface ExperimentResults {
  experiment: ExperimentSummary
  /** In plan order. */
  runs: RunResults[]
}
