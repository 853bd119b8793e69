/**
 * What a question about a run probably costs, counted in what can be timed on any machine within milliseconds. Rough on purpose: a person
 * wants to know whether it is seconds, minutes or hours. The ratios were measured (docs/performance.md).
 */
import { plotGridSize } from '../data/function-data'
import { datasets } from '../data/datasets'
import { courseOf, precisionOf, snapshotCount } from '../experiments/run-course'
import { trainingSize, type RunSpec } from '../experiments/run-spec'

export interface Work {
  /** Samples taken forward and back through the run's network, in float64. */
  gradients: number
  /** Additions and multiplications beside the network, at the speed of the core. */
  flops: number
}

export const noWork: Work = { gradients: 0, flops: 0 }

export function sumOfWork(...parts: readonly Work[]): Work {
  return {
    gradients: parts.reduce((sum, { gradients }) => sum + gradients, 0),
    flops: parts.reduce((sum, { flops }) => sum + flops, 0),
  }
}

export function timesWork(times: number, { gradients, flops }: Work): Work {
  return { gradients: times * gradients, flops: times * flops }
}

/** Loss or outputs of so many samples: forward is a third of a gradient. */
export const forward = (samples: number): Work => ({ gradients: samples / 3, flops: 0 })

/** The same in what the run was trained in: float32 takes half the time. */
export function evaluation(spec: Pick<RunSpec, 'precision' | 'gradientPhase'>, samples: number): Work {
  return forward(precisionOf(spec) === 'float32' ? samples / 2 : samples)
}

export const gradient = (samples: number): Work => ({ gradients: samples, flops: 0 })

/** Hessian times vector. */
export const hessianProduct = (samples: number): Work => ({ gradients: 2 * samples, flops: 0 })

/** The whole Hessian; the core has a shorter way where all layers are dense. */
export function hessian({ model }: Pick<RunSpec, 'model'>, parameterCount: number, samples: number): Work {
  const productsPerColumn = model.layers.every(({ type }) => type === 'dense') ? 0.25 : 1
  return { gradients: 2 * productsPerColumn * parameterCount * samples, flops: 0 }
}

/** All eigenvalues of a symmetric matrix. */
export const eigenvalues = (size: number): Work => ({ gradients: 0, flops: (4 / 3) * size ** 3 })

/** The same with the eigenvectors. */
export const eigenvectors = (size: number): Work => timesWork(2.6, eigenvalues(size))

/** A loop outside the core runs at about a twentieth of its speed. */
export const plainLoop = (operations: number): Work => ({ gradients: 0, flops: 20 * operations })

/** Samples of the test set of a run, as far as its spec says; for a function, the points of the plot. */
export function testSize({ data }: Pick<RunSpec, 'data'>): number {
  return data.type === 'function' ? plotGridSize : (data.testSize ?? datasets[data.dataset].testSize)
}

/** Weights kept of a run that comes to its end. */
export const snapshotsOf = (spec: RunSpec): number => snapshotCount(spec, courseOf(spec, trainingSize(spec)))

/** Samples of both sets. */
export const allSamples = (spec: Pick<RunSpec, 'data'>): number => trainingSize(spec) + testSize(spec)
