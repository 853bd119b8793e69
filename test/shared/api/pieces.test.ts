import { describe, expect, it } from 'vitest'
import { encode } from '../../../shared/api/codec'
import { inPieces, largestMessage, PieceJoiner, pieceBytes } from '../../../shared/api/pieces'

function joined(pieces: Iterable<Uint8Array>): Uint8Array[] {
  const joiner = new PieceJoiner()
  return [...pieces].flatMap((piece) => joiner.push(piece) ?? [])
}

const message = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i % 7)

describe('a message in pieces', () => {
  it.each([1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 2 * pieceBytes, 3 * pieceBytes + 5])(
    'of %i bytes is whole again',
    (bytes) => {
      const [whole, ...rest] = joined(inPieces(message(bytes)))
      expect(rest).toEqual([])
      expect(Buffer.compare(whole!, message(bytes))).toBe(0)
    },
  )

  it('is the message itself where it is small, so that whoever knows nothing of pieces understands', () => {
    const bytes = encode({ t: 'q', m: 'about', a: [{}] })
    expect([...inPieces(bytes)]).toEqual([bytes])
  })

  it('is followed by the next one', () => {
    const [first, second] = [message(2 * pieceBytes + 1), message(pieceBytes + 1)]
    const whole = joined([...inPieces(first), ...inPieces(second)])
    expect(whole.map(({ length }) => length)).toEqual([first.length, second.length])
  })

  it('is refused where a piece has another size, another message comes between, or it never ends', () => {
    const [piece] = inPieces(message(3 * pieceBytes))
    expect(() => new PieceJoiner().push(Uint8Array.of(0xc1, 0, 1, 2, 3))).toThrow('another size')
    expect(() => new PieceJoiner().push(Uint8Array.of(0xc1))).toThrow('another size')
    expect(() => joined([piece!, Uint8Array.of(0x80)])).toThrow('among the pieces')
    const endless = function* () {
      for (let bytes = 0; bytes <= largestMessage; bytes += pieceBytes) yield piece!
    }
    expect(() => joined(endless())).toThrow('more than 512 MB')
  })

  it('is not sent where it would be refused', () => {
    const tooLarge = { length: largestMessage + 1 } as Uint8Array<ArrayBuffer>
    expect(() => [...inPieces(tooLarge)]).toThrow('more than 512 MB')
  })
})
