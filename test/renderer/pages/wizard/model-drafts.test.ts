import { reactive } from 'vue'
import { describe, expect, it } from 'vitest'
import type { NetworkEnds } from '../../../../shared/experiments/model-groups'
import { convNet5 } from '../../../../shared/models/ready-networks'
import type { ModelDraft } from '../../../../renderer/pages/wizard/draft'
import {
  denseDrafts,
  draftParameterCount,
  duplicateModel,
  freeLabel,
  modelKey,
  modelWith,
  newModel,
  sizeText,
  withWidths,
} from '../../../../renderer/pages/wizard/model-drafts'

const deep: ModelDraft = {
  label: 'Deep',
  hidden: denseDrafts([5, 10, 10, 10, 10, 10, 5], 'tanh'),
  initialization: 'he-normal',
}
const ends: NetworkEnds = { input: [1, 1, 1], outputs: 1 }
const images: NetworkEnds = { input: [1, 28, 28], outputs: 10 }

describe('models of a draft', () => {
  it('count their parameters with the output layer, and not while a width is no number', () => {
    expect(draftParameterCount(deep, ends)).toBe(571)
    expect(draftParameterCount({ ...deep, hidden: [] }, images)).toBe(7850)
    const half: ModelDraft = { ...deep, hidden: [{ type: 'dense', units: '', activation: 'relu' }] }
    expect(draftParameterCount(half, ends)).toBeNull()
    const network: ModelDraft = { ...deep, hidden: convNet5([10, 20], 50) }
    expect(draftParameterCount(network, images)).toBe(21_840)
    expect(draftParameterCount(network, ends)).toBeNull()
  })

  it('are copied whole, under a label of their own', () => {
    const copy = duplicateModel(deep, [deep])
    expect(copy).toEqual({ ...deep, label: 'Deep 2' })
    expect(copy.hidden[0]).not.toBe(deep.hidden[0])
    expect(freeLabel('Deep 2', [deep, copy])).toBe('Deep 3')
  })

  it('start like the others', () => {
    expect(newModel([deep])).toEqual({
      label: 'Model 2',
      hidden: denseDrafts([32], 'tanh'),
      initialization: 'he-normal',
    })
  })

  it('are made of ready layers, without sharing them', () => {
    const hidden = convNet5([10, 20], 50)
    const model = modelWith('LeNet', hidden, [deep])
    expect(model).toEqual({ label: 'LeNet', hidden, initialization: 'he-normal' })
    expect(model.hidden[0]).not.toBe(hidden[0])
  })

  it('keep the activations of layers that stay when widths are typed', () => {
    const mixed = [...denseDrafts([4], 'sin'), ...denseDrafts([4], 'gelu')]
    expect(withWidths(mixed, [7, 8, 9])).toEqual([...denseDrafts([7], 'sin'), ...denseDrafts([8, 9], 'gelu')])
  })

  it('keep their key while they are edited and moved', () => {
    const models = reactive([structuredClone(deep), structuredClone(deep)])
    const [first, second] = models.map(modelKey)
    expect(first).not.toBe(second)
    models[0]!.label = 'Other'
    models.reverse()
    expect(models.map(modelKey)).toEqual([second, first])
  })

  it('say whether their sizes are equal', () => {
    expect(sizeText([571, 571])).toBe('equal size: 571')
    expect(sizeText([571, 572, 571])).toBe('equal size: 571 to 572')
    expect(sizeText([100, 2000])).toBe('sizes: 100 to 2,000')
    expect(sizeText([571])).toBe('')
    expect(sizeText([571, null])).toBe('')
  })
})
