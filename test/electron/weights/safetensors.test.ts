import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTensors, encodeTensors, type Tensor, type TensorFile } from '../../../electron/weights/safetensors'

const file: TensorFile = {
  tensors: new Map<string, Tensor>([
    ['layer0.weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, NaN) }],
    ['layer0.bias', { shape: [2], values: Float64Array.of(1 / 3, -0) }],
    ['scalar', { shape: [], values: Float32Array.of(7) }],
    ['nothing', { shape: [0, 4], values: new Float64Array(0) }],
  ]),
  metadata: { spec: '{"a":1}', Grüße: '→' },
}

/** A file with this header and so many bytes of data. */
function made(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const tensor = (from: number, to: number, shape: unknown = [(to - from) / 4], dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
})

describe('a safetensors file', () => {
  it('gives back names, shapes, types, metadata and every bit', () => {
    const back = decodeTensors(encodeTensors(file))
    expect(back.metadata).toEqual(file.metadata)
    expect(Object.fromEntries(back.tensors)).toEqual(Object.fromEntries(file.tensors))
  })

  it("of the format's own library is read to the bit, from Node's buffers too", () => {
    const golden = JSON.parse(readFileSync(join(__dirname, '../../golden/safetensors.json'), 'utf8')) as {
      file: string
      tensors: { name: string; type: 'F32' | 'F64'; shape: number[]; values: (number | 'inf')[] }[]
    }
    const { tensors, metadata } = decodeTensors(Buffer.from(golden.file, 'base64'))
    expect(metadata).toEqual({ spec: '{"a": [1, 2]}', name: 'Grüße →' })
    const expected = golden.tensors.map(({ name, type, shape, values }) => {
      const numbers = values.map((value) => (value === 'inf' ? Infinity : value))
      return [name, { shape, values: type === 'F32' ? Float32Array.from(numbers) : Float64Array.from(numbers) }]
    })
    expect(Object.fromEntries(tensors)).toEqual(Object.fromEntries(expected))
  })

  it('is read from the middle of other bytes', () => {
    const bytes = encodeTensors(file)
    const around = new Uint8Array(bytes.length + 20)
    around.set(bytes, 3)
    expect(decodeTensors(around.subarray(3, 3 + bytes.length)).tensors.get('scalar')?.values).toEqual(
      Float32Array.of(7),
    )
  })

  it('has its data at multiples of eight bytes, doubles first', () => {
    const bytes = encodeTensors(file)
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n)
    const text = new TextDecoder().decode(
      bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))),
    )
    const header = JSON.parse(text) as Record<string, { data_offsets: number[] }>
    expect(header['layer0.bias']!.data_offsets).toEqual([0, 16])
    expect(header['layer0.weight']!.data_offsets).toEqual([16, 40])
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /too short/],
    ['a length that cannot be', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1), /too long/],
    ['a length beyond the end', Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 1), /cut off/],
    ['no JSON', made('{"a', 0), /not JSON/],
    ['no object', made([1], 0), /not an object/],
    ['metadata that are no texts', made({ __metadata__: { a: 1 } }, 0), /not texts/],
    ['half the data', made({ a: tensor(0, 8) }, 4), /cut off: its tensors need 8 bytes of data, and there are 4/],
    ['too much data', made({ a: tensor(0, 8) }, 9), /1 bytes more/],
    ['a gap', made({ a: tensor(0, 4), b: tensor(8, 12) }, 12), /tensor b leaves a gap/],
    ['a gap at the start', made({ a: tensor(4, 8) }, 8), /tensor a leaves a gap/],
    ['an overlap', made({ a: tensor(0, 8), b: tensor(4, 12) }, 12), /tensor b overlaps/],
    ['the same place twice', made({ a: tensor(0, 8), b: tensor(0, 8) }, 8), /tensor b overlaps/],
    ['another size than its shape', made({ a: tensor(0, 8, [3]) }, 8), /tensor a takes 8 bytes, .* \[3\] needs 12/],
    ['a negative size', made({ a: tensor(8, 0, [-2]) }, 8), /tensor a has no valid shape/],
    ['an extent that is no number', made({ a: tensor(0, 8, ['2']) }, 8), /tensor a has no valid shape/],
    ['an enormous shape', made({ a: tensor(0, 8, [2 ** 52, 2 ** 52, 2 ** 52]) }, 8), /tensor a takes 8 bytes/],
    [
      'whole numbers',
      made({ a: tensor(0, 8, [1], 'I64') }, 8),
      /tensor a has numbers of type I64, but weights are F64, F32, F16 or BF16/,
    ],
    ['no place', made({ a: { dtype: 'F32', shape: [2] } }, 8), /tensor a has no valid place/],
    ['no description', made({ a: 3 }, 0), /tensor a has no description/],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => decodeTensors(bytes)).toThrow(
      expect.objectContaining({ code: 'argument/invalid', message: expect.stringMatching(message) }),
    )
  })

  it('that is anything gives tensors or a reason, whatever the bytes', () => {
    const good = encodeTensors(file)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(good.length),
        (changes, end) => {
          const bytes = good.slice(0, end)
          for (const [at, byte] of changes) if (at < end) bytes[at] = byte
          try {
            for (const { shape, values } of decodeTensors(bytes).tensors.values())
              expect(values).toHaveLength(shape.reduce((size, extent) => size * extent, 1))
          } catch (error) {
            expect(error).toMatchObject({ code: 'argument/invalid' })
          }
        },
      ),
    )
  })
})
