/**
 * What a reader gets of a series: all its points, or an envelope of buckets. Bucket widths come from a coarse ladder and count from the
 * first point asked for, so while a series grows its earlier buckets stay what they are and a live curve does not shimmer.
 */
import type { SeriesData } from '../../shared/api/records'
import type { Floats } from './codec'
import type { Points } from './points'

export interface SeriesRange {
  /** At most so many buckets; absent: exact. */
  buckets?: number
  /** Only points of steps in [fromStep, toStep]. */
  fromStep?: number
  toStep?: number
}

/** Exact points (no `min`, `max`) when they fit into the buckets. */
export function seriesData(points: Points, range: SeriesRange): SeriesData {
  const { from, count } = stretchWithin(points, range)
  const { buckets = Infinity } = range
  if (count <= buckets) return exactData(points, from, from + count)
  return envelope(points, from, from + count, bucketWidth(count, buckets))
}

/** What `seriesData` is going to take in memory, at most. */
export function seriesBytes(points: Points, range: SeriesRange): number {
  const { count } = stretchWithin(points, range)
  const { buckets = Infinity } = range
  // Step and value, and of a bucket its extremes.
  return count <= buckets ? 16 * count : 32 * buckets
}

function stretchWithin(points: Points, { fromStep, toStep }: SeriesRange): { from: number; count: number } {
  const from = fromStep === undefined ? 0 : points.indexOf(fromStep)
  const to = toStep === undefined ? points.count : indexAfter(points, toStep)
  return { from, count: Math.max(to - from, 0) }
}

/** The narrowest of 1, 2, 3, 4, 6, 8, 12, 16, 24, ... points with which `count` points need no more than `buckets` buckets. */
export function bucketWidth(count: number, buckets: number): number {
  for (let power = 1; ; power *= 2) {
    if (power * buckets >= count) return power
    if (power > 1 && 1.5 * power * buckets >= count) return 1.5 * power
  }
}

function indexAfter(points: Points, step: number): number {
  const index = points.indexOf(step)
  return index < points.count && points.stepAt(index) === step ? index + 1 : index
}

function exactData(points: Points, from: number, to: number): SeriesData {
  const { values, steps: stored, firstStep } = points.stretch(from, to)
  const steps = stored === null ? new Float64Array(values.length) : stored.slice()
  if (stored === null) for (let i = 0; i < steps.length; i++) steps[i] = firstStep + i
  return { steps, values: new Float64Array(values), count: values.length }
}

function envelope(points: Points, from: number, to: number, width: number): SeriesData {
  const { values } = points.stretch(from, to)
  const buckets = Math.ceil(values.length / width)
  const [steps, last, min, max] = [0, 1, 2, 3].map(() => new Float64Array(buckets)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.min((bucket + 1) * width, values.length)
    steps[bucket] = points.stepAt(from + end - 1)
    last[bucket] = values[end - 1] as number
    const [low, high] = extremes(values, bucket * width, end)
    min[bucket] = low
    max[bucket] = high
  }
  return { steps, values: last, min, max, count: values.length }
}

/** Of the finite values in [from, to); if there are none, of the infinite ones; NaN if all are NaN. */
function extremes(values: Floats, from: number, to: number): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = from; i < to; i++) {
    const value = values[i] as number
    // Only finite numbers give zero; an infinity or NaN gives NaN.
    if (value - value !== 0) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low <= high) return [low, high]
  const bucket = values.subarray(from, to)
  const [isLow, isHigh] = [bucket.includes(-Infinity), bucket.includes(Infinity)]
  if (!isLow && !isHigh) return [NaN, NaN]
  return [isLow ? -Infinity : Infinity, isHigh ? Infinity : -Infinity]
}
