import { reactive } from 'vue'
import { describe, expect, it } from 'vitest'
import type { ModelDraft } from '../../../../renderer/pages/wizard/draft'
import {
  commonActivation,
  denseDrafts,
  draftParameterCount,
  duplicateModel,
  freeLabel,
  modelKey,
  newModel,
  sizeText,
  withWidths,
} from '../../../../renderer/pages/wizard/model-drafts'

const deep: ModelDraft = {
  label: 'Deep',
  hidden: denseDrafts([5, 10, 10, 10, 10, 10, 5], 'tanh'),
  initialization: 'he-normal',
}
const ends = { inputSize: 1, outputSize: 1 }

describe('models of a draft', () => {
  it('count their parameters with the output layer, and not while a width is no number', () => {
    expect(draftParameterCount(deep, ends)).toBe(571)
    expect(draftParameterCount({ ...deep, hidden: [] }, { inputSize: 784, outputSize: 10 })).toBe(7850)
    const half: ModelDraft = { ...deep, hidden: [{ type: 'dense', units: '', activation: 'relu' }] }
    expect(draftParameterCount(half, ends)).toBeNull()
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

  it('have an activation in common, or not', () => {
    expect(commonActivation(deep)).toBe('tanh')
    expect(commonActivation({ ...deep, hidden: [...denseDrafts([1], 'sin'), ...denseDrafts([1], 'relu')] })).toBeNull()
    expect(commonActivation({ ...deep, hidden: [] })).toBe('relu')
  })

  it('keep the activations of layers that stay when widths are typed', () => {
    const mixed = [...denseDrafts([4], 'sin'), ...denseDrafts([4], 'gelu')]
    expect(withWidths(mixed, [7, 8, 9]).map((layer) => [layer.units, layer.activation])).toEqual([
      [7, 'sin'],
      [8, 'gelu'],
      [9, 'gelu'],
    ])
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
