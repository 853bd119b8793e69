/** Random networks of every kind of layer: right ones, and ones with a single fault. */
import fc from 'fast-check'
import {
  elementwiseActivations,
  inputShape,
  parameterCount,
  placedLayers,
  shapeSize,
  type Layer,
  type LayerType,
  type Model,
  type PlacedLayer,
  type Shape,
} from '../../../shared/models/model'

/** What a layer is made of once the shape that it gets is known. */
interface Seed {
  kind: LayerType
  activation: (typeof elementwiseActivations)[number]
  numbers: number[]
}

const kinds: LayerType[] = [
  'dense',
  'conv2d',
  'max-pool',
  'average-pool',
  'flatten',
  'dropout',
  'batch-norm',
  'residual',
]
const seeds: fc.Arbitrary<Seed> = fc.record({
  kind: fc.constantFrom(...kinds),
  activation: fc.constantFrom(...elementwiseActivations),
  numbers: fc.array(fc.nat(11), { minLength: 8, maxLength: 8 }),
})

/** A layer that fits. */
function layerFor({ kind, activation, numbers }: Seed, shape: Shape): Layer {
  const [a, b, c, d, e, f, g] = numbers as [number, number, number, number, number, number, number]
  const [channels, height, width] = shape
  switch (kind) {
    case 'dense':
      return { type: 'dense', units: 1 + a + b, activation: c === 0 ? 'softmax' : activation }
    case 'conv2d': {
      const padding: [number, number] = [c % 3, d % 3]
      const kernel: [number, number] = [1 + (e % (height + 2 * padding[0])), 1 + (f % (width + 2 * padding[1]))]
      const stride: [number, number] = [1 + (g % 3), 1 + (b % 2)]
      return { type: 'conv2d', filters: 1 + (a % 5), kernel, stride, padding, activation }
    }
    case 'max-pool':
    case 'average-pool': {
      const size: [number, number] = [1 + (a % height), 1 + (b % width)]
      const padding: [number, number] = [c % (Math.floor(size[0] / 2) + 1), d % (Math.floor(size[1] / 2) + 1)]
      return { type: kind, size, padding, ...(e > 5 && { stride: [1 + (f % 3), 1 + (g % 3)] as [number, number] }) }
    }
    case 'flatten':
      return { type: 'flatten' }
    case 'dropout':
      return { type: 'dropout', rate: a / 12 }
    case 'batch-norm':
      return { type: 'batch-norm', epsilon: (1 + a) / 100, momentum: b / 11, activation }
    case 'residual':
      return {
        type: 'residual',
        activation,
        layers: height * width === 1 ? [inside(1 + b), inside(channels)] : [same(a)],
      }
  }

  function inside(units: number): Extract<Layer, { type: 'dense' }> {
    return { type: 'dense', units, activation }
  }
  /** Keeps the shape of an image. */
  function same(choice: number): Exclude<Layer, { type: 'residual' }> {
    const where = { stride: [1, 1] as [number, number], padding: [1, 1] as [number, number] }
    if (choice < 4) return { type: 'conv2d', filters: channels, kernel: [3, 3], ...where, activation }
    if (choice < 6) return { type: 'max-pool', size: [3, 3], ...where }
    if (choice < 8) return { type: 'average-pool', size: [3, 3], ...where }
    if (choice < 10) return { type: 'dropout', rate: 0.5 }
    return { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'linear' }
  }
}

function grown(model: Model, sequence: readonly Seed[]): Model {
  return sequence.reduce((before, seed) => {
    const shape = placedLayers(before).at(-1)?.output ?? inputShape(before)
    return { ...before, layers: [...before.layers, layerFor(seed, shape)] }
  }, model)
}

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constant(1), fc.constant(1)),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
)

/** Networks that are right. */
export const models: fc.Arbitrary<Model> = fc
  .tuple(shapes, fc.array(seeds, { minLength: 1, maxLength: 5 }))
  .map(([shape, sequence]) =>
    grown({ inputSize: shapeSize(shape), inputShape: shape, layers: [], initialization: 'pytorch' }, sequence),
  )
  // A network without parameters is refused as a whole.
  .filter((model) => parameterCount(model) > 0)

const notPositive = [0, -1, 1.5, NaN, Infinity, 2 ** 40, '3', null, undefined, {}]
const notExtents = [[0, 1], [1], [1, 1, 1], [1.5, 1], [NaN, 1], [-1, 1], [1, 1e9], '3', null, 3]
const notActivations = ['swish', '', 3, null, undefined, {}, 'ReLU']
const notShares = [-0.1, 1.1, NaN, Infinity, '0.5', null]

/** For each kind of layer what its fields must not be. */
const faults: Record<LayerType, Record<string, unknown[]>> = {
  dense: { units: notPositive, activation: notActivations },
  conv2d: {
    filters: notPositive,
    kernel: [...notExtents, [100, 1], [1, 100]],
    stride: notExtents,
    padding: notExtents.slice(1),
    activation: [...notActivations, 'softmax'],
  },
  'max-pool': { size: [...notExtents, [100, 1]], padding: [[60, 0], [0, 60], ...notExtents.slice(1)] },
  'average-pool': { size: [...notExtents, [1, 100]], padding: [[60, 0], [0, 60], ...notExtents.slice(1)] },
  flatten: { type: ['flat', 3, null, undefined] },
  dropout: { rate: [...notShares, 1] },
  'batch-norm': {
    epsilon: [0, ...notShares.slice(0, 1), NaN, '1', null],
    momentum: notShares,
    activation: [...notActivations, 'softmax'],
  },
  residual: { layers: [3, null, 'x', {}, [null]], activation: [...notActivations, 'softmax'] },
}

function every(placed: readonly PlacedLayer[]): PlacedLayer[] {
  return placed.flatMap((entry) => [entry, ...every(entry.inner ?? [])])
}

/** A network with one fault in the layer of that name. */
export interface Faulty {
  model: Model
  layer: string
  field: string
}

export const faultyModels: fc.Arbitrary<Faulty> = fc
  .tuple(models, fc.nat(), fc.nat(), fc.nat())
  .map(([model, which, whichField, whichValue]) => {
    const copy = structuredClone(model)
    const places = every(placedLayers(copy))
    const { layer, name } = places[which % places.length]!
    const fields = Object.entries(faults[layer.type])
    const [field, values] = fields[whichField % fields.length]!
    Object.assign(layer, { [field]: values[whichValue % values.length] })
    return { model: copy, layer: name, field }
  })
