/** What `--json` and results.json say of a recorded series: its last, lowest, highest and best value, each with its step. */
import type { RunSummary, SeriesSummary } from '../api/records'
import { seriesMeaning, type SeriesMeaning, type SeriesName } from './run-spec'

/** A number that is not finite becomes null in JSON; its step still says where it stood. */
export interface SeriesReport {
  count: number
  last: number
  lastStep: number
  /** What `best` means: the lowest value, the highest, or nothing, of what is only observed. */
  bestIs: BestIs
  /** null where that is nothing. */
  best: number | null
  bestStep: number | null
  min: { value: number; step: number }
  max: { value: number; step: number }
}

export type BestIs = 'lowest' | 'highest' | 'none'

const bestIs: Record<SeriesMeaning['better'], BestIs> = { lower: 'lowest', higher: 'highest', none: 'none' }

export function bestOf(name: SeriesName): BestIs {
  return bestIs[seriesMeaning(name).better]
}

export function seriesReport(name: SeriesName, summary: SeriesSummary): SeriesReport {
  const { count, last, lastStep, best, bestStep, min, minStep, max, maxStep } = summary
  const extremes = { min: { value: min, step: minStep }, max: { value: max, step: maxStep } }
  const meaning = bestOf(name)
  if (meaning === 'none') return { count, last, lastStep, bestIs: meaning, best: null, bestStep: null, ...extremes }
  return { count, last, lastStep, bestIs: meaning, best, bestStep, ...extremes }
}

/** Of all series of a run, by name. */
export function seriesReports(series: RunSummary['series']): Partial<Record<SeriesName, SeriesReport>> {
  const entries = Object.entries(series) as [SeriesName, SeriesSummary][]
  return Object.fromEntries(entries.map(([name, summary]) => [name, seriesReport(name, summary)]))
}
