/** Rows of the panel of analyses: how far each is, its numbers, what it rests on. */
import type { AnalysisId } from '../../../shared/api/ids'
import type { AnalysisProgress } from '../../../shared/api/lab-api'
import { isEnded, type AnalysisSummary } from '../../../shared/api/records'
import { absent, countOf, formatDuration, formatMeasure, formatTimeLeft } from '../../../shared/text/format'

/** Numbers of a summary that have a column; the rest is in the opened row. */
const mostColumns = 6

/** Names of the numbers that a table has room for, in the order of the first summary. */
export function numberColumns(analyses: readonly AnalysisSummary[]): string[] {
  const names = new Set(analyses.flatMap(({ summary }) => Object.keys(summary ?? {})))
  const isShort = (value: unknown) => !Array.isArray(value) && String(value).length <= 24
  return [...names]
    .filter((name) => analyses.every(({ summary }) => isShort(summary?.[name] ?? '')))
    .slice(0, mostColumns)
}

/** 'minimalRatio' → 'minimal ratio' */
export function columnTitle(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return absent
  if (typeof value === 'number') return formatMeasure(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(cellText).join(', ')
  return String(value)
}

/** '1.2 s', '40 %, 3 s left', 'waits for 3 runs' */
export function timeText(analysis: AnalysisSummary, progress: ReadonlyMap<AnalysisId, AnalysisProgress>): string {
  if (isEnded(analysis.status))
    return analysis.provenance?.cached ? 'known already' : formatDuration(analysis.durationMs)
  const now = progress.get(analysis.analysisId)
  if (analysis.status === 'queued' || !now) return absent
  const share = `${Math.round(100 * now.share)} %`
  return now.etaMs === null ? share : `${share}, ${formatTimeLeft(now.etaMs)} left`
}

/** 'native avx512, Basin 0.1.0; weights of Deep, seed 0 at step 8,000' */
export function provenanceText({ provenance, runIds }: AnalysisSummary): string {
  if (!provenance) return `asks ${countOf(runIds.length, 'run')}`
  const { engine, version, runs } = provenance
  const snapshots = runs.reduce((sum, { steps }) => sum + steps.length, 0)
  const [first] = runs
  const of =
    runs.length === 1 && first
      ? `${first.label} at step ${first.steps.slice(-1).map((step) => step.toLocaleString('en'))[0]}`
      : `${countOf(runs.length, 'run')}, ${countOf(snapshots, 'snapshot')}`
  const left = runIds.length - runs.length
  const without = left > 0 ? `; ${countOf(left, 'run')} had no weights to look at` : ''
  return `${engine.name} ${engine.simd}, float64, Basin ${version}; weights of ${of}${without}`
}
