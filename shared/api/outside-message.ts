/**
 * Decodes what comes from outside. A few bytes of MessagePack may claim lists of billions, which a decoder makes room for before it looks
 * at them; so the structure is walked first, without making anything, and held against bounds that no message of ours comes near.
 */
import { decode } from './codec'

/** Numbers, texts, arrays and so on in one message, keys included; a typed array is one. */
const mostValues = 500_000
const deepest = 100

/** @throws Error when the bytes are not one whole value, or one of too many parts. */
export function decodeOutside(bytes: Uint8Array): unknown {
  checkStructure(bytes)
  return decode(bytes)
}

/** @throws RangeError */
function checkStructure(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** How many values are missing to end what is open, outermost first. */
  const open = [1]
  let at = 0
  for (let values = 1; open.length > 0; values++) {
    if (values > mostValues) throw new RangeError(`more than ${mostValues} values`)
    const { size, parts } = headOf(view, at)
    at += size
    if (at > bytes.length) throw new RangeError('it ends within a value')
    open[open.length - 1]!--
    if (parts > 0) open.push(parts)
    if (open.length > deepest) throw new RangeError(`nested deeper than ${deepest}`)
    while (open.at(-1) === 0) open.pop()
  }
  if (at !== bytes.length) throw new RangeError('something follows the value')
}

interface Head {
  /** Bytes of it that hold no other values. */
  size: number
  /** Values that follow and belong to it. */
  parts: number
}

const plain = (size: number): Head => ({ size, parts: 0 })

/** By the first byte, as https://github.com/msgpack/msgpack/blob/master/spec.md has them. @throws RangeError beyond the end */
function headOf(view: DataView, at: number): Head {
  const first = view.getUint8(at)
  if (first <= 0x7f || first >= 0xe0) return plain(1)
  if (first <= 0x8f) return { size: 1, parts: 2 * (first & 0x0f) }
  if (first <= 0x9f) return { size: 1, parts: first & 0x0f }
  if (first <= 0xbf) return plain(1 + (first & 0x1f))
  switch (first) {
    case 0xc4:
    case 0xd9:
      return plain(2 + view.getUint8(at + 1))
    case 0xc5:
    case 0xda:
      return plain(3 + view.getUint16(at + 1))
    case 0xc6:
    case 0xdb:
      return plain(5 + view.getUint32(at + 1))
    case 0xc7:
      return plain(3 + view.getUint8(at + 1))
    case 0xc8:
      return plain(4 + view.getUint16(at + 1))
    case 0xc9:
      return plain(6 + view.getUint32(at + 1))
    case 0xdc:
      return { size: 3, parts: view.getUint16(at + 1) }
    case 0xdd:
      return { size: 5, parts: view.getUint32(at + 1) }
    case 0xde:
      return { size: 3, parts: 2 * view.getUint16(at + 1) }
    case 0xdf:
      return { size: 5, parts: 2 * view.getUint32(at + 1) }
    case 0xc1:
      throw new RangeError('it begins with what is no value')
    default:
      return plain(1 + fixedSizes[first]!)
  }
}

/** Bytes after the first one of what always has as many: nothing and truth, numbers, small extensions. */
const fixedSizes: Record<number, number> = {
  ...{ 0xc0: 0, 0xc2: 0, 0xc3: 0, 0xca: 4, 0xcb: 8 },
  ...{ 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8 },
  ...{ 0xd4: 2, 0xd5: 3, 0xd6: 5, 0xd7: 9, 0xd8: 17 },
}
