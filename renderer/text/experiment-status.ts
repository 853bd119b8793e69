/** What an experiment as a whole is doing, in one word and one sentence, from the states of its runs. */
import type { ExperimentProgress } from '../../shared/api/lab-api'
import {
  isEnded,
  runStatuses,
  type AnalysisSummary,
  type ExperimentSummary,
  type RunStatus,
  type RunSummary,
} from '../../shared/api/records'
import { countOf, formatDate, formatDuration, formatInteger, formatTimeLeft } from '../../shared/text/format'

export type RunCounts = Partial<Record<RunStatus, number>>

export function countStatuses(runs: readonly { status: RunStatus }[]): RunCounts {
  const counts: RunCounts = {}
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Runs and analyses of an experiment by their status, which share their words. */
export function countsOf({ runCounts, analysisCounts }: ExperimentSummary): RunCounts {
  const counts: RunCounts = { ...runCounts }
  for (const [status, count] of Object.entries(analysisCounts)) {
    counts[status as RunStatus] = (counts[status as RunStatus] ?? 0) + count
  }
  return counts
}

/** Unfinished states first, then what a person should know of before success. */
const statusOrder: readonly RunStatus[] = [
  'running',
  'paused',
  'queued',
  'failed',
  'interrupted',
  'diverged',
  'stopped',
  'finished',
]

/** The status to show for all runs together. One that is partly done and waits to go on is running. */
export function experimentStatus(counts: RunCounts, paused = false): RunStatus {
  const found = statusOrder.find((status) => (counts[status] ?? 0) > 0) ?? 'queued'
  if (isEnded(found)) return found
  if (paused) return 'paused'
  return found === 'queued' && runStatuses.some((status) => isEnded(status) && counts[status]) ? 'running' : found
}

export function isActive(counts: RunCounts): boolean {
  return (counts.running ?? 0) + (counts.paused ?? 0) + (counts.queued ?? 0) > 0
}

/** Runs that `retryExperiment` would start again. */
export function retryableCount(counts: RunCounts): number {
  return (counts.failed ?? 0) + (counts.interrupted ?? 0) + (counts.stopped ?? 0)
}

/** Number of epochs that a run will have done when it ends by itself. */
export function plannedEpochs(run: RunSummary): number {
  return Math.min(run.spec.epochs, Math.ceil(run.totalSteps / Math.max(1, run.stepsPerEpoch)))
}

/** 'epoch 812 of 2,000' of the run furthest along among those running; null when none runs. */
function epochText(runs: readonly RunSummary[]): string | null {
  const running = runs.filter((run) => run.status === 'running' || run.status === 'paused')
  const furthest = running.reduce<RunSummary | null>(
    (best, run) => (best === null || run.epochs > best.epochs ? run : best),
    null,
  )
  return furthest && `epoch ${formatInteger(furthest.epochs)} of ${formatInteger(plannedEpochs(furthest))}`
}

function endedText(things: readonly { status: RunStatus }[], noun: string): string[] {
  const ended = things.filter(({ status }) => isEnded(status)).length
  return things.length === 0 ? [] : [`${formatInteger(ended)} of ${countOf(things.length, noun)}`]
}

/** '9 of 15 runs, 4 of 15 analyses, 41,300 steps/s, epoch 812 of 2,000, 12 s left' */
export function progressText(
  runs: readonly RunSummary[],
  progress: ExperimentProgress | null,
  analyses: readonly AnalysisSummary[] = [],
): string {
  const parts = [...endedText(runs, 'run'), ...endedText(analyses, 'analysis')]
  if (progress && progress.stepsPerSecond > 0 && !progress.paused)
    parts.push(`${formatInteger(progress.stepsPerSecond)} steps/s`)
  const epoch = epochText(runs)
  if (epoch) parts.push(epoch)
  if (progress?.paused) parts.push('paused')
  else if (progress && progress.etaMs !== null) parts.push(`${formatTimeLeft(progress.etaMs)} left`)
  return parts.join(', ')
}

/** '6 runs, 144,000 steps, 6 analyses in 2.8 s, started 2026-11-21 14:05': what is to be said when nothing runs any more. */
export function outcomeText(runs: readonly RunSummary[], analyses: readonly AnalysisSummary[] = []): string {
  const steps = runs.reduce((sum, run) => sum + run.steps, 0)
  const all = [...runs, ...analyses]
  const starts = all.flatMap(({ startedAt }) => startedAt ?? [])
  const ends = all.flatMap(({ endedAt }) => endedAt ?? [])
  const ofRuns = runs.length > 0 || analyses.length === 0 ? [countOf(runs.length, 'run')] : []
  const ofAnalyses = analyses.length > 0 ? [countOf(analyses.length, 'analysis')] : []
  if (starts.length === 0) return [...ofRuns, ...ofAnalyses].join(', ')
  const start = Math.min(...starts)
  const span = ends.length > 0 ? ` in ${formatDuration(Math.max(...ends) - start)}` : ''
  const what = [...ofRuns, ...(runs.length > 0 ? [countOf(steps, 'step')] : []), ...ofAnalyses].join(', ')
  return `${what}${span}, started ${formatDate(start)}`
}

/** Share of all steps done, [0, 1], from the runs themselves; ended runs count whole. */
export function shareDone(runs: readonly RunSummary[]): number {
  let done = 0
  let total = 0
  for (const run of runs) {
    total += run.totalSteps
    done += isEnded(run.status) ? run.totalSteps : Math.min(run.steps, run.totalSteps)
  }
  return total > 0 ? done / total : 0
}

export interface StatusNotice {
  tone: 'warn' | 'bad'
  text: string
}

const keptAdvice = 'What was recorded until then is shown; Retry starts again from the beginning.'
const goesOnAdvice =
  'What was recorded until then is shown; Retry goes on from the last checkpoint, or from the beginning where there is none.'
const rateAdvice = 'A smaller learning rate usually helps: Duplicate opens these settings to change it.'

/** The first reason that runs have, and how many others there are. */
function reasonsText(runs: readonly RunSummary[], unknown: string): string {
  const reasons = [...new Set(runs.map(({ error }) => error ?? unknown))]
  return `${reasons[0]}${reasons.length > 1 ? ` (and ${countOf(reasons.length - 1, 'other reason')})` : ''}`
}

/** What went wrong and what can be done about it, one notice for each kind of trouble. */
export function statusNotices(runs: readonly RunSummary[], analyses: readonly AnalysisSummary[] = []): StatusNotice[] {
  const notices: StatusNotice[] = []
  const of = (status: RunStatus) => runs.filter((run) => run.status === status)
  const failed = of('failed')
  if (failed.length > 0) {
    const reasons = reasonsText(failed, 'no reason was recorded')
    notices.push({ tone: 'bad', text: `${countOf(failed.length, 'run')} failed: ${reasons}` })
  }
  const interrupted = of('interrupted')
  if (interrupted.length > 0) {
    const reasons = reasonsText(interrupted, 'Training ended unexpectedly.')
    notices.push({
      tone: 'warn',
      text: `${countOf(interrupted.length, 'run')} interrupted: ${reasons} ${goesOnAdvice}`,
    })
  }
  const diverged = of('diverged')
  if (diverged.length > 0)
    notices.push({
      tone: 'warn',
      text: `${countOf(diverged.length, 'run')} diverged: the loss was no longer a finite number. ${rateAdvice}`,
    })
  const stopped = of('stopped')
  if (stopped.length > 0 && runs.every((run) => isEnded(run.status)))
    notices.push({ tone: 'warn', text: `${countOf(stopped.length, 'run')} stopped before the end. ${keptAdvice}` })
  return [...notices, ...analysisNotices(analyses)]
}

/** What went wrong with questions, by their reason. */
function analysisNotices(analyses: readonly AnalysisSummary[]): StatusNotice[] {
  const notices: StatusNotice[] = []
  const failed = analyses.filter(({ status }) => status === 'failed')
  for (const reason of new Set(failed.map(({ error }) => error?.message ?? 'no reason was recorded'))) {
    const count = failed.filter(({ error }) => error?.message === reason).length
    notices.push({ tone: 'bad', text: `${countOf(count, 'analysis')} failed: ${reason}` })
  }
  const ended = analyses.filter(({ status }) => status === 'stopped' || status === 'interrupted')
  if (ended.length > 0) {
    const text = `${countOf(ended.length, 'analysis')} ended early. Retry goes on with what there is.`
    notices.push({ tone: 'warn', text })
  }
  // Of many different reasons the first few tell enough.
  return notices.slice(0, 4)
}
