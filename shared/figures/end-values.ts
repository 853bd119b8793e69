/** What runs end with against a number that sets them apart (a share, a size): the mean over seeds with a band, marked at each number. */
import type { RunResults } from '../experiments/results'
import type { SeriesName } from '../experiments/run-spec'
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
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return [
      { x: x(group.runs[0]!), y: mean, low: Math.min(...values), high: Math.max(...values), seeds: values.length },
    ]
  })
  if (points.length === 0) return []
  points.sort((a, b) => a.x - b.x)
  const column = (key: 'x' | 'y' | 'low' | 'high'): Float64Array => Float64Array.from(points, (point) => point[key])
  const band = points.some(({ seeds }) => seeds > 1) ? { low: column('low'), high: column('high') } : {}
  return [{ key: name, name, legend, color, style, x: column('x'), y: column('y'), ...band, dots: true }]
}
