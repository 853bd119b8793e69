/** What did not come to its end: starts again what a person asks for, and goes on with what the last session left. */
import { LabError } from '../../shared/api/errors'
import type { AnalysisId, ExperimentId, RunId } from '../../shared/api/ids'
import type { LabApi } from '../../shared/api/lab-api'
import { isEnded, type AnalysisSummary, type ExperimentDetail, type RunSummary } from '../../shared/api/records'
import type { NewAnalysis, NewRun, StoreApi } from '../../shared/api/store-api'
import type { AnalysisQueue } from './analysis-queue'
import type { RunData } from './run-data'
import type { Scheduler } from './scheduler'

export interface UnfinishedOptions {
  store: StoreApi
  scheduler: Scheduler
  analyses: AnalysisQueue
  /** @throws LabError `store/unwritable` while nothing can be recorded */
  checkStore(): void
  data: Pick<RunData, 'check' | 'givenIfUnknown'>
  /** The status of something in this experiment changed. */
  onChange(experimentId: ExperimentId): void
}

export type RetryArgument = Parameters<LabApi['retryExperiment']>[0]

export class Unfinished {
  constructor(private readonly options: UnfinishedOptions) {}

  /**
   * All of an experiment that did not finish.
   * @param retrain also runs whose weights an analysis missed
   * @param fromStart nothing goes on from a checkpoint
   */
  async retry({ experimentId, retrain = false, fromStart = false }: RetryArgument): Promise<void> {
    const { store, scheduler, analyses, checkStore, data } = this.options
    checkStore()
    const detail = await store.getExperiment({ experimentId })
    if (scheduler.tracker(experimentId) || analyses.has(experimentId))
      throw new LabError('argument/invalid', 'The experiment still runs; stop it first.')
    const again = [...detail.runs.filter(canRunAgain), ...(retrain ? runsMissed(detail) : [])]
    const asked = detail.analyses.filter(asksOneOf(again))
    const unanswered = detail.analyses.filter((one) => one.status !== 'finished' && !asked.includes(one))
    if (again.length + asked.length + unanswered.length === 0)
      throw new LabError('argument/invalid', 'Every run and every analysis of this experiment has finished.')
    await data.check(again)
    await store.resetAnalyses({ analysisIds: idsOf(asked), keepsResults: false })
    await store.resetAnalyses({ analysisIds: idsOf(unanswered), keepsResults: true })
    await this.#train(again, fromStart)
    analyses.add(experimentId, [...asked, ...unanswered].map(asNewAnalysis), detail.runs.length)
    this.options.onChange(experimentId)
  }

  /** Single runs, whatever else of their experiments is under way. */
  async retryRuns(runIds: readonly RunId[], fromStart = false): Promise<void> {
    const { store, scheduler, analyses, checkStore, data } = this.options
    checkStore()
    const found = await store.getRuns({ runIds: [...new Set(runIds)] })
    const again = found.filter((run) => canRunAgain(run) && !scheduler.isOpen(run.runId))
    if (again.length === 0)
      throw new LabError('argument/invalid', 'None of these runs was stopped or interrupted, and none failed.')
    await data.check(again)
    for (const detail of await this.#train(again, fromStart)) {
      const { experimentId } = detail.experiment
      const asked = detail.analyses.filter(asksOneOf(again))
      await analyses.interrupt(idsOf(asked))
      await store.resetAnalyses({ analysisIds: idsOf(asked), keepsResults: false })
      analyses.add(experimentId, asked.map(asNewAnalysis), detail.runs.length)
      this.options.onChange(experimentId)
    }
  }

  /** What was queued, paused or under way when the last session ended, in the order it had. */
  async goOn(): Promise<void> {
    const { store, scheduler, analyses, data } = this.options
    await store.requeueInterrupted({})
    const order = await store.readQueue({})
    const experiments = await store.listExperiments({})
    const unfinished = experiments
      .filter(({ runCounts, analysisCounts }) => runCounts.queued || runCounts.paused || analysisCounts.queued)
      .reverse()
    const details = await Promise.all(unfinished.map(({ experimentId }) => store.getExperiment({ experimentId })))
    const waiting = await Promise.all(
      details.map(async ({ experiment: { experimentId }, runs }) => {
        const [begun, fresh] = [runs.filter(hasBegun), runs.filter((run) => isWaiting(run) && !hasBegun(run))]
        const known = [...begun, ...(await data.givenIfUnknown(fresh))].sort((a, b) => a.position - b.position)
        const toTrain = known.map((run) => ({ ...asNewRun(run), status: run.status, hasStarted: hasBegun(run) }))
        return { experimentId, all: runs, runs: toTrain }
      }),
    )
    scheduler.add(
      waiting.filter(({ runs }) => runs.length > 0),
      order,
    )
    for (const { experiment, runs, analyses: asked } of details) {
      const { experimentId, runCounts } = experiment
      // Answered without runs that had no prospect then, and go on after all.
      const premature = asked.filter(isAnswered).filter(asksOneOf(runs.filter(isWaiting)))
      if (premature.length > 0) await store.resetAnalyses({ analysisIds: idsOf(premature), keepsResults: false })
      const unanswered = [...asked.filter(({ status }) => status === 'queued'), ...premature]
      // Of an experiment that was paused as a whole nothing starts by itself.
      if (runCounts.paused && !runCounts.queued) await analyses.pause(experimentId)
      analyses.add(experimentId, unanswered.map(asNewAnalysis), runs.length)
    }
  }

  /** From their checkpoints or from the beginning, each in its own experiment. @returns those experiments */
  async #train(again: readonly RunSummary[], fromStart: boolean): Promise<ExperimentDetail[]> {
    const { store, scheduler, data, onChange } = this.options
    const begun = fromStart ? [] : again.filter(mayGoOn)
    const fresh = again.filter((run) => !begun.includes(run))
    await store.resetRuns({ runIds: fresh.map(({ runId }) => runId) })
    await store.requeueRuns({ runIds: begun.map(({ runId }) => runId) })
    const known = [
      ...begun.map((run) => ({ ...asNewRun(run), hasStarted: true })),
      ...(await data.givenIfUnknown(fresh)).map(asNewRun),
    ]
    const owners = [...new Set(again.map(({ experimentId }) => experimentId))]
    const details = await Promise.all(owners.map((experimentId) => store.getExperiment({ experimentId })))
    scheduler.add(
      details.map(({ experiment: { experimentId }, runs }) => ({
        experimentId,
        all: runs,
        runs: firstSeedsFirst(known.filter(({ runId }) => runs.some((run) => run.runId === runId))),
      })),
    )
    for (const experimentId of owners) onChange(experimentId)
    return details
  }
}

/** Every network's first seed before anyone's second: the comparison is there early, repeats narrow it down. */
export function firstSeedsFirst<Run extends Pick<NewRun, 'spec' | 'position'>>(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => a.spec.seed - b.spec.seed || a.position - b.position)
}

const idsOf = (analyses: readonly AnalysisSummary[]): AnalysisId[] => analyses.map(({ analysisId }) => analysisId)

function isWaiting({ status }: RunSummary): boolean {
  return status === 'queued' || status === 'paused'
}

function isAnswered({ status }: AnalysisSummary): boolean {
  return status === 'finished' || status === 'failed'
}

function hasBegun(run: RunSummary): boolean {
  return isWaiting(run) && run.startedAt !== null
}

/** It was cut off, or waits for a session that goes on: where there is a checkpoint of it, nothing is lost. */
function mayGoOn(run: RunSummary): boolean {
  return run.startedAt !== null && (run.status === 'interrupted' || isWaiting(run))
}

/** Also one that waits for a session that goes on. */
function canRunAgain(run: RunSummary): boolean {
  const { status } = run
  return status === 'interrupted' || status === 'stopped' || status === 'failed' || isWaiting(run)
}

function asksOneOf(runs: readonly RunSummary[]): (analysis: AnalysisSummary) => boolean {
  const runIds = new Set(runs.map(({ runId }) => runId))
  return (analysis) => analysis.runIds.some((runId) => runIds.has(runId))
}

/** Finished runs, of whatever experiment, whose weights an analysis did not find any more. */
function runsMissed({ runs, sourceRuns, analyses }: ExperimentDetail): RunSummary[] {
  const missing = analyses.filter(({ error }) => error?.code === 'snapshot/missing')
  const asked = new Set(missing.flatMap(({ runIds }) => runIds))
  return [...runs, ...sourceRuns].filter((run) => asked.has(run.runId) && isEnded(run.status) && !canRunAgain(run))
}

function asNewRun(run: NewRun): NewRun {
  const { runId, position, label, group, groupIndex, facet, spec, dataSha256, parameterCount } = run
  const { stepsPerEpoch, totalSteps } = run
  const named = { runId, position, label, group, groupIndex, facet }
  return { ...named, spec, dataSha256, parameterCount, stepsPerEpoch, totalSteps }
}

function asNewAnalysis(analysis: AnalysisSummary): NewAnalysis {
  const { analysisId, position, kind, label, group, groupIndex, facet, spec, runIds, otherData } = analysis
  return { analysisId, position, kind, label, group, groupIndex, facet, spec, runIds, otherData }
}
