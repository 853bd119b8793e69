/**
 * What there is to know of the point where a training ended: loss, gradient norm, all eigenvalues of the Hessian, and whether the loss
 * rises around it. All over the training set and in float64.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import {
  gradientMethods,
  gradientPhaseSchema,
  seedSchema,
  trainingSize,
  type GradientMethod,
} from '../experiments/run-spec'
import type { AnalysedRun, AnalysisKind } from './kind'
import { eigenvalues, forward, gradient, hessian, hessianProduct, sumOfWork, type Work } from './work'

/** Eigenvalues: all of the exact Hessian, or an estimate of their density that needs no matrix. */
export const spectrumChoices = ['exact', 'lanczos'] as const
export type SpectrumChoice = (typeof spectrumChoices)[number]

/** Rademacher probes and Lanczos steps of the estimated density. */
export const spectralProbes = { probes: 10, steps: 80 }

export const toleranceSchema = z.number().min(0).lt(1)

export const neighboursSchema = z.strictObject({
  /** Random directions in which the loss is compared; 0: none. */
  count: z.int().min(0).max(10_000).default(100),
  /** How far they lie, as a share of the norm of all weights. */
  radius: z.number().positive().max(10).default(1e-3),
})

export const criticalPointAnalysisSchema = z.strictObject({
  targetNorm: gradientPhaseSchema.shape.targetNorm,
  tolerance: toleranceSchema,
  neighbours: neighboursSchema,
  spectrum: z.enum(spectrumChoices),
  /** Of the random directions, and of the probes of an estimate. */
  seed: seedSchema,
})
export type CriticalPointSpec = z.infer<typeof criticalPointAnalysisSchema>

export interface CriticalPointResult {
  loss: number
  gradientNorm: number
  /** Euclidean norm of all weights and biases. */
  weightNorm: number
  targetNorm: number
  reached: boolean
  /** How the gradient norm was minimised; null where the run had no such phase. */
  method: GradientMethod | null
  /** Ascending: all eigenvalues of the Hessian, or the nodes of a quadrature of their density. */
  eigenvalues: Float64Array
  /** For each node the share of the eigenvalues that it stands for, together 1; null where they are exact. */
  weights: Float64Array | null
  parameterCount: number
  neighbours: number
  /** Share of the neighbours with a higher loss, [0, 1]; null without neighbours. */
  neighboursHigher: number | null
}

export interface SignCounts {
  positive: number
  zero: number
  negative: number
}

/** The eigenvalue with the largest magnitude, without its sign. */
export function largestMagnitude(eigenvalues: Float64Array): number {
  return Math.max(Math.abs(eigenvalues[0] ?? 0), Math.abs(eigenvalues.at(-1) ?? 0))
}

/**
 * Eigenvalues by sign. One counts as zero where |λ| ≤ tolerance · max |λ|.
 * @param eigenvalues ascending
 * @param weights of each, summing to their number or to 1; null: all count alike
 */
export function countSigns(eigenvalues: Float64Array, tolerance: number, weights: Float64Array | null): SignCounts {
  const limit = tolerance * largestMagnitude(eigenvalues)
  const counts: SignCounts = { positive: 0, zero: 0, negative: 0 }
  eigenvalues.forEach((value, index) => {
    const sign = Math.abs(value) <= limit ? 'zero' : value > 0 ? 'positive' : 'negative'
    counts[sign] += weights ? weights[index]! : 1
  })
  return counts
}

/** Share of positive eigenvalues of the Hessian, [0, 1]: 1 at a strict minimum. */
export function minimalRatio(eigenvalues: Float64Array, tolerance: number, weights: Float64Array | null): number {
  const { positive, zero, negative } = countSigns(eigenvalues, tolerance, weights)
  return positive / (positive + zero + negative)
}

/** The Hessian, a copy that is reduced to its eigenvalues, and room to work in. */
const matricesAtOnce = 3
/** What one analysis may take: several run side by side. */
const mostHessianBytes = 2e9

export const mostHessianParameters = Math.floor(Math.sqrt(mostHessianBytes / (8 * matricesAtOnce)))

function gigabytes(bytes: number): string {
  const value = bytes / 1e9
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} GB`
}

/** Why the exact Hessian of so many parameters cannot be had, or undefined. */
export function hessianProblem(parameterCount: number): string | undefined {
  if (parameterCount <= mostHessianParameters) return undefined
  const needed = gigabytes(8 * matricesAtOnce * parameterCount ** 2)
  const count = parameterCount.toLocaleString('en')
  const most = mostHessianParameters.toLocaleString('en')
  return (
    `the exact Hessian of ${count} parameters needs ${needed} of memory, and at most ${gigabytes(mostHessianBytes)} ` +
    `(${most} parameters) are taken; choose the Lanczos density ('lanczos') instead`
  )
}

function checkCriticalPoint(spec: CriticalPointSpec, runs: readonly AnalysedRun[]): void {
  if (spec.spectrum !== 'exact') return
  for (const { label, parameterCount } of runs) {
    const problem = hessianProblem(parameterCount)
    if (!problem) continue
    const message = `${label}: ${problem}`
    throw new LabError('spec/invalid', message, [{ path: ['spectrum'], message }])
  }
}

export const gradientMethodTitles: Record<GradientMethod, string> = {
  adam: 'Adam',
  lbfgs: 'L-BFGS',
  newton: 'Newton',
  'levenberg-marquardt': 'Levenberg-Marquardt',
}

/** Those that solve with a matrix of parameters by parameters in each step. */
export function needsHessian(method: GradientMethod): boolean {
  return method === 'newton' || method === 'levenberg-marquardt'
}

export { gradientMethods }

function criticalPointWork({ spectrum, neighbours }: CriticalPointSpec, [run]: readonly AnalysedRun[]): Work {
  const { spec, parameterCount } = run!
  const samples = trainingSize(spec)
  const ofSpectrum =
    spectrum === 'exact'
      ? sumOfWork(hessian(spec, parameterCount, samples), eigenvalues(parameterCount))
      : hessianProduct(spectralProbes.probes * Math.min(spectralProbes.steps, parameterCount) * samples)
  return sumOfWork(gradient(samples), ofSpectrum, forward(neighbours.count * samples))
}

export const criticalPointAnalysis: AnalysisKind<CriticalPointSpec> = {
  kind: 'critical-point',
  title: 'Critical point',
  schema: criticalPointAnalysisSchema,
  snapshots: 'last',
  check: checkCriticalPoint,
  work: criticalPointWork,
}
