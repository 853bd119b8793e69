/**
 * Indicators of generalization at the weights w where one training ended: how sharp the minimum is, and how large the weights are. L is the
 * mean loss over the first samples of the training set, H its Hessian at w; both in float64, without dropout and with the running
 * statistics of batch normalisation, which stay as they are while weights move. Computed in electron/analysis/sharpness.ts.
 *
 * Rescaling the layers of a ReLU network changes its sharpness but not the function (Dinh et al. 2017), so that each is measured twice: in
 * plain Euclidean distance, and with the incoming weights of each unit or filter measured in their own norm (filter normalisation, Li et
 * al. 2018, section 4): w + T u, T being diagonal with the norm of the filter that a weight belongs to, and 0 for biases and batch
 * normalisation, which do not move. In these coordinates the Hessian is T H T.
 */
import { z } from 'zod'
import type { RunId } from '../api/ids'
import { seedSchema, trainingSize } from '../experiments/run-spec'
import { checkOneRun, type AnalysedRun, type AnalysisKind } from './kind'
import { allSamples, forward, gradient, hessianProduct, plainLoop, sumOfWork, type Work } from './work'

/** Of the ball, a length above zero. */
const radius = z.number().positive('ε must be above zero').max(1e6)
const count = (most: number) => z.int().min(1).max(most)

export const sharpnessSettingsSchema = z.strictObject({
  /** Radius ε of the Euclidean ball around the weights. */
  epsilon: radius.default(0.1),
  /** Its radius where each filter is measured in its own norm. */
  relativeEpsilon: radius.default(0.1),
  /** Of the training set, the first so many; all where there are fewer. */
  samples: count(1_000_000).default(1000),
  /** The highest loss in the ball is looked for from so many places, by so many gradients each. */
  ascent: z.strictObject({ starts: count(100).default(3), steps: count(10_000).default(20) }).prefault({}),
  /** Lanczos steps for the eigenvalues of the Hessian at both ends, at most. */
  lanczosSteps: z.int().min(2).max(1000).default(40),
  /** Random vectors of Hutchinson's estimate of the trace. */
  probes: z.int().min(2, 'two probes are needed for a standard error').max(10_000).default(20),
})
export type SharpnessSettings = z.infer<typeof sharpnessSettingsSchema>

/** Both measures of distance, over a part of the training set; the spectral norms of layers take about a hundred products each. */
function sharpnessWork(question: SharpnessSpec, [run]: readonly AnalysedRun[]): Work {
  const { spec, parameterCount } = run!
  const { ascent, lanczosSteps, probes } = question
  const samples = Math.min(question.samples, trainingSize(spec))
  return sumOfWork(
    gradient(2 * ascent.starts * ascent.steps * samples),
    hessianProduct(2 * (lanczosSteps + probes) * samples),
    forward(allSamples(spec)),
    plainLoop(400 * parameterCount),
  )
}

export const sharpnessAnalysisSchema = z.strictObject({
  ...sharpnessSettingsSchema.shape,
  /** Of starts and probes. */
  seed: seedSchema,
})
export type SharpnessSpec = z.infer<typeof sharpnessAnalysisSchema>

/** The loss around the weights, in one of both measures of distance. */
export interface LocalSharpness {
  /** The highest loss that the ascents found in the ball; a lower bound of the maximum. */
  highestLoss: number
  /** Of H (or T H T); `residual` is ‖H v - λ v‖ of the largest, and no less than that of the smallest where that is larger in magnitude. */
  largestEigenvalue: number
  smallestEigenvalue: number
  residual: number
  /** Hutchinson's estimate, with the standard error of its mean. */
  trace: number
  traceError: number
}

/** What a layer multiplies the length of a vector by at most; of a residual block, its layers together with the way around them. */
export interface LayerNorm {
  layer: string
  norm: number
}

export interface SharpnessResult {
  run: { runId: RunId; label: string }
  epsilon: number
  relativeEpsilon: number
  /** How many samples L is over, and L at the weights. */
  samples: number
  loss: number
  /** In plain Euclidean distance, and filter-normalised. */
  plain: LocalSharpness
  normalized: LocalSharpness
  layerNorms: LayerNorm[]
  spectralNormProduct: number
  weightNorm: number
  /** Over all samples of either set; accuracies are NaN where there are no classes. */
  trainLoss: number
  testLoss: number
  trainAccuracy: number
  testAccuracy: number
}

/** (max L(w + v) - L(w)) / (1 + L(w)) · 100 over a ball (Keskar et al. 2017, metric 2.1, which is over a box). */
export function keskarSharpness(loss: number, highestLoss: number): number {
  return (100 * (highestLoss - loss)) / (1 + loss)
}

/** ½ ‖H‖₂ ε² / (1 + L), what a quadratic loss would rise by within ε (Dinh et al. 2017, section 2.2). @param norm ‖H‖₂ */
export function hessianSharpness(loss: number, norm: number, epsilon: number): number {
  return (norm * epsilon ** 2) / 2 / (1 + loss)
}

/** ‖H‖₂, the largest eigenvalue in magnitude. */
export function hessianNorm({ largestEigenvalue, smallestEigenvalue }: LocalSharpness): number {
  return Math.max(Math.abs(largestEigenvalue), Math.abs(smallestEigenvalue))
}

export const indicatorKeys = [
  'ballSharpness',
  'ballSharpnessNormalized',
  'hessianSharpness',
  'hessianSharpnessNormalized',
  'largestEigenvalue',
  'largestEigenvalueNormalized',
  'trace',
  'traceNormalized',
  'spectralNormProduct',
  'weightNorm',
] as const
export type IndicatorKey = (typeof indicatorKeys)[number]

export interface Indicator {
  title: string
  /** On an axis. */
  label: string
  /** What it is and whose idea it was. */
  definition: string
  of(result: SharpnessResult): number
}

export const indicators: Record<IndicatorKey, Indicator> = {
  ballSharpness: {
    title: 'Sharpness in a ball',
    label: 'rise of the loss in the ball (%)',
    definition: '(max L - L) / (1 + L) · 100 over the ball of radius ε around the weights (after Keskar et al. 2017)',
    of: ({ loss, plain }) => keskarSharpness(loss, plain.highestLoss),
  },
  ballSharpnessNormalized: {
    title: 'Sharpness in a ball, filter-normalised',
    label: 'rise of the loss in the ball (%)',
    definition:
      '(max L - L) / (1 + L) · 100 over the ball whose radius is a share of the norm of each filter ' +
      '(Keskar et al. 2017; scale: Li et al. 2018)',
    of: ({ loss, normalized }) => keskarSharpness(loss, normalized.highestLoss),
  },
  hessianSharpness: {
    title: '½‖H‖ε²/(1+L)',
    label: '½‖H‖ε²/(1+L)',
    definition: 'what a quadratic loss rises by within ε, by the spectral norm of the Hessian (Dinh et al. 2017)',
    of: ({ loss, plain, epsilon }) => hessianSharpness(loss, hessianNorm(plain), epsilon),
  },
  hessianSharpnessNormalized: {
    title: '½‖H‖ε²/(1+L), filter-normalised',
    label: '½‖THT‖ε²/(1+L)',
    definition: 'the same with each weight measured in the norm of its filter, T H T (scale: Li et al. 2018)',
    of: ({ loss, normalized, relativeEpsilon }) => hessianSharpness(loss, hessianNorm(normalized), relativeEpsilon),
  },
  largestEigenvalue: {
    title: 'Largest eigenvalue',
    label: 'largest eigenvalue of H',
    definition: 'of the Hessian, by Lanczos',
    of: ({ plain }) => plain.largestEigenvalue,
  },
  largestEigenvalueNormalized: {
    title: 'Largest eigenvalue, filter-normalised',
    label: 'largest eigenvalue of THT',
    definition: 'of T H T, by Lanczos (scale: Li et al. 2018)',
    of: ({ normalized }) => normalized.largestEigenvalue,
  },
  trace: {
    title: 'Trace',
    label: 'trace of H',
    definition: "of the Hessian, Hutchinson's estimate",
    of: ({ plain }) => plain.trace,
  },
  traceNormalized: {
    title: 'Trace, filter-normalised',
    label: 'trace of THT',
    definition: "of T H T, Hutchinson's estimate (scale: Li et al. 2018)",
    of: ({ normalized }) => normalized.trace,
  },
  spectralNormProduct: {
    title: 'Product of spectral norms',
    label: 'product of spectral norms',
    definition:
      'of all layers with weights, convolutions as the linear map that they are on their input; the same for rescaled layers ' +
      '(Bartlett et al. 2017; Neyshabur et al. 2018)',
    of: ({ spectralNormProduct }) => spectralNormProduct,
  },
  weightNorm: {
    title: 'Weight norm',
    label: '‖w‖',
    definition: 'Euclidean, of all weights and biases',
    of: ({ weightNorm }) => weightNorm,
  },
}

/** Test loss less training loss. */
export function lossGap({ testLoss, trainLoss }: SharpnessResult): number {
  return testLoss - trainLoss
}

/** Training accuracy less test accuracy, [-1, 1]. */
export function accuracyGap({ trainAccuracy, testAccuracy }: SharpnessResult): number {
  return trainAccuracy - testAccuracy
}

export const sharpnessAnalysis: AnalysisKind<SharpnessSpec> = {
  kind: 'sharpness',
  title: 'Sharpness',
  schema: sharpnessAnalysisSchema,
  snapshots: 'last',
  check: (_, runs) => checkOneRun(runs, 'sharpness is measured'),
  work: sharpnessWork,
}
