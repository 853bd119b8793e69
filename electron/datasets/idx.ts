/**
 * The idx format of MNIST: two zero bytes, a type (8: unsigned bytes), the number of dimensions, each dimension as a big-endian
 * 32-bit integer, then the bytes. Source: the description on the MNIST page (LeCun, Cortes, Burges).
 */
import { damaged, withCommas } from './problems'

export interface IdxArray {
  shape: number[]
  data: Uint8Array
}

/** Dimensions named by the header, or undefined where the bytes do not begin like idx with unsigned bytes. */
export function idxShape(head: Uint8Array): number[] | undefined {
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0 || head[2] !== 8) return undefined
  const dimensions = head[3]!
  if (dimensions < 1 || dimensions > 4 || head.length < 4 + 4 * dimensions) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
}

/** Bytes a file with these dimensions has. */
export function idxBytes(shape: number[]): number {
  return 4 + 4 * shape.length + shape.reduce((product, size) => product * size, 1)
}

/** @throws `dataset/damaged` with the byte where `file` ends early, or what its beginning is instead. */
export function parseIdx(file: string, bytes: Uint8Array): IdxArray {
  const shape = idxShape(bytes)
  if (!shape) throw damaged(file, headProblem(bytes))
  const expected = idxBytes(shape)
  if (bytes.length < expected)
    throw damaged(file, `it is truncated at byte ${withCommas(bytes.length)} of ${withCommas(expected)}`)
  if (bytes.length > expected)
    throw damaged(
      file,
      `${withCommas(bytes.length - expected)} bytes follow the ${withCommas(expected)} it should have`,
    )
  return { shape, data: bytes.subarray(4 + 4 * shape.length) }
}

function headProblem(bytes: Uint8Array): string {
  const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  if (bytes.length === 0) return 'it is empty'
  if ([0, 0, 8].every((byte, i) => i >= bytes.length || bytes[i] === byte) && bytes.length < 20)
    return `it is truncated at byte ${bytes.length}, within its header`
  return `it does not begin as an idx file of bytes (00 00 08), but with ${magic}`
}
