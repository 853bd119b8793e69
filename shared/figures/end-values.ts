/** What runs end with against a number that sets them apart (a share, a size): the mean over seeds with a band, marked at each number. */
import type { RunResults } from '../experiments/results'
import type { SeriesName } from '../experiments/run-spec'
import { mean } from '../math/mean'
import type { Line } from './figure'
import { meanRuns, runGroups } from './run-lines'

/** Of a series: its last value, or its best (lowest or highest, by its meaning). */
export type EndValue = 'last' | 'best'

export function endValueOf({ run }: RunResults, series: SeriesName, value: EndValue): number {
  return run.series[series]?.[value] ?? NaN
}

export interface EndLine {
  /** Distinct within the figure. */
  name: string
  legend: string
  color: number
  style: 'line' | 'dashed'
  /** Where a group of runs lies along x; that of its first run counts. */
  x(result: RunResults): number
  /** What a run ends with; runs without a finite value stay out. */
  y(result: RunResults): number
}

/** One point for each group of runs, in ascending x; a band only where some group has several values. */
export function endLine(runs: readonly RunResults[], { name, legend, color, style, x, y }: EndLine): Line[] {
  const points = runGroups(runs).flatMap((group) => {
    const values = meanRuns(group.runs).map(y).filter(Number.isFinite)
    if (values.length === 0) return []
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return [{ x: x(group.runs[0]!), y: mean(values), low, high, seeds: values.length }]
  })
  const hasBand = points.some(({ seeds }) => seeds > 1)
  return bandedLine(points, hasBand, { key: name, name, legend, color, style })
}

export interface BandedPoint {
  x: number
  y: number
  low: number
  high: number
}

/** Marked points in ascending x; no line through none. */
export function bandedLine(
  points: readonly BandedPoint[],
  hasBand: boolean,
  look: Pick<Line, 'key' | 'name' | 'legend' | 'color' | 'style'>,
): Line[] {
  if (points.length === 0) return []
  const sorted = [...points].sort((a, b) => a.x - b.x)
  const column = (key: keyof BandedPoint): Float64Array => Float64Array.from(sorted, (point) => point[key])
  const band = hasBand ? { low: column('low'), high: column('high') } : {}
  return [{ ...look, x: column('x'), y: column('y'), ...band, dots: true }]
}
