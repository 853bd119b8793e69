/** Reads the numbers that test/golden/make wrote. Shapes: flat arrays as in electron/engines/engine.ts; what is given is float32. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { FunctionData } from '../../shared/experiments/run-spec'
import type { Loss, Optimizer } from '../../shared/models/optimizer'
import type { Activation, Model, Shape } from '../../shared/models/model'
import type { RandomKey } from '../../shared/random'
import type { Samples } from '../../electron/engines/engine'

export interface GoldenSamples {
  inputs: number[]
  values?: number[]
  labels?: number[]
}

/** A file that PyTorch and safetensors wrote, and what is in it. */
export interface StateDict {
  name: string
  /** Base64. */
  file: string
  inputShape: Shape
  /** As `parseLayers` reads it. */
  hidden: string
  outputs: number
  parameters: number[]
  buffers: number[]
}

/** What a case is given. */
export interface GoldenNetwork extends GoldenSamples {
  name: string
  model: Model
  loss: Loss
  parameters: number[]
  /** Running statistics before. */
  buffers?: number[]
}

/** In evaluation mode, but for `training`. Products are those with `direction`. */
export interface LayerCase extends GoldenNetwork {
  outputs: number[]
  lossValue: number
  accuracy: number | null
  gradient: number[]
  hessianProduct: number[]
  gaussNewtonProduct: number[]
  inputGradients: { loss: number[]; output: number[] }
  training?: TrainingCourse
}

/** Plain gradient descent over the whole set; `gradient` is that of its first step. */
export interface TrainingCourse {
  dropoutKey: RandomKey
  learningRate: number
  batchLoss: number[]
  gradientNorm: number[]
  gradient: number[]
  parameters: number[]
  buffers?: number[]
}

export interface ActivationTables {
  inputs: number[]
  tables: { activation: Activation; values: number[]; slopes: number[] }[]
}

export interface Kept {
  step: number
  parameters: number[]
}

export interface Course {
  batchLoss: number[]
  gradientNorm: number[]
  kept: Kept[]
}

export interface OptimizerCase extends GoldenNetwork, Course {
  optimizer: Optimizer
  batchSize: number
  /** How much a small change of the first parameters has grown at the end. */
  growth: number
}

export interface EndCase extends GoldenNetwork {
  endLoss: number
  endNorm: number
}

export interface MarquardtCase extends GoldenNetwork {
  optimizer: Optimizer
  batchLoss: number[]
  kept: Kept[]
}

export interface CurvatureCase extends GoldenNetwork {
  lossValue: number
  gradient: number[]
  /** Lower triangles, row by row. */
  hessian: number[]
  gaussNewton: number[]
  eigenvalues: number[]
  gaussNewtonEigenvalues: number[]
}

/** First parameters are `scale` times the initial ones of `seed`. */
export interface SpectrumCase extends Omit<GoldenNetwork, 'parameters'> {
  seed: number
  scale: number
  eigenvalues: number[]
  trace: number
  squaredNorm: number
  squaredDiagonal: number
  hessianProduct: number[]
  gaussNewtonProduct: number[]
}

/** At parameters in float64, of a network on samples that a run makes of `data`. */
export interface CriticalPointCase extends GoldenNetwork {
  data: FunctionData
  lossValue: number
  gradientNorm: number
  eigenvalues: number[]
  minimalRatios: { tolerance: number; ratio: number }[]
}

/** Losses [resolution, resolution] of the last of some weights in float64; on main axes with the way of all, [snapshots, 2]. */
export interface SurfaceCase {
  data: FunctionData
  model: Model
  snapshots: number[][]
  resolution: number
  directions: 'random' | 'pca'
  normalization: 'filter' | 'none'
  seed: number
  values: number[]
  way?: number[]
  explained?: number[]
}

/** A training from the first weights of `seed`, batches in its orders. Norms of step s are those before its update. */
export interface GradientCourse extends Omit<GoldenNetwork, 'parameters'> {
  optimizer: Optimizer
  seed: number
  batchSize: number
  epochs: number
  batchLoss: number[]
  gradientNorm: number[]
  /** [steps, layers] */
  layerNorms: number[]
  /** Before every so many-th step the gradient over all samples, at `fullSteps`. */
  fullEvery: number
  fullSteps: number[]
  fullNorms: number[]
}

export interface Trajectories {
  components: {
    runs: number
    snapshots: number
    dimensions: number
    /** [n, P] */
    points: number[]
    /** [n, 3], up to the sign of each column */
    coordinates: number[]
    explained: number[]
    variance: number
  }[]
  walkLimits: { steps: number; explained: number[] }[]
  /** Shares of the variance over `repeats` walks drawn in all dimensions. */
  walks: {
    dimensions: number
    starts: number[][]
    lengths: number[][]
    mean: number[]
    deviation: number[]
    repeats: number
  }[]
}

export interface MatrixCase {
  matrix: 'scattered' | 'graded' | 'repeated'
  size: number
  eigenvalues: number[]
}

/** Between `parameters` and `secondParameters`; buffers are those of the whole training set at each point. */
export interface InterpolationCase extends GoldenNetwork {
  secondParameters: number[]
  testInputs: number[]
  testTargets: number[]
  points: {
    alpha: number
    trainLoss: number
    trainAccuracy: number | null
    testLoss: number
    testAccuracy: number | null
    buffers?: number[]
  }[]
}

interface GoldenSensitivity {
  loss: number
  accuracy: number | null
  ofLoss: number
  ofOutputs: number
}

/** Means over the samples of each set; `ofChosen`: over `chosen` of the training samples, evenly among all. */
export interface SensitivityCase extends GoldenNetwork {
  testInputs: number[]
  testTargets: number[]
  training: GoldenSensitivity
  test: GoldenSensitivity
  chosen: number
  ofChosen: GoldenSensitivity
}

/** Of H, or of T H T with the norms of filters in T; `highestLoss` by PyTorch's own ascent from `direction`, scaled to the radius. */
export interface GoldenSurroundings {
  radius: number
  largestEigenvalue: number
  smallestEigenvalue: number
  trace: number
  highestLoss: number
}

export interface SharpnessCase extends GoldenNetwork {
  testInputs: number[]
  testTargets: number[]
  trainLoss: number
  testLoss: number
  /** Over so many of the training samples are what follows. */
  samples: number
  lossValue: number
  direction: number[]
  filterNorms: number[]
  plain: GoldenSurroundings
  normalized: GoldenSurroundings
  layerNorms: number[]
  spectralNormProduct: number
  weightNorm: number
}

export interface RandomNumbers {
  words: { key: [number, number]; stream: number; values: number[] }
  orders: { seed: number; epoch: number; order: number[] }[]
  initial: { seed: number; sizes: number[]; parameters: number[] }
  mask: {
    key: [number, number]
    rate: number
    step: number
    layer: number
    features: number
    batch: number
    kept: number[]
  }
  /** Ten classes. */
  labels: { given: number[]; changed: { share: number; how: 'permute' | 'redraw'; seed: number; labels: number[] }[] }
}

export const layerGroups = ['dense', 'convolution', 'pooling', 'dropout', 'batch-norm', 'residual'] as const

interface Golden extends Record<`layers/${(typeof layerGroups)[number]}`, LayerCase[]> {
  activations: ActivationTables
  random: RandomNumbers
  optimizers: OptimizerCase[]
  'adam-571': Omit<OptimizerCase, 'parameters'> & { seed: number }
  lbfgs: EndCase[]
  'levenberg-marquardt': MarquardtCase[]
  curvature: CurvatureCase[]
  'spectrum-571': SpectrumCase
  matrices: MatrixCase[]
  'critical-point': CriticalPointCase[]
  'error-surface': SurfaceCase[]
  'state-dicts': StateDict[]
  'gradient-courses': GradientCourse[]
  trajectories: Trajectories
  interpolation: InterpolationCase[]
  sensitivity: SensitivityCase[]
  sharpness: SharpnessCase[]
  'gradient-norm': (GoldenNetwork & Course & { learningRate: number })[]
}

export function golden<Name extends keyof Golden>(name: Name): Golden[Name] {
  return JSON.parse(readFileSync(path.join(__dirname, `${name}.json`), 'utf8')) as Golden[Name]
}

export function goldenSamples({ inputs, values, labels }: GoldenSamples): Samples {
  return {
    inputs: Float32Array.from(inputs),
    ...(values && { values: Float32Array.from(values) }),
    ...(labels && { labels: Uint8Array.from(labels) }),
  }
}

/** The vector [P] that the stored products are with: whole numbers over 50. */
export function direction(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => (((37 * i) % 101) - 50) / 50)
}

/** The symmetric matrix [n, n] of a lower triangle. */
export function fullMatrix(lower: readonly number[], size: number): Float64Array {
  const matrix = new Float64Array(size * size)
  let next = 0
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      matrix[row * size + column] = matrix[column * size + row] = lower[next++]!
    }
  }
  return matrix
}
