/** First weights of a network, by the names of the field, drawn from shared/random.ts so that all engines start alike. */
import { RandomStream, randomKey } from '../random'
import { parameterLayout, parameterCount, type Initialization, type LayerSlice, type Model } from './model'

type Draw = (random: RandomStream, slice: LayerSlice) => number

const uniform =
  (bound: (slice: LayerSlice) => number): Draw =>
  (random, slice) =>
    (2 * random.uniform() - 1) * bound(slice)

const normal =
  (deviation: (slice: LayerSlice) => number): Draw =>
  (random, slice) =>
    random.normal() * deviation(slice)

/**
 * Weights by scheme, for fan-in I and fan-out O (of a convolution: channels or filters times the kernel's size).
 * Glorot and Bengio 2010 (eq. 16), He et al. 2015 (eq. 10), LeCun et al. 1998 (section 4.6); `pytorch` is that of nn.Linear
 * and nn.Conv2d: weights and bias uniform on ±1/√I. All others start with zero bias, and batch normalisation always with weight 1.
 */
const weightDraws: Record<Initialization, Draw> = {
  pytorch: uniform(({ inputs }) => 1 / Math.sqrt(inputs)),
  'glorot-uniform': uniform(({ inputs, fanOut }) => Math.sqrt(6 / (inputs + fanOut))),
  'glorot-normal': normal(({ inputs, fanOut }) => Math.sqrt(2 / (inputs + fanOut))),
  'he-uniform': uniform(({ inputs }) => Math.sqrt(6 / inputs)),
  'he-normal': normal(({ inputs }) => Math.sqrt(2 / inputs)),
  'lecun-normal': normal(({ inputs }) => Math.sqrt(1 / inputs)),
}

/** The initial flat parameter vector [parameterCount] of a model for a seed; layout as in parameterLayout. */
export function initialParameters(model: Model, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(model))
  parameterLayout(model).forEach((slice, index) => {
    if (slice.type === 'batch-norm') return void parameters.fill(1, slice.weightOffset, slice.biasOffset)
    const random = new RandomStream(randomKey(seed, 'initialization'), index)
    const draw = weightDraws[model.initialization]
    for (let i = slice.weightOffset; i < slice.biasOffset; i++) parameters[i] = draw(random, slice)
    if (model.initialization !== 'pytorch') return
    for (let i = 0; i < slice.outputs; i++) parameters[slice.biasOffset + i] = draw(random, slice)
  })
  return parameters
}
