import { describe, expect, it } from 'vitest'
import {
  architectureLabel,
  bufferCount,
  flopsPerSample,
  layerSchema,
  outputSize,
  parameterCount,
  parameterLayout,
  placedLayers,
  unitCount,
  type Model,
  type Shape,
} from '../../../shared/models/model'
import type { z } from 'zod'

type LayerInput = z.input<typeof layerSchema>

function model(inputShape: Shape, ...layers: LayerInput[]): Model {
  const [channels, height, width] = inputShape
  return {
    inputSize: channels * height * width,
    inputShape,
    layers: layers.map((layer) => layerSchema.parse(layer)),
    initialization: 'pytorch',
  }
}

const conv = (filters: number): LayerInput => ({ type: 'conv2d', filters, padding: 1 })
const pool: LayerInput = { type: 'max-pool' }
const output: LayerInput = { type: 'dense', units: 10, activation: 'linear' }
const dense = (units: number): LayerInput => ({ type: 'dense', units })
const colour: Shape = [3, 32, 32]
const grey: Shape = [1, 28, 28]

describe('parameters are counted as PyTorch counts them', () => {
  it.each([
    ['3x32x32-conv16k3p1-pool2-conv32k3p1-pool2-128-10', 268_650, [conv(16), pool, conv(32), pool, dense(128), output]],
    [
      '3x32x32-conv32k3p1-pool2-conv64k3p1-pool2-256-10',
      1_070_794,
      [conv(32), pool, conv(64), pool, dense(256), output],
    ],
    [
      '3x32x32-conv16k3p1-pool2-conv32k3p1-pool2-conv64k3p1-pool2-256-10',
      288_554,
      [conv(16), pool, conv(32), pool, conv(64), pool, dense(256), output],
    ],
  ])('%s: %i', (label, count, layers) => {
    const network = model(colour, ...layers)
    expect([architectureLabel(network), parameterCount(network), outputSize(network)]).toEqual([label, count, 10])
  })

  it('batch normalisation has a weight and a bias for each channel, and keeps a mean and a variance', () => {
    const network = model(grey, conv(4), { type: 'batch-norm' }, pool, dense(3), { type: 'batch-norm' }, output)
    expect(parameterCount(network)).toBe(4 * 10 + 8 + (4 * 14 * 14 + 1) * 3 + 6 + 4 * 10)
    expect(bufferCount(network)).toBe(2 * 4 + 2 * 3)
  })

  it('those of a residual block follow in the order of its layers', () => {
    const block: LayerInput = {
      type: 'residual',
      layers: [{ type: 'conv2d', filters: 2, padding: 1 }, { type: 'batch-norm' }],
    }
    const slices = parameterLayout(model([2, 5, 5], block, dense(1)))
    expect(slices.map(({ name, type, weightOffset, biasOffset }) => [name, type, weightOffset, biasOffset])).toEqual([
      ['layer0.0', 'conv2d', 0, 36],
      ['layer0.1', 'batch-norm', 38, 40],
      ['layer1', 'dense', 42, 92],
    ])
  })
})

describe('shapes between layers', () => {
  it('follow from windows, strides and padding', () => {
    const network = model(
      [3, 7, 9],
      { type: 'conv2d', filters: 5, kernel: [3, 2], stride: [2, 1], padding: [1, 0] },
      { type: 'average-pool', size: 3, stride: 1, padding: 1 },
      { type: 'max-pool', size: [2, 4] },
      { type: 'dropout', rate: 0.5 },
      { type: 'flatten' },
      dense(6),
    )
    expect(placedLayers(network).map(({ output: shape }) => shape)).toEqual([
      [5, 4, 8],
      [5, 4, 8],
      [5, 2, 2],
      [5, 2, 2],
      [20, 1, 1],
      [6, 1, 1],
    ])
    expect(unitCount(network)).toBe(160 + 160 + 20 + 20 + 20 + 6)
    expect(flopsPerSample(network)).toBe(6 * (3 * 6 * 5 * 4 * 8 + 20 * 6))
  })

  it.each<[string, LayerInput[], (string | number)[], string]>([
    [
      'a kernel larger than the picture',
      [pool, { type: 'conv2d', filters: 1, kernel: 15 }],
      [1],
      'a kernel of 15 × 15 does not fit into 14 × 14 pixels',
    ],
    ['pooling what has no places', [dense(3), pool], [1], 'a window of 2 × 2 does not fit into 1 × 1 pixels'],
    [
      'padding past half a window',
      [{ type: 'max-pool', size: 3, padding: 2 }],
      [0],
      'the padding must be at most half of the window',
    ],
    [
      'a residual block that changes the shape',
      [{ type: 'residual', layers: [{ type: 'conv2d', filters: 2 }] }],
      [0],
      'its layers turn 1 × 28 × 28 into 2 × 26 × 26, which cannot be added to their input',
    ],
    [
      'a window within a residual block',
      [pool, { type: 'residual', layers: [{ type: 'flatten' }, { type: 'max-pool' }] }],
      [1, 'layers', 1],
      'a window of 2 × 2 does not fit into 1 × 1 pixels',
    ],
  ])('%s is refused where it is', (_what, layers, path, message) => {
    expect(() => placedLayers(model(grey, ...layers))).toThrow(
      expect.objectContaining({ code: 'spec/invalid', issues: [{ path, message }] }),
    )
  })
})
