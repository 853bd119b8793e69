/** What a finished experiment is told as: one JSON object, or a table. */
import { columnTitle, numberColumns } from '../../shared/analyses/summary-columns'
import type { AnalysisSummary, ExperimentDetail, GradientPhaseOutcome } from '../../shared/api/records'
import type { RunSummary } from '../../shared/api/records'
import type { SeriesName } from '../../shared/experiments/run-spec'
import { seriesReports, type SeriesReport } from '../../shared/experiments/series-report'
import { formatInteger, formatPercent } from '../../shared/text/format'
import { durationText, numberText, textTable, type Column } from './text'

export interface RunReport {
  runId: string
  label: string
  parameterCount: number
  seed: number
  status: string
  /** Content of its data set, as `basin data list` shows it; null where the spec alone decides its samples, or nobody kept it. */
  dataSha256: string | null
  error?: string
  steps: number
  durationMs: number
  /** Of a run that came to its second phase. */
  gradientPhase?: GradientPhaseOutcome
  series: Partial<Record<SeriesName, SeriesReport>>
}

export interface ExperimentReport {
  experimentId: string
  kind: string
  name: string
  runs: RunReport[]
  analyses: AnalysisReport[]
}

export interface AnalysisReport {
  analysisId: string
  kind: string
  label: string
  runIds: string[]
  status: string
  error?: string
  durationMs: number
  /** Named numbers, by kind; null until there are any. */
  summary: AnalysisSummary['summary']
  provenance: AnalysisSummary['provenance']
}

export function experimentReport({ experiment, runs, analyses }: ExperimentDetail): ExperimentReport {
  const { experimentId, kind, name } = experiment
  return { experimentId, kind, name, runs: runs.map(runReport), analyses: analyses.map(analysisReport) }
}

function analysisReport(analysis: AnalysisSummary): AnalysisReport {
  const { analysisId, kind, label, runIds, status, error, durationMs, summary, provenance } = analysis
  const why = error === null ? {} : { error: error.message }
  return { analysisId, kind, label, runIds, status, ...why, durationMs, summary, provenance }
}

export function runReport(run: RunSummary): RunReport {
  const { runId, label, parameterCount, seed, status, dataSha256, error, steps, durationMs } = run
  const why = error === null ? {} : { error }
  const phase = run.gradientPhase === null ? {} : { gradientPhase: run.gradientPhase }
  return {
    runId,
    label,
    parameterCount,
    seed,
    status,
    dataSha256,
    ...why,
    steps,
    durationMs,
    ...phase,
    series: seriesReports(run.series),
  }
}

/** Columns that no run has anything for are left out. */
export function runsTable(runs: readonly RunSummary[]): string {
  const columns: Column<RunSummary>[] = [
    { title: 'Run', text: ({ runId }) => runId },
    { title: 'Label', text: ({ label }) => label },
    { title: 'Parameters', text: ({ parameterCount }) => formatInteger(parameterCount), align: 'right' },
    { title: 'Steps', text: ({ steps }) => formatInteger(steps), align: 'right' },
    { title: 'Lowest loss', text: ({ series }) => numberText(series.trainLoss?.best), align: 'right' },
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

/** '' for an experiment without analyses. */
export function analysesTable(analyses: readonly AnalysisSummary[]): string {
  if (analyses.length === 0) return ''
  const cell = (value: unknown): string => {
    if (typeof value === 'number') return numberText(value)
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
    return typeof value === 'string' ? value : numberText(undefined)
  }
  const columns: Column<AnalysisSummary>[] = [
    { title: 'Analysis', text: ({ analysisId }) => analysisId },
    { title: 'Of', text: ({ label }) => label },
    ...numberColumns(analyses).map((name): Column<AnalysisSummary> => {
      const title = columnTitle(name)
      const text = ({ summary }: AnalysisSummary) => cell(summary?.[name])
      return { title: title.charAt(0).toUpperCase() + title.slice(1), text, align: 'right' }
    }),
    { title: 'Time', text: ({ durationMs }) => durationText(durationMs), align: 'right' },
    { title: 'Status', text: ({ status }) => status },
  ]
  return textTable(columns, analyses)
}

/** Its name and its tables. */
export function experimentText(detail: ExperimentDetail): string {
  const { name, experimentId } = detail.experiment
  return `${name} (${experimentId})\n\n${experimentTables(detail)}`
}

/** Runs and analyses of an experiment, one table each. */
export function experimentTables({ runs, analyses }: ExperimentDetail): string {
  const tables = [...(runs.length > 0 ? [runsTable(runs)] : []), analysesTable(analyses)]
  return tables.filter((table) => table !== '').join('\n\n')
}
