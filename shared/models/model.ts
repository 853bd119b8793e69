/**
 * What a network is: layers, activations, parameter counts and the layout of the flat parameter vector.
 * Training it is the engines' work; drawing its first weights is initialization.ts.
 */
import { z } from 'zod'

/** By the names of the field; leaky ReLU has PyTorch's default slope of 0.01, GELU is the exact one. */
export const activations = [
  'linear',
  'relu',
  'leaky-relu',
  'tanh',
  'sigmoid',
  'softplus',
  'gelu',
  'sin',
  'softmax',
] as const
export type Activation = (typeof activations)[number]

/** A layer of more units than this is a typing slip; the largest network of the reports has 4,096. */
const maxUnits = 65_536

export const denseLayerSchema = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(maxUnits),
  activation: z.enum(activations).default('relu'),
})

/** One entry for each kind of layer; convolution and pooling join here. */
export const layerSchema = z.discriminatedUnion('type', [denseLayerSchema])
export type Layer = z.infer<typeof layerSchema>

export const initializations = [
  'pytorch',
  'glorot-uniform',
  'glorot-normal',
  'he-uniform',
  'he-normal',
  'lecun-normal',
] as const
export type Initialization = (typeof initializations)[number]

/** A network, fully resolved: the size of its input and all its layers, the output layer last. */
export interface Model {
  inputSize: number
  layers: Layer[]
  initialization: Initialization
}

/** Where one layer's weights and bias lie in the flat parameter vector. */
export interface LayerSlice {
  /** `layer0`, `layer1`, ... in the order of the forward pass. */
  name: string
  inputs: number
  outputs: number
  /** Weights, row-major [outputs, inputs] as in PyTorch's nn.Linear. */
  weightOffset: number
  /** Bias, [outputs]. */
  biasOffset: number
}

/**
 * The flat parameter vector, layer by layer: weights row-major [outputs, inputs], then bias [outputs].
 * It is the order of PyTorch's `parameters_to_vector(model.parameters())`.
 */
export function parameterLayout(model: Model): LayerSlice[] {
  const slices: LayerSlice[] = []
  let inputs = model.inputSize
  let offset = 0
  model.layers.forEach((layer, index) => {
    const weightOffset = offset
    const biasOffset = weightOffset + inputs * layer.units
    slices.push({ name: `layer${index}`, inputs, outputs: layer.units, weightOffset, biasOffset })
    offset = biasOffset + layer.units
    inputs = layer.units
  })
  return slices
}

/** Number of trainable parameters (weights and biases). */
export function parameterCount(model: Model): number {
  const last = parameterLayout(model).at(-1)
  return last ? last.biasOffset + last.outputs : 0
}

/** Parameter count of a dense chain such as [1, 190, 1]. */
export function denseParameterCount(widths: readonly number[]): number {
  let count = 0
  for (let i = 1; i < widths.length; i++) count += (widths[i - 1]! + 1) * widths[i]!
  return count
}

/** How people write a dense network: 784-128-10. */
export function architectureLabel(model: Model): string {
  return [model.inputSize, ...model.layers.map((layer) => layer.units)].join('-')
}

/** Multiplications and additions of one training step (forward and backward) for one sample. */
export function flopsPerSample(model: Model): number {
  // Forward 2·I·O, backward twice that: gradient of the weights and of the input.
  return parameterLayout(model).reduce((sum, slice) => sum + 6 * slice.inputs * slice.outputs, 0)
}
