/**
 * The data of a function to learn: its values where they are defined, the samples that a run trains on, and the grid on which its
 * prediction is drawn. Reading expressions is expression.ts.
 */
import { LabError } from '../api/errors'
import type { FunctionData } from '../experiments/run-spec'
import { RandomStream, randomKey } from '../random'
import { compileExpression, readExpression, type RealFunction } from './expression'

export { compileExpression, expressionFunctions, readExpression, type RealFunction } from './expression'

/** Number of points of the plot grid. */
export const plotGridSize = 512

/** Neighbours of a removable singularity, as a share of the domain's width. */
const limitStep = 1e-6
/** How far the values around a removable singularity may lie apart, relative to their size. */
const limitTolerance = 1e-3

function gridPoint(domain: readonly [number, number], index: number, points: number): number {
  const [from, to] = domain
  if (index === points - 1) return to
  return from + ((to - from) * index) / (points - 1)
}

/** 512 evenly spaced points of the domain with both ends, [512]. */
export function plotGrid(data: FunctionData): Float64Array {
  return Float64Array.from({ length: plotGridSize }, (_, index) => gridPoint(data.domain, index, plotGridSize))
}

/**
 * The limit of a function at a point where it has no value, or NaN where it has none. A pole or a jump has values around it that
 * differ, or that change when one comes closer; sin(x)/x at 0 does not.
 */
function limitAt(evaluate: RealFunction, x: number, width: number): number {
  const step = limitStep * width
  const [left, right, nearLeft, nearRight] = [-step, step, -step / 2, step / 2].map((offset) => evaluate(x + offset))
  const limit = (left! + right!) / 2
  const allowed = limitTolerance * (1 + Math.abs(limit))
  const agrees = [left!, right!, nearLeft!, nearRight!].every((value) => Math.abs(value - limit) <= allowed)
  return agrees ? limit : NaN
}

/**
 * The function to learn, with its removable singularities filled by their limit (the mean of the two neighbours).
 * @throws LabError `spec/invalid` for an expression that does not parse.
 */
export function targetFunction(expression: string, domain: readonly [number, number]): RealFunction {
  const evaluate = compileExpression(expression)
  const width = domain[1] - domain[0]
  return (x) => {
    const value = evaluate(x)
    return Number.isFinite(value) ? value : limitAt(evaluate, x, width)
  }
}

function notFinite(x: number): LabError {
  const message = `has no finite value at x = ${Number(x.toPrecision(6))}; choose a domain without it`
  return new LabError('spec/invalid', message, [{ path: [], message }])
}

/** Peaks of a grid that are looked at closely, and how often the interval around each is cut. */
const peaksSearched = 12
const peakCuts = 80
/** A peak so much higher than everything on the grid is a pole. */
const poleGrowth = 1e6

/** Where |f| is largest in an interval with one peak, by ternary search. */
function peakIn(evaluate: RealFunction, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let i = 0; i < peakCuts; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (Math.abs(evaluate(a)) < Math.abs(evaluate(b))) low = a
    else high = b
  }
  return (low + high) / 2
}

/**
 * A grid steps over most poles: 1/x has none of its points at 0. Looks closely at the highest peaks of |f| between them.
 * @returns the first x where the function has no value or grows without bound, or Infinity.
 */
function singularityBetween(evaluate: RealFunction, domain: readonly [number, number]): number {
  const sizes = Array.from({ length: plotGridSize }, (_, i) => Math.abs(evaluate(gridPoint(domain, i, plotGridSize))))
  const peaks = sizes
    .map((size, index) => ({ size, index }))
    .filter(({ size, index }) => size >= (sizes[index - 1] ?? 0) && size >= (sizes[index + 1] ?? 0))
    .sort((a, b) => b.size - a.size)
    .slice(0, peaksSearched)
  const highest = 1 + (peaks[0]?.size ?? 0)
  const decimals = Math.min(20, Math.max(0, 9 - Math.floor(Math.log10(domain[1] - domain[0]))))
  const singular = peaks.flatMap(({ index }) => {
    const around = [Math.max(0, index - 1), Math.min(plotGridSize - 1, index + 1)] as const
    const x = peakIn(evaluate, gridPoint(domain, around[0], plotGridSize), gridPoint(domain, around[1], plotGridSize))
    // Singular points are mostly round numbers; the search ends beside them.
    const round = Number(x.toFixed(decimals))
    if (!Number.isFinite(evaluate(round))) return [round]
    return Math.abs(evaluate(x)) > poleGrowth * highest ? [round] : []
  })
  return Math.min(Infinity, ...singular)
}

/**
 * Whether an expression has one reading, and the function a value everywhere it is needed: on its training grid, on the plot grid, and
 * between their points.
 * @throws LabError `spec/invalid` with both readings, or naming the first x where it is not finite (float32, as networks see it).
 */
export function checkFunction(expression: string, domain: readonly [number, number], points: number): void {
  readExpression(expression)
  const evaluate = targetFunction(expression, domain)
  let first = Infinity
  for (const count of new Set([points, plotGridSize])) {
    for (let i = 0; i < count; i++) {
      const x = gridPoint(domain, i, count)
      if (x >= first) break
      if (!Number.isFinite(Math.fround(evaluate(x)))) first = x
    }
  }
  if (first === Infinity) first = singularityBetween(evaluate, domain)
  if (first < Infinity) throw notFinite(first)
}

/** What a run trains on: `points` inputs of the domain and their targets, with Gaussian noise on the targets. */
export interface FunctionSamples {
  /** [N], ascending for a grid. */
  inputs: Float32Array
  /** [N] */
  targets: Float32Array
}

/** @throws LabError `spec/invalid` where the function has no finite value. */
export function functionSamples(data: FunctionData, seed: number): FunctionSamples {
  const evaluate = targetFunction(data.expression, data.domain)
  const [from, to] = data.domain
  const inputs = new Float32Array(data.points)
  const targets = new Float32Array(data.points)
  const drawInput = new RandomStream(randomKey(seed, 'inputs'))
  const drawNoise = new RandomStream(randomKey(seed, 'noise'))
  for (let i = 0; i < data.points; i++) {
    const x =
      data.sampling === 'grid' ? gridPoint(data.domain, i, data.points) : from + (to - from) * drawInput.uniform()
    const noise = data.noise > 0 ? data.noise * drawNoise.normal() : 0
    inputs[i] = x
    targets[i] = evaluate(x) + noise
    if (!Number.isFinite(targets[i]!)) throw notFinite(x)
  }
  return { inputs, targets }
}
