import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../shared/api/codec'

/** JSON values, plus the numbers that JSON has no word for. A negative zero travels as zero outside of typed arrays. */
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }),
    fc.double().map((number) => (number === 0 ? 0 : number)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5 }).filter((record) => !Object.hasOwn(record, '__proto__')),
  ),
})).value

const typed = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.uint8Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.uint16Array(),
  fc.int16Array(),
  fc.int8Array(),
)

describe('the codec', () => {
  it('brings back every plain value', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decode(encode(value))).toEqual(withoutPrototypes(value))
      }),
    )
  })

  it('brings back typed arrays with their type and all their bits, at any place of a message', () => {
    fc.assert(
      fc.property(typed, fc.string(), (array, before) => {
        const message = decode(encode({ before, array })) as { array: typeof array }
        expect(message.array).toBeInstanceOf(array.constructor)
        expect(bytesOf(message.array)).toEqual(bytesOf(array))
      }),
    )
  })

  it('sends a view, not the buffer behind it', () => {
    const buffer = new Float64Array(10_000).buffer
    expect(encode(new Float64Array(buffer, 800, 2)).byteLength).toBeLessThan(32)
  })

  it('gives bytes with a buffer of their own', () => {
    const bytes = encode({ numbers: [1, 2, 3] })
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength)
  })

  it('leaves undefined keys out and makes undefined elements null', () => {
    expect(decode(encode({ a: undefined, b: 1 }))).toEqual({ b: 1 })
    expect(decode(encode([undefined, 1]))).toEqual([null, 1])
    expect(decode(encode(undefined))).toBeNull()
  })

  it('refuses what is not data', () => {
    expect(() => encode({ f: () => 0 })).toThrow()
    expect(() => encode(1n)).toThrow()
  })

  it('throws for cut and for foreign bytes, and gives nothing half', () => {
    const bytes = encode({ text: 'a long enough text', numbers: new Float64Array(20) })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (end) => {
        expect(() => decode(bytes.slice(0, end))).toThrow()
      }),
    )
    expect(() => decode(Uint8Array.of(0xc1))).toThrow()
    expect(() => decode(Uint8Array.of(...bytes, 0))).toThrow()
  })
})

/** fast-check makes some records without a prototype; decoded ones have one. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutPrototypes(entry)]))
}

function bytesOf(array: ArrayBufferView): number[] {
  return [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]
}
