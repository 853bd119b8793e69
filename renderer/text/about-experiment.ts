/** One line about an experiment in a list: what it does now, or when it was and how it ended. */
import type { ExperimentProgress } from '../../shared/api/lab-api'
import type { ExperimentSummary, RunStatus } from '../../shared/api/records'
import { countsOf, experimentStatus, isActive } from './experiment-status'
import { countOf, formatTimeLeft } from '../../shared/text/format'
import { formatAgo } from './units'

export interface ExperimentLine {
  status: RunStatus
  active: boolean
  /** 'running, 12 s left' or 'yesterday, 15 runs'. */
  text: string
  /** Share done of an active one, [0, 1]; null when it is not known. */
  share: number | null
}

const endings: Partial<Record<RunStatus, string>> = {
  failed: 'failed',
  interrupted: 'interrupted',
  diverged: 'diverged',
  stopped: 'stopped',
}

export function experimentLine(
  experiment: ExperimentSummary,
  progress: ExperimentProgress | undefined,
  nowMs: number,
): ExperimentLine {
  const counts = countsOf(experiment)
  const active = isActive(counts)
  const status = experimentStatus(counts, progress?.paused ?? false)
  const runs = sumOf(experiment.runCounts)
  const analyses = sumOf(experiment.analysisCounts)
  if (active) {
    const left =
      progress && !progress.paused && progress.etaMs !== null ? `, ${formatTimeLeft(progress.etaMs)} left` : ''
    return { status, active, text: `${status}${left}`, share: progress?.share ?? (status === 'queued' ? 0 : null) }
  }
  const ending = endings[status]
  const parts = [formatAgo(experiment.createdAt, nowMs), ...whatText(runs, analyses), ...(ending ? [ending] : [])]
  return { status, active, text: parts.join(', '), share: null }
}

const sumOf = (counts: object) => Object.values(counts).reduce((sum: number, count: number) => sum + count, 0)

/** '100 runs', or what there is instead of runs. */
function whatText(runs: number, analyses: number): string[] {
  return runs === 0 && analyses > 0 ? [countOf(analyses, 'analysis')] : [countOf(runs, 'run')]
}
