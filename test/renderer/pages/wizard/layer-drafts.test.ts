import { describe, expect, it } from 'vitest'
import type { LayerDraft } from '../../../../renderer/pages/wizard/draft'
import {
  addLayer,
  commonActivation,
  layerOf,
  layersOf,
  layerTypes,
  moveLayer,
  newLayer,
  placedDrafts,
  setActivation,
  typesFor,
} from '../../../../renderer/pages/wizard/layer-drafts'
import { denseDrafts } from '../../../../renderer/pages/wizard/model-drafts'
import type { NetworkEnds } from '../../../../shared/experiments/model-groups'
import { layerIssues, shapeSize, type Shape } from '../../../../shared/models/model'
import { batchNormNet, convNet, residualNet } from '../../../../shared/models/ready-networks'

const images: NetworkEnds = { input: [1, 28, 28], outputs: 10 }
const types = (layers: readonly LayerDraft[]) => layers.map((layer) => layer.type)

describe('the layers of a draft', () => {
  it('show the shape after each and the parameters of each, with the output layer', () => {
    const { hidden, output } = placedDrafts(convNet([8, 16], 32), images)
    expect(hidden).toEqual([
      { output: [8, 28, 28], parameters: 80 },
      { output: [8, 14, 14], parameters: 0 },
      { output: [16, 14, 14], parameters: 1168 },
      { output: [16, 7, 7], parameters: 0 },
      { output: [32, 1, 1], parameters: 25_120 },
    ])
    expect(output).toEqual({ output: [10, 1, 1], parameters: 330 })
  })

  it('show what is within a residual block', () => {
    const { hidden } = placedDrafts(residualNet(4), images)
    expect(hidden[3]).toMatchObject({ output: [4, 14, 14], parameters: 312 })
    expect(hidden[3]!.inner!.map(({ parameters }) => parameters)).toEqual([148, 8, 148, 8])
  })

  it.each<[string, LayerDraft]>([
    ['is no layer yet', { type: 'max-pool', size: '2x', padding: 0 }],
    ['does not fit', { type: 'max-pool', size: 29, padding: 0 }],
  ])('show nothing from the first one on that %s', (_what, bad) => {
    const network: LayerDraft[] = [...denseDrafts([3], 'relu'), bad, ...denseDrafts([3], 'relu')]
    const { hidden, output } = placedDrafts(network, images)
    expect(hidden.map(({ parameters }) => parameters)).toEqual([2355, null, null])
    expect(output.parameters).toBeNull()
  })

  it('are no network while a size is none; an emptied stride or padding is the usual one', () => {
    expect(layersOf([{ type: 'dropout', rate: '' }])).toBeNull()
    expect(layerOf({ type: 'max-pool', size: 3, stride: '', padding: '' })).toEqual({
      type: 'max-pool',
      size: [3, 3],
      padding: [0, 0],
    })
  })
})

describe('changing layers', () => {
  it('adds what needs a picture before the picture becomes a row, and all else at the end', () => {
    const layers: LayerDraft[] = convNet([8], 32)
    const shapes: Shape[] = [images.input, [8, 28, 28], [8, 14, 14], [32, 1, 1]]
    addLayer(layers, 'conv2d', 'tanh', shapes)
    addLayer(layers, 'dense', 'tanh', shapes)
    addLayer(layers, 'dropout', 'tanh', shapes)
    expect(types(layers)).toEqual(['conv2d', 'max-pool', 'conv2d', 'dense', 'dense', 'dropout'])
    expect(layers[2]).toMatchObject({ filters: 8, activation: 'tanh' })
    expect(layers[4]).toEqual({ type: 'dense', units: 32, activation: 'tanh' })
    moveLayer(layers, 5, -2)
    expect(types(layers)).toEqual(['conv2d', 'max-pool', 'conv2d', 'dropout', 'dense', 'dense'])
  })

  it.each<Shape>([
    [3, 32, 32],
    [20, 1, 1],
  ])('begins with a layer that fits an input of %i × %i × %i, whatever its type', (...input) => {
    for (const type of typesFor(input, false)) {
      const layer = layerOf(newLayer(type, { activation: 'softmax', input }))
      expect(layerIssues({ inputSize: shapeSize(input), inputShape: input, layers: [layer!] })).toEqual([])
    }
  })

  it('offers no windows without a picture, and no residual block within another', () => {
    expect(typesFor([1, 1, 1], false)).toEqual(['dense', 'batch-norm', 'dropout', 'residual'])
    expect(typesFor([1, 28, 28], true)).toEqual(layerTypes.filter((type) => type !== 'residual'))
  })
})

describe('the activation of a model', () => {
  it('is the one that all layers have, or none', () => {
    expect(commonActivation({ hidden: denseDrafts([5, 10], 'tanh') })).toBe('tanh')
    expect(commonActivation({ hidden: [...denseDrafts([1], 'sin'), ...denseDrafts([1], 'relu')] })).toBeNull()
    expect(commonActivation({ hidden: [] })).toBe('relu')
    expect(commonActivation({ hidden: convNet([8], 32) })).toBe('relu')
  })

  it('leaves layers alone that are normalised before they are activated', () => {
    const hidden: LayerDraft[] = batchNormNet([8], 32)
    expect(commonActivation({ hidden })).toBe('relu')
    setActivation(hidden, 'tanh')
    expect(hidden.map((layer) => ('activation' in layer ? layer.activation : null))).toEqual([
      'linear',
      'tanh',
      null,
      'tanh',
    ])
  })
})
