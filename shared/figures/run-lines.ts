/** From the series of runs to lines of a figure: each group's mean with a band over its seeds, and the seeds themselves where they are few. */
import type { SeriesData } from '../api/records'
import type { RunResults } from '../experiments/results'
import { seriesMeaning, type SeriesName } from '../experiments/run-spec'
import { distinct } from './figure-names'
import type { Line } from './figure'

/** Seeds are drawn one by one up to this many, and up to this many lines in all. */
const fewSeeds = 5
const fewLines = 15

/** A curve along a figure's x; edges where points stand for several values. */
export interface Curve {
  x: Float64Array
  y: Float64Array
  low?: Float64Array
  high?: Float64Array
}

export interface RunGroup {
  label: string
  index: number
  runs: RunResults[]
}

/** The groups of some runs, in plan order. */
export function runGroups(runs: readonly RunResults[]): RunGroup[] {
  const groups = new Map<string, RunGroup>()
  for (const result of runs) {
    const { group, groupIndex } = result.run
    const found = groups.get(group)
    if (found) found.runs.push(result)
    else groups.set(group, { label: group, index: groupIndex, runs: [result] })
  }
  return [...groups.values()]
}

/** The facets of some runs, in plan order. */
export function runFacets(runs: readonly RunResults[]): { facet: string; runs: RunResults[] }[] {
  const facets = new Map<string, RunResults[]>()
  for (const result of runs) {
    const found = facets.get(result.run.facet)
    if (found) found.push(result)
    else facets.set(result.run.facet, [result])
  }
  return [...facets].map(([facet, facetRuns]) => ({ facet, runs: facetRuns }))
}

/** A series along iterations or epochs (1.5 is half way through the second), its values times `factor`. */
export function curveOf(data: SeriesData, stepsPerX: number, factor: number): Curve {
  const scale = (values: Float64Array): Float64Array => (factor === 1 ? values : values.map((value) => value * factor))
  const x = stepsPerX === 1 ? data.steps : data.steps.map((step) => step / stepsPerX)
  const hasEdges = data.min !== undefined && data.max !== undefined && data.count > data.values.length
  return { x, y: scale(data.values), ...(hasEdges ? { low: scale(data.min!), high: scale(data.max!) } : {}) }
}

function isSameGrid(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true
  return a.length === b.length && a.every((value, index) => value === b[index])
}

/** Walks a curve along ascending x: its value there, and the extremes since the last x. */
class Walker {
  #next = 0

  constructor(private readonly curve: Curve) {}

  /** Undefined before the curve's start and after its end. */
  at(x: number): { value: number; low: number; high: number } | undefined {
    const { x: xs, y, low, high } = this.curve
    let lowest = Infinity
    let highest = -Infinity
    while (this.#next < xs.length && xs[this.#next]! <= x) {
      lowest = Math.min(lowest, (low ?? y)[this.#next]!)
      highest = Math.max(highest, (high ?? y)[this.#next]!)
      this.#next++
    }
    const before = this.#next - 1
    if (before < 0 || (this.#next === xs.length && xs[before]! < x)) return undefined
    const value = xs[before] === x ? y[before]! : between(xs, y, before, x)
    return { value, low: Math.min(lowest, value), high: Math.max(highest, value) }
  }
}

function between(xs: Float64Array, ys: Float64Array, index: number, x: number): number {
  const share = (x - xs[index]!) / (xs[index + 1]! - xs[index]!)
  return ys[index]! + share * (ys[index + 1]! - ys[index]!)
}

/**
 * Mean of curves with the band from the lowest to the highest, along the points of the one that reaches furthest. Where curves were
 * sampled elsewhere they are interpolated; at each x only those that have got there count; values that are not finite do not.
 */
export function meanCurve(curves: readonly Curve[]): Curve | undefined {
  const reach = (curve: Curve): number => curve.x.at(-1) ?? -Infinity
  const [first, ...others] = [...curves]
    .filter((curve) => curve.x.length > 0)
    .sort((a, b) => reach(b) - reach(a) || b.x.length - a.x.length)
  if (!first) return undefined
  if (others.length === 0) return first
  const { x } = first
  const y = new Float64Array(x.length)
  const low = new Float64Array(x.length).fill(Infinity)
  const high = new Float64Array(x.length).fill(-Infinity)
  const counts = new Uint32Array(x.length)
  const add = (index: number, value: number, lowest: number, highest: number): void => {
    if (!Number.isFinite(value)) return
    counts[index]!++
    y[index]! += (value - y[index]!) / counts[index]!
    if (lowest < low[index]!) low[index] = lowest
    if (highest > high[index]!) high[index] = highest
  }
  for (const curve of [first, ...others]) {
    if (isSameGrid(curve.x, x)) {
      for (let i = 0; i < x.length; i++) add(i, curve.y[i]!, (curve.low ?? curve.y)[i]!, (curve.high ?? curve.y)[i]!)
      continue
    }
    const walker = new Walker(curve)
    for (let i = 0; i < x.length; i++) {
      const found = walker.at(x[i]!)
      if (found) add(i, found.value, found.low, found.high)
    }
  }
  for (let i = 0; i < x.length; i++) if (counts[i] === 0) y[i] = low[i] = high[i] = NaN
  return { x, y, low, high }
}

/** Diverged runs stay out of a mean unless all have; they are still drawn one by one. */
export function meanRuns(runs: readonly RunResults[]): readonly RunResults[] {
  const sound = runs.filter(({ run }) => run.status !== 'diverged')
  return sound.length > 0 ? sound : runs
}

export interface SeriesLines {
  series: SeriesName
  per: 'step' | 'epoch'
  /** 100 for a share drawn in per cent. */
  factor?: number
  style: 'line' | 'raw' | 'dashed'
  /** Set apart from other series of the same figure: 'training'. */
  suffix?: string
  /** Thin lines for single seeds where they are few (default true). */
  withSeeds?: boolean
  /** The band over the seeds (default true). */
  withBand?: boolean
}

/** The lines of one series: for each group its seeds (thin, where they are few), then its mean. */
export function seriesLines(runs: readonly RunResults[], wish: SeriesLines): Line[] {
  const groups = runGroups(runs)
  const curveOfRun = ({ run, series }: RunResults): Curve[] => {
    const data = series[wish.series]
    return data && data.values.length > 0
      ? [curveOf(data, wish.per === 'epoch' ? run.stepsPerEpoch : 1, wish.factor ?? 1)]
      : []
  }
  const end = wish.suffix ? `, ${wish.suffix}` : ''
  return groups.flatMap((group): Line[] => {
    const mean = meanCurve(meanRuns(group.runs).flatMap(curveOfRun))
    if (!mean) return []
    const color = group.index
    const legend = group.label
    const drawsSeeds =
      wish.withSeeds !== false && group.runs.length > 1 && group.runs.length <= fewSeeds && runs.length <= fewLines
    // Runs of several experiments may share group and seed.
    const names = distinct(group.runs.map(({ run }) => `${group.label}, seed ${run.seed}${end}`))
    const seeds = drawsSeeds
      ? group.runs.flatMap((result, index) =>
          curveOfRun(result).map(({ x, y }): Line => {
            const key = names[index]!
            return { key, name: key, color, style: 'thin', x, y, legend }
          }),
        )
      : []
    const { x, y, low, high } = mean
    const band = low && high && wish.withBand !== false ? { low, high } : {}
    const name = `${group.label}${end}`
    return [...seeds, { key: name, name, color, style: wish.style, x, y, ...band, legend }]
  })
}

/** Whether some of these runs have a series as an envelope, so that a band also stands for what lies between its points. */
function hasEnvelope(runs: readonly RunResults[], series: SeriesName): boolean {
  return runs.some((result) => {
    const data = result.series[series]
    return data?.min !== undefined && data.count > data.values.length
  })
}

/**
 * How the lines of these runs came about, for a subtitle: 'mean of 5 seeds, band from lowest to highest', where the band of a series
 * also covers all epochs or iterations between its points: 'mean of 5 seeds, band from lowest to highest of all iterations'.
 */
export function seedsText(
  runs: readonly RunResults[],
  series?: SeriesName,
  repeats: 'seeds' | 'runs' = 'seeds',
): string {
  const begun = runs.filter(({ run }) => run.status !== 'queued')
  const most = Math.max(0, ...runGroups(begun).map((group) => group.runs.length))
  const diverged = runs.filter(({ run }) => run.status === 'diverged').length
  const isEnvelope = series !== undefined && hasEnvelope(runs, series)
  const among = isEnvelope ? ` of all ${seriesMeaning(series).per === 'step' ? 'iterations' : 'epochs'}` : ''
  const mean = most > 1 ? [`mean of ${most} ${repeats}`] : []
  const band = most > 1 || isEnvelope ? [`band from lowest to highest${among}`] : []
  const parts = [...mean, ...band].join(', ')
  const lost = diverged > 0 ? `${diverged} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} diverged` : ''
  return [parts, lost].filter((part) => part !== '').join('; ')
}
