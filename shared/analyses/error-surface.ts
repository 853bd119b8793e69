/**
 * The loss on a line or a plane through the weights of a run, or through those of several: how the plane is laid, how the loss along the
 * way of the training compares to the loss of its shadow on the plane.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import { seedSchema, trainingSize } from '../experiments/run-spec'
import type { AnalysedRun, AnalysisKind } from './kind'
import { forward, snapshotsOf, testSize, type Work } from './work'

/** Random ones from the end of a run, the main axes of its way, or from run to run. */
export const directionChoices = ['random', 'pca', 'runs'] as const
export type DirectionChoice = (typeof directionChoices)[number]

export const surfaceSchema = z.strictObject({
  directions: z.enum(directionChoices).default('pca'),
  /** A line or a plane. */
  dimensions: z.literal([1, 2]).default(2),
  /**
   * Of random directions: `filter`: each row or filter of weights as long as that of the weights themselves (Li et al. 2018), biases and
   * batch normalisation stay. `none`: the direction as a whole as long as all weights.
   */
  normalization: z.enum(['filter', 'none']).default('filter'),
  /**
   * Where it begins and ends. Random directions: in lengths of the direction from the end of the run. Others: -1 and 1 are where the way
   * or the runs end, with a tenth of margin.
   */
  span: z
    .tuple([z.number().min(-1e6).max(1e6), z.number().min(-1e6).max(1e6)])
    .refine(([from, to]) => to - from >= 1e-9, { message: 'the span must end above where it starts' })
    .default([-1, 1]),
  /** Points along each axis. */
  resolution: z.int().min(3).max(501).default(51),
  /** Of random directions. */
  seed: seedSchema.default(0),
  /** Whose loss. */
  set: z.enum(['training', 'test']).default('training'),
  /** Only the first so many samples of it; absent: all. */
  samples: z.int().min(1).optional(),
})
export type SurfaceSpec = z.infer<typeof surfaceSchema>

/** One direction in units of its own: weights = origin + Σ coordinate · direction. */
export interface SurfaceAxis {
  /** What a coordinate of 1 means, for the axis label. */
  unit: 'filter norms' | 'weight norms' | 'distance' | 'share'
  /** Share of the variance of the way along this axis, for the main axes; null for others. */
  explained: number | null
  /** [resolution] ascending */
  coordinates: Float64Array
  /** Euclidean length of a step of 1. */
  length: number
}

/** A run's weights seen from the plane: a point of its way, or the end of one of the runs. */
export interface SurfacePoint {
  label: string
  step: number
  epoch: number
  /** On the plane: the nearest point of it. One or two numbers. */
  coordinates: number[]
  /** Of the weights themselves, and of the nearest point on the plane. */
  trueLoss: number
  planeLoss: number
  /** How far the weights lie from the plane. */
  distance: number
}

export interface SurfaceResult {
  directions: DirectionChoice
  axes: SurfaceAxis[]
  /** [second axis, first axis], row-major; on a line [first axis]. NaN: not computed yet; Infinity: the loss is not finite there. */
  values: Float64Array
  /** Every so many-th point of each axis, and the last, has been computed; 1: all have; 0: not even the coarsest are complete. */
  stride: number
  points: SurfacePoint[]
}

/** Indices of an axis of `resolution` points at a stride: 0, s, 2 s, ... and the last. */
export function strideIndices(resolution: number, stride: number): number[] {
  const indices: number[] = []
  for (let i = 0; i < resolution - 1; i += stride) indices.push(i)
  indices.push(resolution - 1)
  return indices
}

/** About a dozen points along each axis first. */
const coarsest = 13

/** From coarse to fine: powers of two down to 1. */
export function surfaceStrides(resolution: number): number[] {
  let stride = 1
  while ((resolution - 1) / (2 * stride) >= coarsest - 1) stride *= 2
  const strides: number[] = []
  for (; stride >= 1; stride /= 2) strides.push(stride)
  return strides
}

/** How many runs a question is asked of. */
export function runsNeeded({ directions, dimensions }: Pick<SurfaceSpec, 'directions' | 'dimensions'>): number {
  return directions === 'runs' ? dimensions + 1 : 1
}

/** @throws LabError `spec/invalid` */
function checkSurface(spec: SurfaceSpec, runs: readonly AnalysedRun[]): void {
  const refuse = (message: string): never => {
    throw new LabError('spec/invalid', message, [{ path: ['surface', 'directions'], message }])
  }
  const needed = runsNeeded(spec)
  if (runs.length !== needed) {
    refuse(`${needed === 1 ? 'one run is' : `${needed} runs are`} needed, not ${runs.length}`)
  }
  const [first, ...others] = runs
  for (const other of others) {
    const same = (key: 'model' | 'data' | 'loss'): boolean => {
      const [a, b] = [first!, other].map(({ spec: run }) => (key === 'model' ? architecture(run.model) : run[key]))
      return JSON.stringify(a) === JSON.stringify(b)
    }
    const between = `${first!.label} and ${other.label}`
    if (!same('model')) refuse(`${between} are networks of unlike architectures: there is no way from one to the other`)
    if (!same('data') || !same('loss')) refuse(`${between} learned different tasks: there is no loss in common`)
  }
}

/** Whatever the first weights were drawn from. */
function architecture({ inputSize, inputShape, layers }: AnalysedRun['spec']['model']): unknown {
  return { inputSize, inputShape, layers }
}

/** The loss at all places, and twice at each snapshot along the way. */
function surfaceWork({ resolution, dimensions, set, ...spec }: SurfaceSpec, [run]: readonly AnalysedRun[]): Work {
  const all = set === 'training' ? trainingSize(run!.spec) : testSize(run!.spec)
  const samples = Math.min(spec.samples ?? all, all)
  return forward((resolution ** dimensions + 2 * snapshotsOf(run!.spec)) * samples)
}

export const errorSurfaceAnalysis: AnalysisKind<SurfaceSpec> = {
  kind: 'error-surface',
  title: 'Error surface',
  schema: surfaceSchema,
  snapshots: 'all',
  check: checkSurface,
  work: surfaceWork,
}
