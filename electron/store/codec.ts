/**
 * Floating point numbers as bytes, exact to the bit and little-endian: one byte of element size (4 or 8), then the deflated byte planes
 * (all lowest bytes, ..., all highest bytes), which compress far better than whole numbers. Or, for numbers that are noise but for their
 * exponents, element size plus 16 and the numbers as they are.
 */
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib'
import { LabError } from '../../shared/api/errors'

export type Floats = Float32Array | Float64Array

/** Level 1: the low bytes of a loss are noise, so more effort buys next to nothing. Output in one piece. */
const packing: ZlibOptions = { level: 1, chunkSize: 2 ** 17 }

/**
 * Only runs of equal bytes are looked for: in what training computes they are nearly all that repeats, and are found in half the time or
 * less. Measured on chunks of 16,384: noisy losses take as many bytes, smooth ones an eighth more.
 */
export function encodeFloats(values: Floats): Buffer {
  return pack(values, { ...packing, strategy: constants.Z_RLE })
}

/** For numbers in steps of the same size, whose bytes come again after a while: a third of the bytes that runs alone would leave. */
export function encodeSteps(steps: Float64Array): Buffer {
  return pack(steps, packing)
}

function pack(values: Floats, options: ZlibOptions): Buffer {
  const size = values.BYTES_PER_ELEMENT
  const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const planes = new Uint8Array(values.byteLength)
  let at = 0
  for (let plane = 0; plane < size; plane++) {
    for (let i = plane; i < source.length; i += size) planes[at++] = source[i] as number
  }
  return Buffer.concat([Buffer.of(size), deflateRawSync(planes, options)])
}

/** Added to the element size of numbers that are not packed. */
const unpacked = 16

/** For weights: packing a million of them takes a hundred times as long as copying them, and saves a sixth. */
export function encodeUnpacked(values: Floats): Buffer {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return Buffer.concat([Buffer.of(values.BYTES_PER_ELEMENT + unpacked), bytes])
}

/** @throws LabError `store/damaged` for bytes that none of the above made. */
export function decodeFloats(blob: Uint8Array): Floats {
  if ((blob[0] ?? 0) >= unpacked) return decodeUnpacked(blob)
  const size = blob[0]
  if (size !== 4 && size !== 8) throw new LabError('store/damaged', 'Stored numbers have an unknown format')
  const planes = inflate(blob.subarray(1))
  if (planes.length % size !== 0) throw new LabError('store/damaged', 'Stored numbers are cut off')
  const bytes = new Uint8Array(planes.length)
  let at = 0
  for (let plane = 0; plane < size; plane++) {
    for (let i = plane; i < bytes.length; i += size) bytes[i] = planes[at++] as number
  }
  return size === 4 ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer)
}

function decodeUnpacked(blob: Uint8Array): Floats {
  const size = blob[0]! - unpacked
  if (size !== 4 && size !== 8) throw new LabError('store/damaged', 'Stored numbers have an unknown format')
  if ((blob.length - 1) % size !== 0) throw new LabError('store/damaged', 'Stored numbers are cut off')
  // A copy, at an address that the array's elements can have.
  const { buffer } = Uint8Array.prototype.slice.call(blob, 1)
  return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer)
}

export function decodeFloat32(blob: Uint8Array): Float32Array {
  const values = decodeFloats(blob)
  if (values instanceof Float32Array) return values
  throw new LabError('store/damaged', 'Stored numbers have another precision than they should')
}

function inflate(blob: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(blob)
  } catch {
    throw new LabError('store/damaged', 'Stored numbers cannot be unpacked')
  }
}
