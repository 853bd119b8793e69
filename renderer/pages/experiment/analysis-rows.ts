/** Rows of the panel of analyses: how far each is, its numbers, what it rests on. */
import type { AnalysisId } from '../../../shared/api/ids'
import type { AnalysisProgress } from '../../../shared/api/lab-api'
import { isEnded, type AnalysisSummary, type AskedData } from '../../../shared/api/records'
import {
  absent,
  countOf,
  formatDuration,
  formatInteger,
  formatMeasure,
  formatTimeLeft,
} from '../../../shared/text/format'

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return absent
  if (typeof value === 'number') return Number.isInteger(value) ? formatInteger(value) : formatMeasure(value)
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
  return `${engine.name} ${engine.simd}, float64, Basin ${version}; weights of ${of}${without}${dataText(runs.map(({ data }) => data))}`
}

/** '' where the data are those that the runs were trained on. */
function dataText(data: readonly (AskedData | undefined)[]): string {
  const relations = new Set(data.map((one) => one?.relation ?? 'unknown'))
  if (relations.has('other')) return '; with other data than they were trained on'
  return relations.has('unknown') ? '; whether with the data they were trained on was not kept' : ''
}
