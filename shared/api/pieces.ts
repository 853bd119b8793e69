/**
 * Large messages in pieces, for channels whose one message must stay small (a server must not let anybody send it hundreds of megabytes
 * in one go). What fits one piece travels as it is; a piece of something larger begins with a byte that no encoded value begins with.
 */

const mebibyte = 1024 * 1024

/** What a piece carries, but for the last one, which may carry less. */
export const pieceBytes = mebibyte
/** The largest message in pieces: a file of weights that runs start from has a few hundred megabytes at most. */
export const largestMessage = 512 * mebibyte

/** MessagePack never uses it. */
const pieceMark = 0xc1
const headerBytes = 2
const moreFollow = 0
const isLast = 1

/** @throws RangeError for more than `largestMessage` bytes */
export function* inPieces(message: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (message.length > largestMessage) throw new RangeError(tooLarge)
  if (message.length <= pieceBytes) return yield message
  for (let from = 0; from < message.length; from += pieceBytes) {
    const part = message.subarray(from, from + pieceBytes)
    const piece = new Uint8Array(headerBytes + part.length)
    piece[0] = pieceMark
    piece[1] = from + pieceBytes < message.length ? moreFollow : isLast
    piece.set(part, headerBytes)
    yield piece
  }
}

/** Joins what comes, in order, into whole messages. */
export class PieceJoiner {
  #parts: Uint8Array[] = []

  /**
   * @returns a whole message, or undefined while more of it is to come.
   * @throws RangeError for a message that is too large, or pieces that are none: nothing after that makes sense
   */
  push(bytes: Uint8Array): Uint8Array | undefined {
    if (bytes[0] !== pieceMark) {
      if (this.#parts.length > 0) throw new RangeError('a message among the pieces of another')
      return bytes
    }
    const part = bytes.subarray(headerBytes)
    const last = bytes[1] === isLast
    // Whole pieces only, so that their number is bounded too.
    if (part.length > pieceBytes || (!last && part.length < pieceBytes)) throw new RangeError('a piece of another size')
    if ((this.#parts.length + 1) * pieceBytes > largestMessage) throw new RangeError(tooLarge)
    this.#parts.push(part)
    if (!last) return undefined
    const whole = joined(this.#parts)
    this.#parts = []
    return whole
  }
}

const tooLarge = `A message has more than ${largestMessage / mebibyte} MB`

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
