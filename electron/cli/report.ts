/** What a finished experiment is told as: one JSON object, or a table. */
import type { ExperimentDetail, RunSummary, SeriesSummary } from '../../shared/api/records'
import type { SeriesName } from '../../shared/experiments/run-spec'
import { formatInteger, formatPercent } from '../../shared/text/format'
import { durationText, numberText, textTable, type Column } from './text'

export interface RunReport {
  runId: string
  label: string
  parameterCount: number
  seed: number
  status: string
  error?: string
  steps: number
  durationMs: number
  series: Partial<Record<SeriesName, Pick<SeriesSummary, 'last' | 'best'>>>
}

export interface ExperimentReport {
  experimentId: string
  kind: string
  name: string
  runs: RunReport[]
  analyses: never[]
}

export function experimentReport({ experiment, runs }: ExperimentDetail): ExperimentReport {
  const { experimentId, kind, name } = experiment
  return { experimentId, kind, name, runs: runs.map(runReport), analyses: [] }
}

export function runReport(run: RunSummary): RunReport {
  const { runId, label, parameterCount, seed, status, error, steps, durationMs } = run
  const series: RunReport['series'] = {}
  for (const [name, summary] of Object.entries(run.series))
    series[name as SeriesName] = { last: summary.last, best: summary.best }
  return { runId, label, parameterCount, seed, status, ...(error === null ? {} : { error }), steps, durationMs, series }
}

/** Columns that no run has anything for are left out. */
export function runsTable(runs: readonly RunSummary[]): string {
  const columns: Column<RunSummary>[] = [
    { title: 'Run', text: ({ runId }) => runId },
    { title: 'Label', text: ({ label }) => label },
    { title: 'Parameters', text: ({ parameterCount }) => formatInteger(parameterCount), align: 'right' },
    { title: 'Steps', text: ({ steps }) => formatInteger(steps), align: 'right' },
    { title: 'Best loss', text: ({ series }) => numberText(series.trainLoss?.best), align: 'right' },
    { title: 'Test loss', text: ({ series }) => numberText(series.testLoss?.last), align: 'right' },
  ]
  if (runs.some(({ series }) => series.testAccuracy))
    columns.push({
      title: 'Test accuracy',
      text: ({ series }) => formatPercent(series.testAccuracy?.last),
      align: 'right',
    })
  columns.push({ title: 'Time', text: ({ durationMs }) => durationText(durationMs), align: 'right' })
  columns.push({ title: 'Status', text: ({ status }) => status })
  return textTable(columns, runs)
}
