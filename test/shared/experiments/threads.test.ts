import { expect, test } from 'vitest'
import { threadsFor } from '../../../shared/experiments/threads'
import type { Layer, Model } from '../../../shared/models/model'

const dense = (inputSize: number, widths: number[]): Model => ({
  inputSize,
  layers: widths.map((units): Layer => ({ type: 'dense', units, activation: 'relu' })),
  initialization: 'pytorch',
})

test('small steps stay on one thread, large ones take what there is', () => {
  expect(threadsFor({ model: dense(1, [5, 10, 10, 10, 10, 10, 5, 1]), batchSize: 128 }, 4)).toBe(1)
  expect(threadsFor({ model: dense(784, [256, 256, 10]), batchSize: 64 }, 4)).toBe(4)
  expect(threadsFor({ model: dense(784, [256, 256, 10]), batchSize: 'full' }, 1)).toBe(1)
  expect(threadsFor({ model: dense(784, [30, 10]), batchSize: 'full' }, 4)).toBe(4)
})
