import { expect, it } from 'vitest'
import { optimizerSchema, optimizerTypes, optimizerWithDefaults, withType } from '../../../shared/models/optimizer'
import { optimizerLabels } from '../../../shared/models/optimizer-label'

const schedule = { type: 'cosine', unit: 'epoch', length: 200, final: 0 } as const

it('an optimizer of another type keeps what both have, and has the usual constants of its own', () => {
  const adam = optimizerSchema.parse({ type: 'adam', learningRate: 0.1, weightDecay: 0.2, schedule, beta1: 0.5 })
  expect(withType(adam, 'sgd')).toEqual({ type: 'sgd', learningRate: 0.1, weightDecay: 0.2, schedule, momentum: 0 })
  expect(withType(adam, 'adamw')).toEqual({ ...adam, type: 'adamw' })
  expect(withType(withType(adam, 'sgd'), 'adam')).toEqual({ ...adam, beta1: 0.9 })
})

it('a line search begins with its own first trial, and gives no learning rate to what steps along the gradient', () => {
  const sgd = optimizerSchema.parse({ type: 'sgd', learningRate: 0.1, weightDecay: 0.2, schedule })
  expect(withType(sgd, 'lbfgs')).toEqual({ type: 'lbfgs', learningRate: 1, weightDecay: 0.2, history: 10 })
  expect(withType(withType(sgd, 'lbfgs'), 'adam')).toEqual({ ...optimizerWithDefaults('adam'), weightDecay: 0.2 })
})

it('a field that was emptied is as usual in another type, one with text that is no number stays as it was typed', () => {
  expect(withType({ type: 'adam', learningRate: '0,1', weightDecay: '' }, 'adamw')).toMatchObject({
    learningRate: '0,1',
    weightDecay: 0.01,
  })
})

it('every change of type gives an optimizer that can be trained with', () => {
  for (const before of optimizerTypes)
    for (const type of optimizerTypes)
      expect(() => optimizerSchema.parse(withType(optimizerWithDefaults(before), type))).not.toThrow()
})

it('two optimizers have one name only where they are the same', () => {
  const all = optimizerTypes.flatMap((type) => {
    const usual = optimizerWithDefaults(type)
    const others = Object.entries(usual).flatMap(([key, value]) =>
      typeof value === 'number' ? [{ ...usual, [key]: value === 0 ? 0.5 : value * 0.75 }] : [],
    )
    return [usual, ...others, { ...usual, weightDecay: 0.5 }]
  })
  const labelOf = optimizerLabels(all)
  expect(new Set(all.map(labelOf)).size).toBe(all.length)
})
