import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layersText, parseLayers } from '../../../shared/models/layer-text'
import { activations, elementwiseActivations, layerSchema, type Layer } from '../../../shared/models/layers'
import { readyNetworks } from '../../../shared/models/ready-networks'

const layers = (...inputs: object[]): Layer[] => inputs.map((input) => layerSchema.parse(input))

const number = fc.integer({ min: 1, max: 256 })
const pair = fc.tuple(number, number)
const padding = fc.tuple(fc.nat(256), fc.nat(256))
const elementwise = fc.constantFrom(...elementwiseActivations)
const share = fc.double({ min: 0, max: 0.99, noNaN: true })
const plain: fc.Arbitrary<object>[] = [
  fc.record({
    type: fc.constant('dense'),
    units: fc.integer({ min: 1, max: 65_536 }),
    activation: fc.constantFrom(...activations),
  }),
  fc.record({
    type: fc.constant('conv2d'),
    filters: number,
    kernel: pair,
    stride: pair,
    padding,
    activation: elementwise,
  }),
  fc.record(
    { type: fc.constantFrom('max-pool', 'average-pool'), size: pair, padding },
    { requiredKeys: ['type', 'size', 'padding'] },
  ),
  fc.record({ type: fc.constant('flatten') }),
  fc.record({ type: fc.constant('dropout'), rate: share }),
  fc.record({
    type: fc.constant('batch-norm'),
    epsilon: fc.double({ min: 1e-12, max: 1, noNaN: true }),
    momentum: share,
    activation: elementwise,
  }),
]
const anyPlain = fc.oneof(...plain)
const anyLayer = fc.oneof(
  { weight: 5, arbitrary: anyPlain },
  fc.record({
    type: fc.constant('residual'),
    layers: fc.array(anyPlain, { minLength: 1, maxLength: 4 }),
    activation: elementwise,
  }),
)

describe('layers in one line', () => {
  it('are written with what is not usual', () => {
    const written = layersText(
      layers(
        { type: 'conv2d', filters: 16, padding: 1 },
        { type: 'batch-norm', activation: 'relu' },
        { type: 'max-pool', size: 3, stride: 2, padding: [1, 0] },
        {
          type: 'residual',
          layers: [{ type: 'conv2d', filters: 16, kernel: [3, 1], padding: [1, 0], activation: 'tanh' }],
        },
        { type: 'average-pool' },
        { type: 'dropout', rate: 0.25 },
        { type: 'dense', units: 128 },
      ),
    )
    expect(written).toBe(
      'conv 16 3x3 pad 1, batch norm relu, pool 3 stride 2 pad 1x0, residual(conv 16 3x1 pad 1x0 tanh), avg pool 2, dropout 0.25, dense 128',
    )
  })

  it('are read back as they were, whatever the common activation', () => {
    fc.assert(
      fc.property(fc.array(anyLayer, { maxLength: 6 }), fc.constantFrom(...activations), (inputs, activation) => {
        const network = layers(...inputs)
        expect(parseLayers(layersText(network, activation), activation)).toEqual({ layers: network })
      }),
    )
  })

  it.each(readyNetworks)('$label is read back as it was', ({ hidden }) => {
    expect(parseLayers(layersText(hidden))).toEqual({ layers: hidden })
  })

  it.each<[string, string]>([
    ['Conv 16 3 × 3 pad same; max pool 2 → 128', 'conv 16 3x3 pad 1, pool 2, dense 128'],
    ['conv16k5s2p1 -> avgpool3 -> fc 64 leaky relu', 'conv 16 5x5 stride 2 pad 1, avg pool 3, dense 64 leaky-relu'],
    ['conv 8, bn relu\nflat, drop .5, 9x2', 'conv 8 3x3, batch norm relu, flatten, dropout 0.5, dense 9, dense 9'],
    ['res(conv 8 pad 1, batchnorm eps 1e-3) linear', 'residual(conv 8 3x3 pad 1, batch norm epsilon 0.001) linear'],
    ['', ''],
  ])('%j is read as %j', (text, written) => {
    const result = parseLayers(text)
    expect('layers' in result ? layersText(result.layers) : result.problem).toBe(written)
  })

  it.each<[string, string]>([
    ['conv', '“conv” lacks its filters; an example is conv 16 3x3 pad 1'],
    ['pool 2, dense', '“dense” lacks its units; an example is dense 128'],
    ['convolve 3', '“convolve 3” is no layer'],
    ['conv 16 pad', '“conv 16 pad”: a number is missing after pad'],
    ['conv 16 2x2 pad same', 'an even kernel cannot keep the size'],
    ['dropout 1', '“dropout 1”: its rate must be below 1'],
    ['dense 100000', '“dense 100000”: its units must be at most 65536'],
    ['conv 16 999x3', '“conv 16 999x3”: its kernel must be at most 256'],
    ['conv 16 softmax', '“conv 16 softmax”: its activation cannot be that'],
    ['dense 4 quickly', '“dense 4 quickly”: “quickly” cannot be read'],
    ['dense 4 5', '“dense 4 5”: “5” cannot be read'],
    ['dense 4x2', '“dense 4x2”: its units cannot be that'],
    ['res(conv 3', 'a parenthesis is not closed'],
    ['dense 3)', 'a parenthesis closes that was never opened'],
    ['residual(residual(dense 3))', 'its type cannot be that'],
    ['1x100', 'at most 99 layers are possible'],
  ])('%j is refused in words', (text, reason) => {
    expect(parseLayers(text)).toEqual({ problem: expect.stringContaining(reason) })
  })

  it('never throws, whatever is typed', () => {
    const words = fc.constantFrom(
      'conv',
      'pool',
      'res(',
      ')',
      ',',
      '3',
      '3x3',
      'pad',
      'relu',
      'x',
      '-',
      ' ',
      'bn',
      '1e999',
      '.',
    )
    fc.assert(fc.property(fc.array(fc.oneof(words, fc.string())), (parts) => void parseLayers(parts.join(' '))))
  })
})
