/**
 * Keeps what the experiment page shows in step with the lab: events say that something changed, the feed reads it again. One read at a
 * time, the next only when the last was drawn, never more often than the pacer allows. Ended experiments are read once.
 */
import type { ExperimentProgress, LabApi, LabEvent } from '../../shared/api/lab-api'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { isEnded, type ExperimentDetail, type FrameInfo, type RunSummary } from '../../shared/api/records'
import { drawnSeries } from '../../shared/experiments/drawn-series'
import { readExperiment } from '../../shared/experiments/records-in-parts'
import type { AnalysisResults, RunResults } from '../../shared/experiments/results'
import { browserClock, drawIntervalMs, FramePacer, type PacerClock } from '../components/charts/frame-pacer'
import { AnalysisReader } from './analysis-results'
import { ResultsReader } from './experiment-results'

export type FeedLab = Pick<
  LabApi,
  | 'getExperiment'
  | 'getProgress'
  | 'listQueue'
  | 'readSeries'
  | 'readPredictions'
  | 'listFrames'
  | 'readResult'
  | 'readResultPart'
>

export interface ExperimentSnapshot {
  detail: ExperimentDetail
  /** null when nothing runs. */
  progress: ExperimentProgress | null
  /** Places in the lab's queue, from 1. */
  queue: ReadonlyMap<RunId, number>
  /** Of the chosen facet, in plan order; older runs that analyses ask come last. */
  results: RunResults[]
  /** Of the chosen facet, in plan order. */
  analyses: AnalysisResults[]
  /** At which predictions of these runs can be seen, ascending. */
  frames: FrameInfo[]
}

export interface FeedOptions {
  lab: FeedLab
  /** Resolves when it is on the screen. */
  publish: (snapshot: ExperimentSnapshot) => Promise<void>
  onError: (error: unknown) => void
  clock?: PacerClock
}

/** How often sums such as the best loss, and the list of predictions, are read while runs train. */
const detailIntervalMs = 600
const framesIntervalMs = 1500

export class ExperimentFeed {
  private readonly reader: ResultsReader
  private readonly analysisReader: AnalysisReader
  private readonly pacer: FramePacer
  private readonly clock: PacerClock
  private detail: ExperimentDetail | null = null
  private progress: ExperimentProgress | null = null
  private queue: ReadonlyMap<RunId, number> = new Map()
  private frames: FrameInfo[] = []
  private detailIsStale = true
  private framesAreStale = true
  private detailReadAt = -Infinity
  private framesReadAt = -Infinity
  private facet: string | null = null
  private epoch: number | null = null
  private disposed = false

  constructor(
    readonly experimentId: ExperimentId,
    private readonly options: FeedOptions,
  ) {
    this.clock = options.clock ?? browserClock
    this.reader = new ResultsReader(options.lab)
    this.analysisReader = new AnalysisReader(options.lab)
    this.pacer = new FramePacer(() => this.pass(), drawIntervalMs, this.clock)
    this.pacer.request()
  }

  /** Which facet's runs are read; null: the first. */
  showFacet(facet: string | null): void {
    this.facet = facet
    this.framesAreStale = true
    this.framesReadAt = -Infinity
    this.pacer.request()
  }

  /** Which predictions are read; null: the latest. */
  showEpoch(epoch: number | null): void {
    this.epoch = epoch
    this.pacer.request()
  }

  handle(event: LabEvent): void {
    if (event.type === 'progress') {
      if (event.progress.experimentId !== this.experimentId) return
      this.progress = event.progress
      this.detailIsStale = true
      this.framesAreStale = true
    } else if (event.type === 'experiments-changed') this.detailIsStale = true
    else if (event.type === 'experiment-changed' && event.experimentId === this.experimentId) this.forceDetail()
    else return
    this.pacer.request()
  }

  /** Reads again, after an error say. */
  refresh(): void {
    this.forceDetail()
    this.pacer.request()
  }

  dispose(): void {
    this.disposed = true
    this.pacer.dispose()
  }

  private forceDetail(): void {
    this.detailIsStale = true
    this.framesAreStale = true
    this.detailReadAt = -Infinity
    this.framesReadAt = -Infinity
  }

  private async pass(): Promise<void> {
    try {
      const detail = await this.freshDetail()
      const facet = this.facet ?? detail.runs[0]?.facet ?? detail.analyses[0]?.facet
      const own = detail.runs.filter((run) => run.facet === facet)
      const runs = [...own, ...detail.sourceRuns]
      const asked = detail.analyses.filter((analysis) => analysis.facet === facet)
      const [results, analyses] = await Promise.all([
        this.reader.read(runs, this.epoch, drawnSeries(detail.experiment.kind, runs)),
        this.analysisReader.read(asked),
      ])
      await this.refreshFrames(own)
      if (this.disposed) return
      const { progress, queue, frames } = this
      await this.options.publish({ detail, progress, queue, results, analyses, frames })
    } catch (error) {
      if (!this.disposed) this.options.onError(error)
    }
  }

  /** The detail with the latest steps and states of progress in it. */
  private async freshDetail(): Promise<ExperimentDetail> {
    const now = this.clock.now()
    let detail = this.detail
    const changed = detail !== null && this.progress !== null && changesStatus(detail, this.progress)
    if (!detail || changed || (this.detailIsStale && now - this.detailReadAt >= detailIntervalMs)) {
      this.detailIsStale = false
      this.detailReadAt = now
      const { experimentId } = this
      try {
        detail = await readExperiment(this.options.lab, experimentId)
        const isActive = [...detail.runs, ...detail.analyses].some(({ status }) => !isEnded(status))
        if (!isActive) this.progress = null
        else this.progress ??= await this.options.lab.getProgress({ experimentId })
        this.queue = detail.experiment.runCounts.queued ? places(await this.options.lab.listQueue({})) : new Map()
      } catch (error) {
        this.detailIsStale = true
        throw error
      }
    } else if (this.detailIsStale) this.pacer.request()
    this.detail = this.progress ? withProgress(detail, this.progress) : detail
    return this.detail
  }

  private async refreshFrames(runs: readonly RunSummary[]): Promise<void> {
    if (!this.framesAreStale || runs[0]?.spec.data.type !== 'function') return
    const now = this.clock.now()
    const mayChange = runs.some((run) => !isEnded(run.status))
    if (mayChange && now - this.framesReadAt < framesIntervalMs) return
    this.framesAreStale = false
    this.framesReadAt = now
    this.frames = await this.reader.listEpochs(runs)
  }
}

function places(queue: readonly RunId[]): Map<RunId, number> {
  return new Map(queue.map((runId, index) => [runId, index + 1]))
}

function changesStatus({ runs, analyses }: ExperimentDetail, progress: ExperimentProgress): boolean {
  const known = [
    ...runs.map(({ runId, status }) => [runId, status] as const),
    ...analyses.map(({ analysisId, status }) => [analysisId, status] as const),
  ]
  const unfinished = new Map<string, string>(known.filter(([, status]) => !isEnded(status)))
  const changes = (id: string, status: string) => unfinished.has(id) && unfinished.get(id) !== status
  return (
    progress.runs.some(({ runId, status }) => changes(runId, status)) ||
    progress.analyses.some(({ analysisId, status }) => changes(analysisId, status))
  )
}

/** Progress is newer than what is stored, except of runs that the store knows to have ended. */
function withProgress(detail: ExperimentDetail, progress: ExperimentProgress): ExperimentDetail {
  const byRun = new Map(progress.runs.map((run) => [run.runId, run]))
  const runs = detail.runs.map((run) => {
    const now = byRun.get(run.runId)
    if (!now || isEnded(run.status) || now.steps < run.steps) return run
    const status = isEnded(now.status) ? run.status : now.status
    return { ...run, status, steps: now.steps, epochs: now.epochs }
  })
  return { ...detail, runs }
}
