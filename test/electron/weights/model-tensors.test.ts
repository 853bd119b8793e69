import { describe, expect, it } from 'vitest'
import { bufferCount, parameterCount, type Model } from '../../../shared/models/model'
import { tensorsOf, weightsFrom } from '../../../electron/weights/model-tensors'

const model: Model = {
  inputSize: 2 * 6 * 6,
  inputShape: [2, 6, 6],
  initialization: 'pytorch',
  layers: [
    { type: 'conv2d', filters: 3, kernel: [3, 2], stride: [1, 1], padding: [1, 0], activation: 'linear' },
    { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' },
    {
      type: 'residual',
      activation: 'linear',
      layers: [
        { type: 'conv2d', filters: 3, kernel: [1, 1], stride: [1, 1], padding: [0, 0], activation: 'tanh' },
        { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'linear' },
      ],
    },
    { type: 'flatten' },
    { type: 'dense', units: 4, activation: 'linear' },
  ],
}

const parameters = Float32Array.from({ length: parameterCount(model) }, (_, i) => i)
const buffers = Float64Array.from({ length: bufferCount(model) }, (_, i) => i + 1 / 3)

describe('the tensors of a network', () => {
  it("have PyTorch's names and shapes", () => {
    const shapes = [...tensorsOf(model, { parameters, buffers })].map(([name, { shape }]) => [name, [...shape]])
    expect(shapes).toEqual([
      ['layer0.weight', [3, 2, 3, 2]],
      ['layer0.bias', [3]],
      ['layer1.weight', [3]],
      ['layer1.bias', [3]],
      ['layer1.running_mean', [3]],
      ['layer1.running_var', [3]],
      ['layer2.0.weight', [3, 3, 1, 1]],
      ['layer2.0.bias', [3]],
      ['layer2.1.weight', [3]],
      ['layer2.1.bias', [3]],
      ['layer2.1.running_mean', [3]],
      ['layer2.1.running_var', [3]],
      ['layer4.weight', [4, 90]],
      ['layer4.bias', [4]],
    ])
  })

  it('become the same weights again, in the precision they have', () => {
    expect(weightsFrom(model, tensorsOf(model, { parameters, buffers }))).toEqual({ parameters, buffers })
    const doubles = Float64Array.from(parameters, (value) => value / 3)
    expect(weightsFrom(model, tensorsOf(model, { parameters: doubles, buffers }))).toEqual({
      parameters: doubles,
      buffers,
    })
    const mixed = tensorsOf(model, { parameters: doubles, buffers })
    mixed.set('layer0.bias', { shape: [3], values: new Float32Array(3) })
    expect(weightsFrom(model, mixed).parameters).toBeInstanceOf(Float64Array)
  })

  it.each<[string, (tensors: ReturnType<typeof tensorsOf>) => unknown, string]>([
    ['missing', (tensors) => tensors.delete('layer2.1.bias'), 'tensor layer2.1.bias is missing'],
    [
      'too many',
      (tensors) => tensors.set('layer9.bias', { shape: [], values: new Float32Array(1) }),
      "tensor layer9.bias is not one of the model's",
    ],
    [
      'of another shape',
      (tensors) => tensors.set('layer4.weight', { shape: [90, 4], values: new Float32Array(360) }),
      'tensor layer4.weight has the shape [90, 4], but the model needs [4, 90]',
    ],
    [
      'not a number',
      (tensors) => tensors.set('layer0.bias', { shape: [3], values: Float32Array.of(1, NaN, 2) }),
      'tensor layer0.bias is NaN at position 1',
    ],
    [
      'infinite',
      (tensors) => tensors.set('layer1.running_mean', { shape: [3], values: Float32Array.of(1, 2, -Infinity) }),
      'tensor layer1.running_mean is -Infinity at position 2',
    ],
    [
      'a negative variance',
      (tensors) => tensors.set('layer1.running_var', { shape: [3], values: Float32Array.of(1, 2, -1) }),
      'tensor layer1.running_var is negative',
    ],
  ])('that are %s are named', (_, spoil, message) => {
    const tensors = tensorsOf(model, { parameters, buffers })
    spoil(tensors)
    expect(() => weightsFrom(model, tensors)).toThrow(expect.objectContaining({ code: 'argument/invalid', message }))
  })
})
