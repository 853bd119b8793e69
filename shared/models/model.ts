/**
 * What a network is: its layers, the shapes between them, parameter counts and the layout of the flat parameter vector.
 * Training it is the engines' work; drawing its first weights is initialization.ts.
 */
import { LabError, type Issue } from '../api/errors'
import type { Layer, PoolLayer } from './layers'

export * from './layers'

export const initializations = [
  'pytorch',
  'glorot-uniform',
  'glorot-normal',
  'he-uniform',
  'he-normal',
  'lecun-normal',
] as const
export type Initialization = (typeof initializations)[number]

/** What one sample is between two layers: [channels, height, width]; n numbers without a place are [n, 1, 1]. */
export type Shape = readonly [channels: number, height: number, width: number]

/** A network, fully resolved: the size of its input and all its layers, the output layer last. */
export interface Model {
  inputSize: number
  /** Where the input has places; its product is inputSize. Absent: [inputSize, 1, 1]. */
  inputShape?: Shape
  layers: Layer[]
  initialization: Initialization
}

/** Where one layer's parameters lie in the flat parameter vector. */
export interface LayerSlice {
  /** `layer0`, `layer1`, ... in the order of the forward pass; `layer2.0` within a residual block. */
  name: string
  type: 'dense' | 'conv2d' | 'batch-norm'
  /** Numbers that one output is computed from (fan-in: inputs, or channels times kernel), and fan-out likewise. */
  inputs: number
  fanOut: number
  /** Units, filters or channels. */
  outputs: number
  /** As in PyTorch: [outputs, inputs], [filters, channels, kernel height, kernel width] or [channels], row-major. */
  weightShape: readonly number[]
  weightOffset: number
  /** Bias, [outputs]. */
  biasOffset: number
  /** How often each weight is used for one sample: the number of output pixels. */
  uses: number
}

export function shapeSize(shape: Shape): number {
  return shape[0] * shape[1] * shape[2]
}

/** The product of extents. */
function product(extents: readonly number[]): number {
  return extents.reduce((size, extent) => size * extent, 1)
}

export function inputShape(model: Pick<Model, 'inputSize' | 'inputShape'>): Shape {
  return model.inputShape ?? [model.inputSize, 1, 1]
}

/** One entry of the walk through a model: a layer, its name and the shapes around it. */
export interface PlacedLayer {
  layer: Layer
  name: string
  /** Of the layer in `layers`, for error messages. */
  path: (string | number)[]
  input: Shape
  output: Shape
  /** The layers of a residual block. */
  inner?: PlacedLayer[]
}

const sizeText = (shape: Shape) => shape.join(' × ')

/** Steps of a window of `size` along `length` numbers with `padding` at both ends; less than 1: the window does not fit. */
function windowSteps(length: number, size: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - size) / stride) + 1
}

/** @throws a text that says why not */
function outputShape(layer: Layer, input: Shape): Shape {
  const [channels, height, width] = input
  switch (layer.type) {
    case 'dense':
      return [layer.units, 1, 1]
    case 'conv2d':
    case 'max-pool':
    case 'average-pool': {
      const size = layer.type === 'conv2d' ? layer.kernel : layer.size
      const stride = layer.type === 'conv2d' ? layer.stride : poolStride(layer)
      if (layer.type !== 'conv2d' && layer.padding.some((padding, axis) => padding > size[axis]! / 2)) {
        throw new Error('the padding must be at most half of the window')
      }
      const rows = windowSteps(height, size[0], stride[0], layer.padding[0])
      const columns = windowSteps(width, size[1], stride[1], layer.padding[1])
      if (rows < 1 || columns < 1) {
        const what = layer.type === 'conv2d' ? 'kernel' : 'window'
        throw new Error(`a ${what} of ${size.join(' × ')} does not fit into ${height} × ${width} pixels`)
      }
      return [layer.type === 'conv2d' ? layer.filters : channels, rows, columns]
    }
    case 'flatten':
      return [shapeSize(input), 1, 1]
    case 'dropout':
    case 'batch-norm':
    case 'residual':
      return input
  }
}

export function poolStride(layer: PoolLayer): readonly [number, number] {
  return layer.stride ?? layer.size
}

function place(layers: readonly Layer[], input: Shape, prefix: string, path: (string | number)[]): PlacedLayer[] {
  let shape = input
  return layers.map((layer, index) => {
    const name = `${prefix}${index}`
    const here = [...path, index]
    const refuse = (message: string): never => {
      const issue: Issue = { path: here, message }
      throw new LabError('spec/invalid', `${name} (${layer.type}): ${message}`, [issue])
    }
    let output: Shape
    try {
      output = outputShape(layer, shape)
    } catch (error) {
      return refuse((error as Error).message)
    }
    const placed: PlacedLayer = { layer, name, path: here, input: shape, output }
    if (layer.type === 'residual') {
      placed.inner = place(layer.layers, shape, `${name}.`, [...here, 'layers'])
      const end = placed.inner.at(-1)!.output
      if (sizeText(end) !== sizeText(shape)) {
        refuse(`its layers turn ${sizeText(shape)} into ${sizeText(end)}, which cannot be added to their input`)
      }
    }
    shape = output
    return placed
  })
}

/**
 * The layers with their names and shapes.
 * @throws LabError `spec/invalid` naming the layer (path from `layers`) where a window does not fit or shapes cannot be added
 */
export function placedLayers(model: Pick<Model, 'inputSize' | 'inputShape' | 'layers'>): PlacedLayer[] {
  return place(model.layers, inputShape(model), 'layer', [])
}

/** What is wrong with the shapes, with paths from `layers`: the first place where a layer does not fit, or nothing. */
export function layerIssues(model: Pick<Model, 'inputSize' | 'inputShape' | 'layers'>): Issue[] {
  try {
    placedLayers(model)
    return []
  } catch (error) {
    if (error instanceof LabError) return error.issues
    throw error
  }
}

/** Numbers that the network gives for one sample. */
export function outputSize(model: Pick<Model, 'inputSize' | 'inputShape' | 'layers'>): number {
  return shapeSize(placedLayers(model).at(-1)?.output ?? inputShape(model))
}

function flat(placed: readonly PlacedLayer[]): PlacedLayer[] {
  return placed.flatMap((entry) => [entry, ...flat(entry.inner ?? [])])
}

/** `placedLayers`, each block followed by the layers within it. */
export function allPlacedLayers(model: Pick<Model, 'inputSize' | 'inputShape' | 'layers'>): PlacedLayer[] {
  return flat(placedLayers(model))
}

/**
 * The flat parameter vector, layer by layer: weights row-major in PyTorch's shape, then bias.
 * It is the order of PyTorch's `parameters_to_vector(model.parameters())`.
 */
export function parameterLayout(model: Model): LayerSlice[] {
  const slices: LayerSlice[] = []
  let offset = 0
  for (const { layer, name, input, output } of allPlacedLayers(model)) {
    const shape = weightShape(layer, input)
    if (!shape) continue
    const weights = product(shape)
    const [outputs] = output
    slices.push({
      name,
      type: layer.type as LayerSlice['type'],
      inputs: layer.type === 'batch-norm' ? 1 : weights / shape[0]!,
      fanOut: layer.type === 'batch-norm' ? 1 : shape[0]! * product(shape.slice(2)),
      outputs,
      weightShape: shape,
      weightOffset: offset,
      biasOffset: offset + weights,
      uses: output[1] * output[2],
    })
    offset += weights + outputs
  }
  return slices
}

/** Trainable parameters of one layer, with those of the layers within it. */
export function placedParameterCount({ layer, input, output, inner = [] }: PlacedLayer): number {
  const shape = weightShape(layer, input)
  const own = shape ? product(shape) + output[0] : 0
  return inner.reduce((sum, entry) => sum + placedParameterCount(entry), own)
}

function weightShape(layer: Layer, input: Shape): number[] | undefined {
  if (layer.type === 'dense') return [layer.units, shapeSize(input)]
  if (layer.type === 'conv2d') return [layer.filters, input[0], ...layer.kernel]
  if (layer.type === 'batch-norm') return [input[0]]
  return undefined
}

/** Number of trainable parameters (weights and biases). */
export function parameterCount(model: Model): number {
  const last = parameterLayout(model).at(-1)
  return last ? last.biasOffset + last.outputs : 0
}

/** Running means [C] and variances [C] of each batch normalisation, in the order of the layers: what is kept but not trained. */
export function bufferCount(model: Model): number {
  return parameterLayout(model).reduce((sum, { type, outputs }) => sum + (type === 'batch-norm' ? 2 * outputs : 0), 0)
}

/** Parameter count of a dense chain such as [1, 190, 1]. */
export function denseParameterCount(widths: readonly number[]): number {
  let count = 0
  for (let i = 1; i < widths.length; i++) count += (widths[i - 1]! + 1) * widths[i]!
  return count
}

function layerLabel(layer: Layer): string {
  const extent = ([rows, columns]: readonly [number, number]) =>
    rows === columns ? String(rows) : `${rows}x${columns}`
  const moved = (stride: readonly [number, number]) => (extent(stride) === '1' ? '' : `s${extent(stride)}`)
  const padded = (padding: readonly [number, number]) => (extent(padding) === '0' ? '' : `p${extent(padding)}`)
  switch (layer.type) {
    case 'dense':
      return String(layer.units)
    case 'conv2d':
      return `conv${layer.filters}k${extent(layer.kernel)}${moved(layer.stride)}${padded(layer.padding)}`
    case 'max-pool':
    case 'average-pool': {
      const stride = layer.stride && extent(layer.stride) !== extent(layer.size) ? `s${extent(layer.stride)}` : ''
      const name = layer.type === 'max-pool' ? 'pool' : 'avg'
      return `${name}${extent(layer.size)}${stride}${padded(layer.padding)}`
    }
    case 'flatten':
      return 'flat'
    case 'dropout':
      return `drop${layer.rate}`
    case 'batch-norm':
      return 'bn'
    case 'residual':
      return `res(${layer.layers.map(layerLabel).join('-')})`
  }
}

/** How people write a network: 784-128-10, or 3x32x32-conv16k3p1-pool2-128-10 (kernels of 3, padding of 1). */
export function architectureLabel(model: Model): string {
  const input = model.layers.every((layer) => layer.type === 'dense') ? model.inputSize : inputShape(model).join('x')
  return [input, ...model.layers.map(layerLabel)].join('-')
}

/** Numbers that all layers give for one sample: what activations, pooling and memory cost goes with. */
export function unitCount(model: Model): number {
  return allPlacedLayers(model).reduce((sum, { output }) => sum + shapeSize(output), 0)
}

/** Multiplications and additions of one training step (forward and backward) for one sample. */
export function flopsPerSample(model: Model): number {
  // Forward 2 for each use of a weight, backward twice that: gradient of the weights and of the input.
  return parameterLayout(model).reduce((sum, slice) => sum + 6 * slice.inputs * slice.outputs * slice.uses, 0)
}
