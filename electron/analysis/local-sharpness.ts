/**
 * How the loss rises around weights w, in coordinates u: w + T u, T being diagonal. With T = 1 they are the weights themselves; with the
 * norms of filters each is measured in its own (shared/analyses/sharpness.ts).
 */
import type { LocalSharpness, SharpnessSpec } from '../../shared/analyses/sharpness'
import { mean } from '../../shared/math/mean'
import { parameterLayout, type Model } from '../../shared/models/model'
import { RandomStream, randomKey } from '../../shared/random'
import type { CurvatureQuestion } from '../engines/curvature'
import type { Engine, EngineSession } from '../engines/engine'
import { euclideanNorm } from '../../shared/math/vectors'
import { spectrumEnds } from './lanczos'
import { projectedAscent, type Objective } from './projected-ascent'

/** The eigenvalues at both ends have converged where the residual is this share of the larger one. */
const tolerance = 1e-6

/** The norm of the filter, or of the incoming weights of the unit, that each weight belongs to; 0 for biases and batch normalisation [P]. */
export function filterNorms(model: Model, weights: Float64Array): Float64Array {
  const norms = new Float64Array(weights.length)
  for (const { type, inputs, outputs, weightOffset } of parameterLayout(model)) {
    if (type === 'batch-norm') continue
    for (let output = 0; output < outputs; output++) {
      const [from, to] = [weightOffset + output * inputs, weightOffset + (output + 1) * inputs]
      norms.fill(euclideanNorm(weights.subarray(from, to)), from, to)
    }
  }
  return norms
}

export interface Surroundings {
  engine: Engine
  /** In float64; its parameters are moved and put back. */
  session: EngineSession
  question: CurvatureQuestion
  /** w and the diagonal of T [P] */
  weights: Float64Array
  scale: Float64Array
  radius: number
  /** Called after each gradient or product. */
  onStep: () => void
}

/** How often `onStep` is called at most. */
export function stepsOf({ ascent, lanczosSteps, probes }: SharpnessSpec): number {
  return 1 + ascent.starts * ascent.steps + lanczosSteps + probes
}

function times(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]!)
}

/** The loss at w + T u and its gradient T ∇L. */
function objectiveOf({ session, question, weights, scale, onStep }: Surroundings): Objective {
  return async (point) => {
    session.setParameters(placeAt({ weights, scale }, point))
    const { loss, gradient } = await session.curvature.lossAndGradient(question)
    onStep()
    return { value: loss, gradient: times(scale, gradient) }
  }
}

/** Gaussian, on the sphere of this radius, only along coordinates that move. */
function randomStart(
  { scale, radius }: Pick<Surroundings, 'scale' | 'radius'>,
  seed: number,
  index: number,
): Float64Array {
  const random = new RandomStream(randomKey(seed, 'ascent'), index)
  const start = scale.map((unit) => {
    const value = random.normal()
    return unit > 0 ? value : 0
  })
  const length = euclideanNorm(start)
  return length > 0 ? start.map((value) => (value / length) * radius) : start
}

/** Where each ascent starts, in coordinates u: at the weights, then at random places of the sphere. */
export function ascentStart(around: Pick<Surroundings, 'scale' | 'radius'>, seed: number, index: number): Float64Array {
  return index === 0 ? new Float64Array(around.scale.length) : randomStart(around, seed, index)
}

/** w + T u */
export function placeAt(
  { weights, scale }: Pick<Surroundings, 'weights' | 'scale'>,
  point: Float64Array,
): Float64Array {
  return weights.map((weight, i) => weight + scale[i]! * point[i]!)
}

/** Of Hutchinson's estimate, from 1: as many signs as there are weights. */
export function traceProbe(size: number, seed: number, probe: number): Float64Array {
  const words = new RandomStream(randomKey(seed, 'probe'), probe)
  return new Float64Array(size).map(() => (words.uint32() & 1 ? 1 : -1))
}

/**
 * The highest place that was found, from the weights along the gradient, then from random places of the sphere.
 * @returns its loss and its weights [P]
 */
export async function highestPlace(
  around: Surroundings,
  { ascent, seed }: Pick<SharpnessSpec, 'ascent' | 'seed'>,
): Promise<{ loss: number; weights: Float64Array }> {
  const { session, weights, radius } = around
  const objective = objectiveOf(around)
  let highest: Awaited<ReturnType<typeof projectedAscent>> = {
    value: -Infinity,
    point: new Float64Array(weights.length),
  }
  for (let index = 0; index < ascent.starts; index++) {
    const found = await projectedAscent(objective, ascentStart(around, seed, index), { radius, steps: ascent.steps })
    // A loss that is no number is not passed over.
    if (!Number.isNaN(highest.value) && !(found.value <= highest.value)) highest = found
  }
  session.setParameters(weights)
  return { loss: highest.value, weights: placeAt(around, highest.point) }
}

/** Largest loss in the ball, ends of the spectrum and trace of T H T. */
export async function localSharpness(around: Surroundings, spec: SharpnessSpec): Promise<LocalSharpness> {
  const { engine, session, question, weights, scale, onStep } = around
  const { lanczosSteps, probes, seed } = spec
  const size = weights.length
  const { loss: highest } = await highestPlace(around, spec)
  const apply = async (vector: Float64Array): Promise<Float64Array> => {
    const product = await session.curvature.product(question, times(scale, vector))
    onStep()
    return times(scale, product)
  }
  const gaussian = new RandomStream(randomKey(seed, 'probe'), 0)
  const start = scale.map((unit) => {
    const value = gaussian.normal()
    return unit > 0 ? value : 0
  })
  const ends = await spectrumEnds(engine, { size, apply }, { start, steps: lanczosSteps, tolerance })
  const samples: number[] = []
  for (let probe = 1; probe <= probes; probe++) {
    const signs = traceProbe(size, seed, probe)
    const product = await apply(signs)
    samples.push(product.reduce((sum, value, i) => sum + value * signs[i]!, 0))
  }
  return {
    highestLoss: highest,
    largestEigenvalue: ends.largest,
    smallestEigenvalue: ends.smallest,
    residual: ends.residual,
    ...meanAndError(samples),
  }
}

function meanAndError(samples: readonly number[]): { trace: number; traceError: number } {
  const { length } = samples
  const trace = mean(samples)
  const squares = samples.reduce((sum, value) => sum + (value - trace) ** 2, 0)
  return { trace, traceError: Math.sqrt(squares / (length - 1) / length) }
}
