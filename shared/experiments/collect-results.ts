/** Gathers what figures need of an experiment from a lab: its runs, their series and predictions, the results of its analyses. */
import { decode } from '../api/codec'
import type { ExperimentId, RunId } from '../api/ids'
import type { LabApi } from '../api/lab-api'
import type { AnalysisSummary } from '../api/records'
import { drawnSeries } from './drawn-series'
import { readPredictionsInParts, readSeriesInParts } from './in-parts'
import { readExperiment, readWholeResult } from './records-in-parts'
import type { AnalysisResults, ExperimentResults, RunResults } from './results'

type Source = Pick<LabApi, 'getExperiment' | 'readSeries' | 'readPredictions' | 'readResult' | 'readResultPart'>

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
  const { experiment, runs: own, analyses, sourceRuns } = await readExperiment(source, experimentId)
  const runs = [...own, ...sourceRuns]
  const runIds = runs.map(({ runId }) => runId)
  const [series, predictions, results] = await Promise.all([
    readSeriesInParts(source, { runIds, names: drawnSeries(experiment.kind, runs), buckets }),
    readPredictionsInParts(source, { runIds }),
    Promise.all(analyses.map((analysis) => readAnalysis(source, analysis))),
  ])
  const byRun = new Map<RunId, RunResults>(runs.map((run) => [run.runId, { run, series: {} }]))
  for (const { runId, name, data } of series) byRun.get(runId)!.series[name] = data
  for (const { runId, step, epoch, values } of predictions) byRun.get(runId)!.prediction = { step, epoch, values }
  return { experiment, runs: [...byRun.values()], analyses: results }
}

/** An analysis with its result, or what there is of it. */
export async function readAnalysis(
  source: Pick<LabApi, 'readResult' | 'readResultPart'>,
  analysis: AnalysisSummary,
): Promise<AnalysisResults> {
  const bytes = await readWholeResult(source, analysis.analysisId)
  return { analysis, result: bytes === null ? null : decode(bytes) }
}
