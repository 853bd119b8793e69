/** Hidden layers of networks that people know by name, for presets and the wizard's menu. The input may be any picture of 16 pixels or more. */
import { layerSchema, type Activation, type Layer } from './layers'

function layers(...inputs: unknown[]): Layer[] {
  return inputs.map((input) => layerSchema.parse(input))
}

export function dense(units: number, activation: Activation = 'relu'): Layer {
  return { type: 'dense', units, activation }
}

/** 3x3 with a border of one zero, so that the picture keeps its size, then the largest of each 2x2. */
export function convAndPool(filters: number): Layer[] {
  return layers({ type: 'conv2d', filters, kernel: 3, padding: 1 }, { type: 'max-pool', size: 2 })
}

/** Blocks of convolution and pooling, then one dense layer. */
export function convNet(filters: readonly number[], units: number): Layer[] {
  return [...filters.flatMap(convAndPool), dense(units)]
}

/** The same with batch normalisation between each convolution and its ReLU. */
export function batchNormNet(filters: readonly number[], units: number): Layer[] {
  const blocks = filters.flatMap((count) =>
    layers(
      { type: 'conv2d', filters: count, kernel: 3, padding: 1, activation: 'linear' },
      { type: 'batch-norm', activation: 'relu' },
      { type: 'max-pool', size: 2 },
    ),
  )
  return [...blocks, dense(units)]
}

/** Dropout before the last layers, where most of the parameters are (Srivastava et al. 2014). */
export function withDropout(hidden: readonly Layer[], rate: number): Layer[] {
  return hidden.flatMap((layer): Layer[] => (layer.type === 'dense' ? [layer, { type: 'dropout', rate }] : [layer]))
}

/** LeNet-5 with its tanh and averages (LeCun et al. 1998), but with full connections and a plain output. */
export function leNet(): Layer[] {
  return layers(
    { type: 'conv2d', filters: 6, kernel: 5, padding: 2, activation: 'tanh' },
    { type: 'average-pool', size: 2 },
    { type: 'conv2d', filters: 16, kernel: 5, activation: 'tanh' },
    { type: 'average-pool', size: 2 },
    dense(120, 'tanh'),
    dense(84, 'tanh'),
  )
}

/** Without borders, kernels of 5: PyTorch's well-known example for MNIST (21,840 parameters there). */
export function convNet5(filters: readonly number[], units: number): Layer[] {
  const blocks = filters.flatMap((count) =>
    layers({ type: 'conv2d', filters: count, kernel: 5 }, { type: 'max-pool', size: 2 }),
  )
  return [...blocks, dense(units)]
}

/** Two residual blocks of two convolutions each (He et al. 2016), a small cousin of ResNet. */
export function residualNet(filters: number): Layer[] {
  const conv = { type: 'conv2d', filters, kernel: 3, padding: 1, activation: 'linear' }
  const block = {
    type: 'residual',
    layers: [conv, { type: 'batch-norm', activation: 'relu' }, conv, { type: 'batch-norm' }],
  }
  return layers(
    conv,
    { type: 'batch-norm', activation: 'relu' },
    { type: 'max-pool', size: 2 },
    block,
    { type: 'max-pool', size: 2 },
    block,
    { type: 'average-pool', size: 2 },
  )
}

export interface ReadyNetwork {
  /** A label for the curves. */
  label: string
  hint: string
  hidden: Layer[]
}

/** For pictures, from small to large. */
export const readyNetworks: readonly ReadyNetwork[] = [
  { label: 'Small CNN', hint: '8 and 16 filters, dense 32', hidden: convNet([8, 16], 32) },
  { label: 'LeNet', hint: 'as in 1998: tanh, average pooling', hidden: leNet() },
  { label: 'CNN 16-32', hint: '16 and 32 filters, dense 128', hidden: convNet([16, 32], 128) },
  { label: 'CNN 16-32-64', hint: 'three blocks, dense 256', hidden: convNet([16, 32, 64], 256) },
  { label: 'CNN 32-64', hint: 'wider: 32 and 64 filters, dense 256', hidden: convNet([32, 64], 256) },
  { label: 'Batch norm CNN', hint: '16 and 32 filters, normalised', hidden: batchNormNet([16, 32], 128) },
  {
    label: 'Dropout CNN',
    hint: 'half of the dense layer is dropped',
    hidden: withDropout(convNet([16, 32], 128), 0.5),
  },
  { label: 'Residual CNN', hint: 'two residual blocks of 16 filters', hidden: residualNet(16) },
]
