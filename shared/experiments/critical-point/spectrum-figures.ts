/** The eigenvalues of one training: each by its rank, and how many there are of each size. */
import { largestMagnitude } from '../../analyses/critical-point'
import type { Line, LineFigure, PointGroup, ScatterFigure } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { formatValue } from '../../figures/numbers'
import { countsOf, type CriticalPoint, type CriticalPointView } from './points'

const signs = [
  { key: 'positive', color: 0, has: (value: number) => value > 0 },
  { key: 'negative', color: 1, has: (value: number) => value < 0 },
] as const

interface Eigenvalue {
  value: number
  /** Eigenvalues it stands for. */
  count: number
}

/** Largest magnitude first, from 1; of an estimate the middle of those it stands for. */
function ranks(values: readonly Eigenvalue[], isEstimate: boolean): Float64Array {
  let before = 0
  return Float64Array.from(values, ({ count }) => {
    const rank = isEstimate ? before + count / 2 : before + 1
    before += count
    return rank
  })
}

/** Largest magnitude first. */
function sorted({ result }: CriticalPoint): Eigenvalue[] {
  const { eigenvalues, weights, parameterCount } = result
  const all = [...eigenvalues].map((value, index) => ({ value, count: weights ? weights[index]! * parameterCount : 1 }))
  return all.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
}

function ruleText({ tolerance, chosen }: CriticalPointView): string {
  if (!chosen) return ''
  const { positive, zero, negative } = countsOf(chosen, tolerance)
  const about = chosen.result.weights ? 'about ' : ''
  return `${about}${positive} positive, ${zero} zero (within ${formatValue(tolerance)} of the largest), ${negative} negative`
}

function subtitle(view: CriticalPointView): string {
  const { chosen } = view
  if (!chosen) return ''
  const estimate = chosen.result.weights ? 'estimated by stochastic Lanczos quadrature' : ''
  return joined(chosen.label, ruleText(view), estimate)
}

/** |λ| by its rank among those of its sign. Those that are exactly zero have no place on a log axis and are left to the count. */
export function spectrumFigure(view: CriticalPointView): ScatterFigure {
  const { chosen, tolerance } = view
  const all = chosen ? sorted(chosen) : []
  const groups = signs.flatMap(({ key, color, has }): PointGroup[] => {
    const own = all.filter(({ value }) => has(value))
    if (own.length === 0) return []
    return [
      {
        key,
        name: key,
        legend: key,
        color,
        marker: 'dot',
        x: ranks(own, chosen!.result.weights !== null),
        y: Float64Array.from(own, ({ value }) => Math.abs(value)),
        notes: own.map(({ value }) => `eigenvalue: ${formatValue(value)}`),
      },
    ]
  })
  const limit = chosen ? tolerance * largestMagnitude(chosen.result.eigenvalues) : 0
  const last = Math.max(0, ...groups.map(({ x }) => x.at(-1)!))
  const line: Line = {
    key: 'tolerance',
    name: 'tolerance',
    color: 'text',
    style: 'dashed',
    x: Float64Array.of(0, last),
    y: Float64Array.of(limit, limit),
    legend: 'tolerance',
    isGuide: true,
  }
  return {
    type: 'scatter',
    figureId: 'spectrum',
    title: 'Eigenvalues of the Hessian',
    subtitle: subtitle(view),
    x: { label: 'rank by magnitude among those of the same sign', scale: 'linear', canBeLog: true, min: 0 },
    y: { label: '|λ|', scale: 'log', canBeLog: true },
    groups,
    ...(limit > 0 && groups.length > 0 ? { lines: [line] } : {}),
    emptyText: 'appears with the first training that has ended',
  }
}

/** Bins of a third of a decade. */
const binsPerDecade = 3

/** Outline of a histogram: each bin is two points at its height. */
function histogram(values: readonly Eigenvalue[], from: number, to: number): Pick<Line, 'x' | 'y'> {
  const counts = new Float64Array(to - from)
  for (const { value, count } of values) counts[binOf(value) - from]! += count
  const x: number[] = []
  const y: number[] = []
  counts.forEach((count, bin) => {
    x.push(10 ** ((from + bin) / binsPerDecade), 10 ** ((from + bin + 1) / binsPerDecade))
    y.push(count, count)
  })
  return { x: Float64Array.from(x), y: Float64Array.from(y) }
}

function binOf(value: number): number {
  return Math.floor(binsPerDecade * Math.log10(Math.abs(value)))
}

/** Smaller ones are rounding of the largest. */
const leastShare = 1e-16

export function densityFigure(view: CriticalPointView): LineFigure {
  const { chosen } = view
  const largest = chosen ? largestMagnitude(chosen.result.eigenvalues) : 0
  const all = (chosen ? sorted(chosen) : []).filter(({ value }) => Math.abs(value) > leastShare * largest)
  const bins = all.map(({ value }) => binOf(value))
  const [from, to] = [Math.min(...bins), Math.max(...bins) + 1]
  const lines = signs.flatMap(({ key, color, has }): Line[] => {
    const own = all.filter(({ value }) => has(value))
    if (own.length === 0) return []
    return [{ key, name: key, legend: key, color, style: 'line', dots: false, ...histogram(own, from, to) }]
  })
  return {
    type: 'lines',
    figureId: 'eigenvalue-density',
    title: 'How many eigenvalues there are of each size',
    subtitle: joined(subtitle(view), `three bins for each decade${lines.length > 0 ? ', rounding left out' : ''}`),
    x: { label: '|λ|', scale: 'log', canBeLog: true },
    y: { label: 'number of eigenvalues', scale: 'linear', canBeLog: true, min: 0 },
    lines,
    emptyText: 'appears with the first training that has ended',
  }
}
