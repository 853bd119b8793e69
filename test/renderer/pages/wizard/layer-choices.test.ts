import { describe, expect, it } from 'vitest'
import { layerChoices } from '../../../../renderer/pages/wizard/kinds/weight-trajectory/layer-choices'
import { denseLayers, networkOf } from '../../../../shared/experiments/model-groups'
import { parseLayers } from '../../../../shared/models/layer-text'
import type { Layer } from '../../../../shared/models/model'

const digits = { input: [1, 28, 28], outputs: 10 } as const
const network = (hidden: Layer[]) => networkOf({ hidden, initialization: 'pytorch' }, digits)

describe('layers to choose from', () => {
  it('are those with weights, with their sizes', () => {
    const parsed = parseLayers('conv 4 3x3, pool 2, dense 8')
    if (!('layers' in parsed)) throw new Error(parsed.problem)
    expect(layerChoices([network(parsed.layers)], [])).toEqual([
      { name: 'layer0', about: 'Convolution, 40 parameters' },
      { name: 'layer2', about: 'Dense, 5,416 parameters' },
      { name: 'layer3', about: 'Dense, 90 parameters' },
    ])
  })

  it('are those of all networks together', () => {
    const sizes = (widths: number[][]) =>
      layerChoices(
        widths.map((width) => network(denseLayers(width))),
        [],
      )
    expect(sizes([[10], [20, 5]]).map(({ about }) => about)).toEqual([
      'Dense, 7,850 or 15,700 parameters',
      'Dense, 105 or 110 parameters',
      'Dense, 60 parameters',
    ])
    expect(sizes([[10], [20], [30]])[0]!.about).toBe('Dense, 7,850 to 23,550 parameters')
  })

  it('keep what was chosen but is no longer there, so that it can be taken away', () => {
    expect(layerChoices([network([])], ['layer0', 'layer7'])).toEqual([
      { name: 'layer0', about: 'Dense, 7,850 parameters' },
      { name: 'layer7', about: '' },
    ])
    expect(layerChoices([], ['layer1'])).toEqual([{ name: 'layer1', about: '' }])
  })
})
