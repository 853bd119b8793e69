/** Random directions in the space of all weights, scaled so that a step of 1 means the same to every network. */
import { euclideanNorm } from '../../shared/math/vectors'
import { parameterLayout, type Model } from '../../shared/models/model'
import { RandomStream, randomKey } from '../../shared/random'

/** Gaussian numbers [size], the same for a seed and an axis. */
export function gaussianDirection(seed: number, axis: number, size: number): Float64Array {
  const random = new RandomStream(randomKey(seed, 'directions'), axis)
  return Float64Array.from({ length: size }, () => random.normal())
}

/**
 * Filter normalization (Li, Xu, Taylor, Studer, Goldstein: "Visualizing the loss landscape of neural nets", 2018, section 4): the part of
 * the direction that belongs to one filter, or to the incoming weights of one unit, gets the norm of these weights. Biases and batch
 * normalization are not moved, as in their code.
 * @param weights where the direction starts, [P]
 */
export function filterNormalized(model: Model, direction: Float64Array, weights: ArrayLike<number>): Float64Array {
  const normalized = new Float64Array(direction.length)
  for (const { type, inputs, outputs, weightOffset } of parameterLayout(model)) {
    if (type === 'batch-norm') continue
    for (let output = 0; output < outputs; output++) {
      const [from, to] = [weightOffset + output * inputs, weightOffset + (output + 1) * inputs]
      const filter = Array.from({ length: inputs }, (_, i) => weights[from + i]!)
      const scale = euclideanNorm(filter) / euclideanNorm(direction.subarray(from, to))
      for (let i = from; i < to; i++) normalized[i] = scale * direction[i]!
    }
  }
  return normalized
}

/** The direction with the norm of all weights. */
export function wholeNormalized(direction: Float64Array, weights: ArrayLike<number>): Float64Array {
  const scale = euclideanNorm(weights) / euclideanNorm(direction)
  return direction.map((value) => scale * value)
}
