/** The layers of a model's draft: what they are, what they come to, and changing them. No DOM. */
import { networkOf, type NetworkEnds } from '../../../shared/experiments/model-groups'
import {
  elementwiseActivations,
  layerSchema,
  placedLayers,
  placedParameterCount,
  type Activation,
  type Layer,
  type LayerType,
  type PlacedLayer,
  type Shape,
} from '../../../shared/models/model'
import { specOf, type LayerDraft, type ModelDraft, type PlainLayerDraft } from './draft'

/** A layer as the schema has it; null while one of its numbers is none. */
export function layerOf(draft: LayerDraft): Layer | null {
  const result = layerSchema.safeParse(specOf(draft))
  return result.success ? result.data : null
}

/** null while one of them is none. */
export function layersOf(drafts: readonly LayerDraft[]): Layer[] | null {
  const layers = drafts.map(layerOf)
  return layers.every((layer) => layer !== null) ? layers : null
}

/** What a layer comes to: null where it, or one before it, does not fit. */
export interface PlacedDraft {
  output: Shape | null
  parameters: number | null
  /** Those of a residual block. */
  inner?: PlacedDraft[]
}

function placedDraft(draft: LayerDraft, placed: PlacedLayer | null): PlacedDraft {
  const result: PlacedDraft = {
    output: placed?.output ?? null,
    parameters: placed ? placedParameterCount(placed) : null,
  }
  if (draft.type === 'residual')
    result.inner = draft.layers.map((inner, index) => placedDraft(inner, placed?.inner?.[index] ?? null))
  return result
}

/** All hidden layers as far as they can be placed, then the output layer. */
export function placedDrafts(
  hidden: readonly LayerDraft[],
  ends: NetworkEnds,
): { hidden: PlacedDraft[]; output: PlacedDraft } {
  const drafts = hidden.map(layerOf)
  const firstBad = drafts.indexOf(null)
  const sound = (firstBad < 0 ? drafts : drafts.slice(0, firstBad)) as Layer[]
  const placed = placedAsFar(sound, ends)
  // After all the hidden ones comes the output layer, unless something before it is not right.
  const last = firstBad < 0 ? placed[hidden.length] : undefined
  return {
    hidden: hidden.map((draft, index) => placedDraft(draft, (index < sound.length && placed[index]) || null)),
    output: {
      output: [ends.outputs, 1, 1],
      parameters: last ? placedParameterCount(last) : null,
    },
  }
}

/** With the output layer where all fit, else as many as do. */
function placedAsFar(layers: readonly Layer[], ends: NetworkEnds): PlacedLayer[] {
  const network = networkOf({ hidden: [...layers], initialization: 'pytorch' }, ends)
  for (let count = network.layers.length; count > 0; count--) {
    try {
      return placedLayers({ ...network, layers: network.layers.slice(0, count) })
    } catch {
      // One layer less may fit; why this one does not is said by the check of the whole draft.
    }
  }
  return []
}

export const layerTypes: readonly LayerType[] = [
  'dense',
  'conv2d',
  'max-pool',
  'average-pool',
  'batch-norm',
  'dropout',
  'flatten',
  'residual',
]

export const layerHints: Record<LayerType, string> = {
  dense: 'every unit sees every number before it',
  conv2d: 'filters that slide over the picture',
  'max-pool': 'the largest of each window',
  'average-pool': 'the mean of each window',
  'batch-norm': 'mean 0 and variance 1 over the batch',
  dropout: 'leaves numbers out while training',
  flatten: 'the picture as one row of numbers',
  residual: 'layers whose output is added to their input',
}

function elementwise(activation: Activation): (typeof elementwiseActivations)[number] {
  return elementwiseActivations.find((known) => known === activation) ?? 'relu'
}

export interface LayerPlace {
  /** Of the layers around it. */
  activation: Activation
  /** Its input; null where that is not known. */
  input: Shape | null
  /** A layer to take after in its units or filters. */
  like?: LayerDraft | undefined
}

function countLike(like: LayerDraft | undefined): number | string | undefined {
  return like?.type === 'dense' ? like.units : like?.type === 'conv2d' ? like.filters : undefined
}

/** A convolution that keeps the picture's size. */
function newConvolution(filters: number | string, activation: Activation): PlainLayerDraft {
  return { type: 'conv2d', filters, kernel: 3, stride: 1, padding: 1, activation: elementwise(activation) }
}

/** A layer of a type as people usually begin it. */
export function newLayer(type: LayerType, { activation, input, like }: LayerPlace): LayerDraft {
  const count = countLike(like)
  switch (type) {
    case 'dense':
      return { type, units: count ?? 32, activation }
    case 'conv2d':
      return newConvolution(count ?? 16, activation)
    case 'max-pool':
    case 'average-pool':
      return { type, size: 2, padding: 0 }
    case 'flatten':
      return { type }
    case 'dropout':
      return { type, rate: 0.5 }
    case 'batch-norm':
      return { type, epsilon: 1e-5, momentum: 0.1, activation: 'linear' }
    case 'residual': {
      // What it adds up must have the shape of its input.
      const [channels, height, width] = input ?? [16, 2, 2]
      const units: PlainLayerDraft = { type: 'dense', units: channels, activation: 'linear' }
      const inner = height * width > 1 ? newConvolution(channels, 'linear') : units
      return { type, layers: [inner], activation: elementwise(activation) }
    }
  }
}

/** Layers that need a picture before them. */
const spatial: ReadonlySet<LayerType> = new Set(['conv2d', 'max-pool', 'average-pool', 'flatten'])

/** The types that make sense for an input; a residual block has no other within it. */
export function typesFor(input: Shape, isInner: boolean): LayerType[] {
  const hasPlaces = input[1] * input[2] > 1
  return layerTypes.filter((type) => (hasPlaces || !spatial.has(type)) && !(isInner && type === 'residual'))
}

/** Where a new layer goes: at the end, but before the first layer that makes a row of the picture where it needs a picture. */
export function placeFor(type: LayerType, hidden: readonly LayerDraft[]): number {
  const flat = hidden.findIndex((layer) => layer.type === 'dense' || layer.type === 'flatten')
  return flat >= 0 && spatial.has(type) ? flat : hidden.length
}

/** Adds a layer where it makes sense, like the last one of its type before that place. `shapes`: the input's, then each output's. */
export function addLayer(
  hidden: LayerDraft[],
  type: LayerType,
  activation: Activation,
  shapes: readonly (Shape | null)[],
): void {
  const place = placeFor(type, hidden)
  const like = hidden
    .slice(0, place)
    .filter((layer) => layer.type === type)
    .at(-1)
  hidden.splice(place, 0, newLayer(type, { activation, input: shapes[place] ?? null, like }))
}

export function moveLayer(hidden: LayerDraft[], index: number, step: number): void {
  const [layer] = hidden.splice(index, 1)
  if (layer) hidden.splice(index + step, 0, layer)
}

/** Whether the activation of a layer says something: not that of one which is normalised before it is activated. */
function counts(layer: LayerDraft, next: LayerDraft | undefined): layer is LayerDraft & { activation: Activation } {
  if (!('activation' in layer)) return false
  if (layer.type === 'batch-norm') return layer.activation !== 'linear'
  return !(layer.activation === 'linear' && next?.type === 'batch-norm')
}

function counting(hidden: readonly LayerDraft[]): (LayerDraft & { activation: Activation })[] {
  return hidden.flatMap((layer, index) => (counts(layer, hidden[index + 1]) ? [layer] : []))
}

/** The activation of all layers that have one, or null where they differ. A network without any has none that matters. */
export function commonActivation({ hidden }: Pick<ModelDraft, 'hidden'>): Activation | null {
  const all = new Set(counting(hidden).map((layer) => layer.activation))
  return all.size > 1 ? null : ([...all][0] ?? 'relu')
}

/** Gives all layers that have an activation this one; softmax is for dense layers alone. */
export function setActivation(hidden: readonly LayerDraft[], activation: Activation): void {
  for (const layer of counting(hidden)) layer.activation = layer.type === 'dense' ? activation : elementwise(activation)
}
