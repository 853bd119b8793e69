/** What lists say of a series: its last value and its best one. */
import { seriesMeaning, type SeriesName } from '../../shared/experiments/run-spec'
import type { SeriesSummary } from '../../shared/api/records'
import type { Floats } from './codec'

export const emptySummary: SeriesSummary = { last: NaN, best: NaN, count: 0 }

/** With some more values, at least one. `best` passes over NaN; of what is only observed it is the last value. */
export function summaryAfter(before: SeriesSummary, name: SeriesName, values: Floats): SeriesSummary {
  const { better } = seriesMeaning(name)
  const last = values[values.length - 1] as number
  const count = before.count + values.length
  if (better === 'none') return { last, best: last, count }
  let best = before.best
  for (const value of values) {
    const isBetter = better === 'lower' ? value < best : value > best
    if (isBetter || (Number.isNaN(best) && !Number.isNaN(value))) best = value
  }
  return { last, best, count }
}

/** As the database keeps it, which has no NaN. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
