import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFloat32, decodeFloats, encodeFloats, encodeSteps, encodeUnpacked } from '../../../electron/store/codec'

function bytesOf(values: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

describe('codec', () => {
  it.each([Float32Array, Float64Array])('gives back every bit of any %o', (Floats) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 800 }), (bytes) => {
        const values = new Floats(bytes.slice(0, bytes.length - (bytes.length % Floats.BYTES_PER_ELEMENT)).buffer)
        for (const encode of [encodeFloats, encodeUnpacked]) {
          const decoded = decodeFloats(encode(values))
          expect(decoded).toBeInstanceOf(Floats)
          expect(bytesOf(decoded)).toEqual(bytesOf(values))
        }
      }),
    )
  })

  it('encodes a view without what lies around it', () => {
    const values = new Float32Array([1, 2, 3, 4]).subarray(1, 3)
    for (const encode of [encodeFloats, encodeUnpacked])
      expect(decodeFloats(encode(values))).toEqual(new Float32Array([2, 3]))
  })

  it('makes slowly changing numbers smaller', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => 1 / (i + 1000))
    expect(encodeFloats(values).length).toBeLessThan(0.8 * values.byteLength)
  })

  it('makes steps of one size far smaller', () => {
    const steps = Float64Array.from({ length: 10_000 }, (_, i) => 938 * (i + 1))
    expect(encodeSteps(steps).length).toBeLessThan(0.15 * steps.byteLength)
    expect(decodeFloats(encodeSteps(steps))).toEqual(steps)
  })

  it.each([
    ['nothing', Uint8Array.of()],
    ['an unknown element size', Uint8Array.of(3, 1, 2)],
    ['bytes that do not unpack', Uint8Array.of(4, 255, 255, 255)],
    ['an unknown size of numbers that are not packed', Uint8Array.of(17, 1, 2)],
    ['half a number that is not packed', encodeUnpacked(new Float32Array(3)).subarray(0, 12)],
    ['half a number', encodeFloats(new Float32Array(3)).fill(8, 0, 1)],
  ])('calls %s damaged', (_, blob) => {
    expect(() => decodeFloats(blob)).toThrow(expect.objectContaining({ code: 'store/damaged' }))
  })

  it('calls Float64 damaged where only Float32 can be', () => {
    expect(() => decodeFloat32(encodeFloats(new Float64Array(2)))).toThrow(
      expect.objectContaining({ code: 'store/damaged' }),
    )
  })
})
