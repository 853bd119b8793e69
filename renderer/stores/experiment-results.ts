/**
 * Reads the results of runs for drawing: envelopes of their series and one prediction each. A run is read again only when it has moved
 * on since. Holds big arrays, none of them reactive.
 */
import type { LabApi } from '../../shared/api/lab-api'
import type { RunId } from '../../shared/api/ids'
import type { FrameInfo, RunSummary, SeriesData } from '../../shared/api/records'
import { readPredictionsInParts, readSeriesInParts } from '../../shared/experiments/in-parts'
import type { Frame, RunResults } from '../../shared/experiments/results'
import { recordedSeries, seriesMeaning, type SeriesName } from '../../shared/experiments/run-spec'

export type ResultsLab = Pick<LabApi, 'readSeries' | 'readPredictions' | 'listFrames'>

const perEpoch = (name: SeriesName) => seriesMeaning(name).per === 'epoch'
const perStep = (name: SeriesName) => seriesMeaning(name).per === 'step'

/** Points for a curve: more than a chart is wide in pixels buys nothing. */
const bucketsOfEpochs = 1000
const bucketsOfSteps = 800
/** Points in memory and on screen for all runs of an experiment together. */
const pointBudget = 200_000
const fewestBuckets = 120

type SeriesOf = Partial<Record<SeriesName, SeriesData>>

/** Buckets of one curve when so many runs are drawn at once. */
export function bucketsFor(wanted: number, runCount: number): number {
  return Math.max(fewestBuckets, Math.min(wanted, Math.floor(pointBudget / Math.max(1, runCount))))
}

/** What a run had recorded when it was read; as long as it is the same there is nothing new. */
function stampOf(run: RunSummary): string {
  return `${run.status} ${run.steps} ${run.startedAt}`
}

export class ResultsReader {
  private readonly series = new Map<RunId, { stamp: string; buckets: number; series: SeriesOf }>()
  private readonly latest = new Map<RunId, { stamp: string; frame: Frame | undefined }>()

  constructor(private readonly lab: ResultsLab) {}

  /**
   * Results of runs in their order, as fresh as `runs` says they can be.
   * @param epoch which prediction; null: the latest.
   * @param names of the series to read, always the same for the same runs
   */
  async read(runs: readonly RunSummary[], epoch: number | null, names: readonly SeriesName[]): Promise<RunResults[]> {
    const [, frames] = await Promise.all([this.readSeries(runs, names), this.readFrames(runs, epoch)])
    return runs.map((run) => {
      const prediction = frames.get(run.runId)
      return { run, series: this.series.get(run.runId)?.series ?? {}, ...(prediction ? { prediction } : {}) }
    })
  }

  /** Epochs at which any of the runs has a prediction, ascending. Runs of an experiment share their schedule, so one is asked for each length. */
  async listEpochs(runs: readonly RunSummary[]): Promise<FrameInfo[]> {
    const furthest = new Map<number, RunSummary>()
    for (const run of runs) {
      const known = furthest.get(run.spec.epochs)
      if (run.steps > 0 && (!known || run.epochs > known.epochs)) furthest.set(run.spec.epochs, run)
    }
    const lists = await Promise.all([...furthest.values()].map(({ runId }) => this.lab.listFrames({ runId })))
    const byEpoch = new Map(lists.flat().map((frame) => [frame.epoch, frame]))
    return [...byEpoch.values()].sort((one, other) => one.epoch - other.epoch)
  }

  private async readSeries(runs: readonly RunSummary[], names: readonly SeriesName[]): Promise<void> {
    const buckets = bucketsFor(bucketsOfEpochs, runs.length)
    const isStale = (run: RunSummary) => {
      const known = this.series.get(run.runId)
      return !known || known.stamp !== stampOf(run) || known.buckets < buckets
    }
    const stale = runs.filter((run) => run.status !== 'queued' && isStale(run))
    if (stale.length === 0) return
    const runIds = stale.map((run) => run.runId)
    const stepBuckets = bucketsFor(bucketsOfSteps, runs.length)
    const parts = await Promise.all([
      readSeriesInParts(this.lab, { runIds, names: names.filter(perEpoch), buckets }),
      readSeriesInParts(this.lab, { runIds, names: names.filter(perStep), buckets: stepBuckets }),
    ])
    const read = new Map<RunId, SeriesOf>(stale.map((run) => [run.runId, {}]))
    for (const { runId, name, data } of parts.flat()) read.get(runId)![name] = data
    for (const run of stale) this.series.set(run.runId, { stamp: stampOf(run), buckets, series: read.get(run.runId)! })
  }

  private async readFrames(runs: readonly RunSummary[], epoch: number | null): Promise<Map<RunId, Frame>> {
    const predicting = runs.filter((run) => run.spec.data.type === 'function' && run.status !== 'queued')
    if (predicting.length === 0) return new Map()
    if (epoch !== null) return this.framesOf(predicting, epoch)
    const isKnown = (run: RunSummary) => this.latest.get(run.runId)?.stamp === stampOf(run)
    const stale = predicting.filter((run) => !isKnown(run))
    const read = stale.length > 0 ? await this.framesOf(stale) : new Map<RunId, Frame>()
    for (const run of stale) this.latest.set(run.runId, { stamp: stampOf(run), frame: read.get(run.runId) })
    const frames = new Map<RunId, Frame>()
    for (const { runId } of predicting) {
      const frame = this.latest.get(runId)?.frame
      if (frame) frames.set(runId, frame)
    }
    return frames
  }

  private async framesOf(runs: readonly RunSummary[], epoch?: number): Promise<Map<RunId, Frame>> {
    const runIds = runs.map((run) => run.runId)
    const predictions = await readPredictionsInParts(this.lab, epoch === undefined ? { runIds } : { runIds, epoch })
    return new Map(predictions.map(({ runId, step, epoch: at, values }) => [runId, { step, epoch: at, values }]))
  }
}

export interface DetailRange {
  /** What `from` and `to` count. */
  per: 'step' | 'epoch'
  from: number
  to: number
}

/** A curve goes on a little beyond the edges of the plot. */
const beyondEdges = 0.03

/**
 * The series of one axis again, as finely as they can be drawn within a range: where all of a run is an envelope, its part may be exact.
 * @returns null when what is shown is exact already.
 */
export async function readDetail(
  lab: Pick<LabApi, 'readSeries'>,
  shown: readonly RunResults[],
  { per, from, to }: DetailRange,
): Promise<RunResults[] | null> {
  const names = recordedSeries(shown.map(({ series }) => series)).filter(per === 'epoch' ? perEpoch : perStep)
  if (!shown.some(({ series }) => names.some((name) => series[name]?.min))) return null
  const buckets = bucketsFor(per === 'epoch' ? bucketsOfEpochs : bucketsOfSteps, shown.length)
  const air = (to - from) * beyondEdges
  const byLength = new Map<number, RunId[]>()
  for (const { run } of shown) {
    const stepsPerUnit = per === 'epoch' ? run.stepsPerEpoch : 1
    byLength.set(stepsPerUnit, [...(byLength.get(stepsPerUnit) ?? []), run.runId])
  }
  const parts = await Promise.all(
    [...byLength].map(([stepsPerUnit, runIds]) => {
      const fromStep = Math.floor((from - air) * stepsPerUnit)
      return readSeriesInParts(lab, { runIds, names, buckets, fromStep, toStep: Math.ceil((to + air) * stepsPerUnit) })
    }),
  )
  const fine = new Map<RunId, SeriesOf>(shown.map(({ run, series }) => [run.runId, { ...series }]))
  for (const { runId, name, data } of parts.flat()) fine.get(runId)![name] = data
  return shown.map((result) => ({ ...result, series: fine.get(result.run.runId)! }))
}

/** Every point of the drawn series, nothing left out: for files of numbers. */
export async function readExactResults(lab: ResultsLab, shown: readonly RunResults[]): Promise<RunResults[]> {
  const exact: RunResults[] = []
  const names = recordedSeries(shown.map(({ series }) => series))
  // One run at a time: all points of hundreds of runs at once would not fit one answer.
  for (const result of shown) {
    const parts = await readSeriesInParts(lab, { runIds: [result.run.runId], names })
    const series: SeriesOf = {}
    for (const { name, data } of parts) series[name] = data
    exact.push({ ...result, series })
  }
  return exact
}
