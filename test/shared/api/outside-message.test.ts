import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../shared/api/codec'
import { decodeOutside } from '../../../shared/api/outside-message'

/** What a function does: its value, or that it throws. */
function outcome(work: () => unknown): unknown {
  try {
    return { value: work() }
  } catch {
    return 'throws'
  }
}

/** Every kind of head that the encoder writes. */
const ofEveryKind = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 'x'.repeat(40), 'x'.repeat(300), 'x'.repeat(70_000)),
    fc.maxSafeInteger(),
    fc.integer({ min: -200, max: 300 }),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(0, 1, 300, 70_000).map((length) => new Uint8Array(length)),
    fc.constantFrom(0, 1, 2, 4, 100, 20_000).map((length) => new Float32Array(length)),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.constantFrom(20, 70_000).map((length) => new Array<number>(length).fill(7)),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 20 }).filter((record) => !Object.hasOwn(record, '__proto__')),
  ),
})).value

describe('a message from outside', () => {
  it('is what the codec reads', () => {
    fc.assert(
      fc.property(ofEveryKind, (value) => {
        const bytes = encode(value)
        expect(decodeOutside(bytes)).toEqual(decode(bytes))
      }),
      { seed: 13, numRuns: 50 },
    )
  })

  it('is refused wherever the codec refuses it, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        // Lists of billions of values that are not there are what must never come to the codec.
        if (/d[df]/.test(Buffer.from(bytes).toString('hex'))) return void outcome(() => decodeOutside(bytes))
        expect(outcome(() => decodeOutside(bytes))).toEqual(outcome(() => decode(bytes)))
      }),
      { seed: 13, numRuns: 2000 },
    )
  })

  it('takes no memory for lists that are claimed and not there', () => {
    const claim = [0xdd, 0x01, 0xff, 0xff, 0xff]
    const before = process.memoryUsage().rss
    const nested = Uint8Array.from(new Array<number[]>(90).fill(claim).flat())
    expect(() => decodeOutside(nested)).toThrow(RangeError)
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })

  it('has bounds of depth and of parts', () => {
    expect(() => decodeOutside(new Uint8Array(101).fill(0x91))).toThrow('nested deeper')
    expect(() => decodeOutside(encode(new Array(500_001).fill(0)))).toThrow('more than 500000 values')
    expect(() => decodeOutside(Uint8Array.of(0x01, 0x02))).toThrow('follows')
  })

  it('carries many numbers where they are one array', () => {
    const numbers = new Float64Array(1_000_000)
    expect(decodeOutside(encode({ numbers }))).toEqual({ numbers })
  })
})
