/** Gathers what figures need of an experiment from a lab: its runs, their series and predictions. */
import type { ExperimentId, RunId } from '../api/ids'
import type { LabApi } from '../api/lab-api'
import type { ExperimentResults, RunResults } from './results'
import type { SeriesName } from './run-spec'

/** The series that figures draw; the loss of single batches is there for export. */
export const drawnSeries = [
  'trainLoss',
  'trainAccuracy',
  'testLoss',
  'testAccuracy',
  'gradientNorm',
] as const satisfies readonly SeriesName[]

type Source = Pick<LabApi, 'getExperiment' | 'readSeries' | 'readPredictions'>

export interface CollectOptions {
  /** Envelopes of at most so many points; absent: every point. */
  buckets?: number
}

/** @throws LabError `experiment/not-found`. */
export async function collectResults(
  source: Source,
  experimentId: ExperimentId,
  { buckets }: CollectOptions = {},
): Promise<ExperimentResults> {
  const { experiment, runs } = await source.getExperiment({ experimentId })
  const runIds = runs.map(({ runId }) => runId)
  const [series, predictions] = await Promise.all([
    source.readSeries({ runIds, names: [...drawnSeries], buckets }),
    source.readPredictions({ runIds }),
  ])
  const results = new Map<RunId, RunResults>(runs.map((run) => [run.runId, { run, series: {} }]))
  for (const { runId, name, data } of series) results.get(runId)!.series[name] = data
  for (const { runId, step, epoch, values } of predictions) results.get(runId)!.prediction = { step, epoch, values }
  return { experiment, runs: [...results.values()], analyses: [] }
}
