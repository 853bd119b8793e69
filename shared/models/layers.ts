/** The kinds of layers and their settings. What they do to shapes and parameters is model.ts; computing them is the engines' work. */
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

/** Softmax is over all outputs of a layer; layers with channels have no use for it. */
export const elementwiseActivations = [
  'linear',
  'relu',
  'leaky-relu',
  'tanh',
  'sigmoid',
  'softplus',
  'gelu',
  'sin',
] as const satisfies readonly Activation[]

/** A layer of more units than this is a typing slip; the largest network of the reports has 4,096. */
const maxUnits = 65_536
const maxExtent = 256

/** [height, width]; one number stands for both. */
const pair = (least: number) => {
  const one = z.int().min(least).max(maxExtent)
  const message = `must be a whole number from ${least} to ${maxExtent}, or two of them`
  return z.union([z.tuple([one, one]), one.transform((size): [number, number] => [size, size])], message)
}

export const denseLayerSchema = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(maxUnits),
  activation: z.enum(activations).default('relu'),
})

/** Cross-correlation with zero padding, as PyTorch's nn.Conv2d. */
export const conv2dLayerSchema = z.strictObject({
  type: z.literal('conv2d'),
  filters: z.int().min(1).max(maxUnits),
  kernel: pair(1).default([3, 3]),
  stride: pair(1).default([1, 1]),
  padding: pair(0).default([0, 0]),
  activation: z.enum(elementwiseActivations).default('relu'),
})

const window = {
  size: pair(1).default([2, 2]),
  /** Absent: the window's size. */
  stride: pair(1).optional(),
  /** At most half of the window, as in PyTorch. */
  padding: pair(0).default([0, 0]),
}

export const maxPoolLayerSchema = z.strictObject({ type: z.literal('max-pool'), ...window })

/** Padding counts as zeros, as PyTorch's nn.AvgPool2d does by default. */
export const averagePoolLayerSchema = z.strictObject({ type: z.literal('average-pool'), ...window })

/** Only says so: a dense layer flattens what it gets in any case, channels first. */
export const flattenLayerSchema = z.strictObject({ type: z.literal('flatten') })

/** In training each number is dropped with probability `rate` and the others are scaled by 1 / (1 - rate). */
export const dropoutLayerSchema = z.strictObject({ type: z.literal('dropout'), rate: z.number().min(0).lt(1) })

/**
 * Ioffe and Szegedy 2015. Over the batch (and the pixels) of each channel in training, with running statistics otherwise;
 * `momentum` is the new batch's share in them, as in PyTorch.
 */
export const batchNormLayerSchema = z.strictObject({
  type: z.literal('batch-norm'),
  epsilon: z.number().positive().max(1).default(1e-5),
  momentum: z.number().min(0).max(1).default(0.1),
  activation: z.enum(elementwiseActivations).default('linear'),
})

const plainLayerSchema = z.discriminatedUnion('type', [
  denseLayerSchema,
  conv2dLayerSchema,
  maxPoolLayerSchema,
  averagePoolLayerSchema,
  flattenLayerSchema,
  dropoutLayerSchema,
  batchNormLayerSchema,
])
export type PlainLayer = z.infer<typeof plainLayerSchema>

/** Of a residual block. */
export const maxInnerLayers = 20

/** The activation of x + f(x), f being `layers`, whose output has the shape of their input (He et al. 2016). */
export const residualLayerSchema = z.strictObject({
  type: z.literal('residual'),
  layers: z.array(plainLayerSchema).min(1).max(maxInnerLayers),
  activation: z.enum(elementwiseActivations).default('relu'),
})

/** One entry for each kind of layer. */
export const layerSchema = z.discriminatedUnion('type', [...plainLayerSchema.options, residualLayerSchema])
export type Layer = z.infer<typeof layerSchema>
export type LayerType = Layer['type']
export type DenseLayer = z.infer<typeof denseLayerSchema>
export type Conv2dLayer = z.infer<typeof conv2dLayerSchema>
export type PoolLayer = z.infer<typeof maxPoolLayerSchema> | z.infer<typeof averagePoolLayerSchema>
