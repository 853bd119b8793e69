/** Files that PyTorch and safetensors wrote (test/golden/make/state_dicts.py), into models of ours. */
import { describe, expect, it } from 'vitest'
import { weightsFrom } from '../../../electron/weights/model-tensors'
import { decodeTensors, type Tensor } from '../../../electron/weights/safetensors'
import { fromBfloat16, fromFloat16 } from '../../../electron/weights/short-floats'
import { networkOf } from '../../../shared/experiments/model-groups'
import { parseLayers } from '../../../shared/models/layer-text'
import type { Layer, Shape } from '../../../shared/models/model'
import { golden } from '../../golden/golden'

function layers(text: string): Layer[] {
  const parsed = parseLayers(text)
  if (!('layers' in parsed)) throw new Error(parsed.problem)
  return parsed.layers
}

const modelOf = (hidden: string, input: Shape, outputs: number) =>
  networkOf({ hidden: layers(hidden), initialization: 'pytorch' }, { input, outputs })

const tensor = (...shape: number[]): Tensor => ({
  shape,
  values: new Float32Array(shape.reduce((size, extent) => size * extent, 1)).fill(1),
})

const linear = (name: string, outputs: number, inputs: number): [string, Tensor][] => [
  [`${name}.weight`, tensor(outputs, inputs)],
  [`${name}.bias`, tensor(outputs)],
]

describe('a state_dict of PyTorch', () => {
  it.each(golden('state-dicts').map((given) => [given.name, given] as const))('%s', (_, given) => {
    const model = modelOf(given.hidden, given.inputShape, given.outputs)
    const { parameters, buffers } = weightsFrom(model, decodeTensors(Buffer.from(given.file, 'base64')).tensors)
    expect([...parameters]).toEqual(given.parameters)
    expect([...(buffers ?? [])]).toEqual(given.buffers)
  })

  it.each<[string, string, [string, Tensor][]]>([
    [
      'several layers of one shape, whose names have no order',
      'dense 3, dense 3',
      [...linear('b', 3, 3), ...linear('a', 3, 3), ...linear('out', 1, 3)],
    ],
    [
      'entries of one nn.Sequential in another order',
      'dense 4, dense 3',
      [...linear('1', 4, 3), ...linear('0', 3, 4), ...linear('2', 1, 3)],
    ],
    ['other shapes', 'dense 4', [...linear('0', 5, 3), ...linear('2', 1, 5)]],
    ['too few layers', 'dense 4', linear('0', 4, 3)],
    ['a layer too many', 'dense 4', [...linear('0', 4, 3), ...linear('2', 1, 4), ...linear('4', 1, 1)]],
    ['a layer without bias', 'dense 4', [['0.weight', tensor(4, 3)], ...linear('2', 1, 4)]],
    ['nothing', 'dense 4', []],
  ])('with %s is refused with both lists', (_, hidden, entries) => {
    const model = modelOf(hidden, [3, 1, 1], 1)
    const theirs = entries.map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', ')
    const width = layers(hidden)[0] as { units: number }
    const message = `do not leave one way to tell which is which. It has ${theirs}. The model needs layer0.weight [${width.units}, 3], layer0.bias`
    expect(() => weightsFrom(model, new Map(entries))).toThrow(
      expect.objectContaining({ code: 'argument/invalid', message: expect.stringContaining(message) as string }),
    )
  })

  it('with a thousand tensors is refused with the first of them', () => {
    const entries = Array.from({ length: 500 }, (_, i) => linear(`blocks.${i}.proj`, 7, 7)).flat()
    expect(() => weightsFrom(modelOf('dense 4', [3, 1, 1], 1), new Map(entries))).toThrow(
      /proj\.bias \[7\] and 960 more\. The model needs/,
    )
  })

  it('of one layer needs no name for it', () => {
    const [[, weight], [, bias]] = linear('', 1, 3) as [[string, Tensor], [string, Tensor]]
    expect(
      weightsFrom(
        modelOf('', [3, 1, 1], 1),
        new Map([
          ['weight', weight],
          ['bias', bias],
        ]),
      ).parameters,
    ).toHaveLength(4)
  })

  it('in our names keeps its messages about single tensors, whatever comes before the names', () => {
    const entries = new Map([...linear('module.layer0', 4, 3), ...linear('module.layer1', 2, 4)])
    expect(() => weightsFrom(modelOf('dense 4', [3, 1, 1], 1), entries)).toThrow(
      'tensor layer1.weight has the shape [2, 4], but the model needs [1, 4]',
    )
  })
})

describe('numbers of 16 bits', () => {
  it('are those of IEEE binary16', () => {
    const bits = Uint16Array.of(0, 0x8000, 1, 0x83ff, 0x0400, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00, 0xfc00)
    const values = [0, -0, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, 1, -2, 1365 / 4096, 65504, Infinity, -Infinity]
    expect([...fromFloat16(bits)]).toEqual(values)
    expect([...fromFloat16(Uint16Array.of(0x7e00, 0xfc01))]).toEqual([NaN, NaN])
  })

  it('are the upper halves of floats', () => {
    const bits = Uint16Array.of(0, 0x8000, 0x3f80, 0xc040, 0x7f80, 1)
    expect([...fromBfloat16(bits)]).toEqual([0, -0, 1, -3, Infinity, 2 ** -133])
  })
})
