/** What lists say of a series, kept up as it grows: its last value, its lowest and its highest, each with its step. */
import { seriesMeaning, type SeriesName } from '../../shared/experiments/run-spec'
import type { SeriesSummary } from '../../shared/api/records'
import type { Stretch } from './points'

/** Of all values so far. Lowest and highest pass over NaN and stand where they first came; NaN where there is none. */
export type Extremes = Omit<SeriesSummary, 'best' | 'bestStep'>

export const noExtremes: Readonly<Extremes> = {
  count: 0,
  last: NaN,
  lastStep: NaN,
  min: NaN,
  minStep: NaN,
  max: NaN,
  maxStep: NaN,
}

/** With some more points, at least one. */
export function extremesAfter(before: Extremes, { values, steps, firstStep }: Stretch): Extremes {
  let { min, max } = before
  let [minAt, maxAt] = [-1, -1]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    // Written so that a comparison with NaN, of nothing so far, lets any number in, and NaN itself never.
    if (!(value >= min) && value === value) [min, minAt] = [value, i]
    if (!(value <= max) && value === value) [max, maxAt] = [value, i]
  }
  const stepAt = (i: number): number => (steps === null ? firstStep + i : (steps[i] as number))
  const end = values.length - 1
  return {
    count: before.count + values.length,
    last: values[end] as number,
    lastStep: stepAt(end),
    min,
    minStep: minAt < 0 ? before.minStep : stepAt(minAt),
    max,
    maxStep: maxAt < 0 ? before.maxStep : stepAt(maxAt),
  }
}

/** With what is best by the series' meaning: its lowest, its highest, or nothing (NaN) of what is only observed. */
export function summaryOf(name: SeriesName, extremes: Extremes): SeriesSummary {
  const { better } = seriesMeaning(name)
  if (better === 'none') return { ...extremes, best: NaN, bestStep: NaN }
  const { min, minStep, max, maxStep } = extremes
  const [best, bestStep] = better === 'lower' ? [min, minStep] : [max, maxStep]
  return { ...extremes, best, bestStep }
}

type Stored<Numbers> = { [Key in keyof Numbers]: Key extends 'count' ? number : number | null }

/** As the database keeps them, which has no NaN. */
export type StoredExtremes = Stored<Extremes>

export function storedExtremes({ count, last, lastStep, min, minStep, max, maxStep }: Extremes): StoredExtremes {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
  return {
    count,
    last: orNull(last),
    lastStep: orNull(lastStep),
    min: orNull(min),
    minStep: orNull(minStep),
    max: orNull(max),
    maxStep: orNull(maxStep),
  }
}

export function extremesOf({ count, last, lastStep, min, minStep, max, maxStep }: StoredExtremes): Extremes {
  return {
    count,
    last: last ?? NaN,
    lastStep: lastStep ?? NaN,
    min: min ?? NaN,
    minStep: minStep ?? NaN,
    max: max ?? NaN,
    maxStep: maxStep ?? NaN,
  }
}
