/** What a series comes to, computed the plain way: the reference for what the store keeps up as a series grows. */
import type { SeriesSummary } from '../../shared/api/records'
import { seriesMeaning, type SeriesName } from '../../shared/experiments/run-spec'

/** @param steps - absent: 1, 2, ... */
export function madeSummary(name: SeriesName, values: ArrayLike<number>, steps?: ArrayLike<number>): SeriesSummary {
  const points = Array.from(values, (value, i) => ({ value, step: steps?.[i] ?? i + 1 }))
  const nothing = { value: NaN, step: NaN }
  const last = points.at(-1) ?? nothing
  const ascending = points.filter(({ value }) => !Number.isNaN(value)).sort((a, b) => a.value - b.value)
  const min = ascending[0] ?? nothing
  // Of equal ones the first.
  const max = ascending.find(({ value }) => value === ascending.at(-1)!.value) ?? nothing
  const best = { lower: min, higher: max, none: nothing }[seriesMeaning(name).better]
  return {
    count: points.length,
    last: last.value,
    lastStep: last.step,
    min: min.value,
    minStep: min.step,
    max: max.value,
    maxStep: max.step,
    best: best.value,
    bestStep: best.step,
  }
}
