/**
 * Tensors by name as one file, in the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of header length,
 * little-endian; a JSON header of dtype, shape and place of each tensor; the data, without gaps. Written are F32 and F64, as weights are
 * here; F16 and BF16 are read too.
 */
import { LabError } from '../../shared/api/errors'
import { fromBfloat16, fromFloat16 } from './short-floats'

export interface Tensor {
  /** Row-major. */
  shape: readonly number[]
  values: Float32Array | Float64Array
}

export interface TensorFile {
  tensors: Map<string, Tensor>
  metadata: Record<string, string>
}

const metadataKey = '__metadata__'
const lengthBytes = 8
const bytesOfType = { F32: 4, F64: 8, F16: 2, BF16: 2, I64: 8 } as const
/** How many batches PyTorch's batch normalisation has seen, an I64: no weight, and nothing here depends on it. */
const isCounter = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name)
/** The format's own limit. */
const longestHeader = 100_000_000

interface Entry {
  dtype: keyof typeof bytesOfType
  shape: number[]
  data_offsets: [number, number]
}

const typeOf = ({ values }: Tensor): 'F32' | 'F64' => (values instanceof Float64Array ? 'F64' : 'F32')

export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  // Doubles first, so that every number lies at a multiple of its size, as readers that map files into memory like it.
  const ordered = [...tensors].sort(([, a], [, b]) => bytesOfType[typeOf(b)] - bytesOfType[typeOf(a)])
  const header: Record<string, unknown> = { [metadataKey]: metadata }
  let offset = 0
  for (const [name, tensor] of ordered) {
    const end = offset + tensor.values.byteLength
    header[name] = { dtype: typeOf(tensor), shape: [...tensor.shape], data_offsets: [offset, end] } satisfies Entry
    offset = end
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / lengthBytes) * lengthBytes
  const file = new Uint8Array(lengthBytes + headerBytes + offset)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, lengthBytes, lengthBytes + headerBytes)
  file.set(text, lengthBytes)
  let at = lengthBytes + headerBytes
  for (const [, { values }] of ordered) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return file
}

function refuse(reason: string): never {
  throw new LabError('argument/invalid', reason)
}

/** Whatever weights can be, as floats or doubles. */
function numbers(dtype: Entry['dtype'], buffer: ArrayBuffer): Tensor['values'] {
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer)
    case 'F16':
      return fromFloat16(new Uint16Array(buffer))
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer))
    default:
      return new Float32Array(buffer)
  }
}

/** Without PyTorch's counters of batches. @throws LabError `argument/invalid` with what is wrong, and with the tensor where it is one's */
export function decodeTensors(file: Uint8Array): TensorFile {
  const { header, dataStart } = readHeader(file)
  const { [metadataKey]: metadata = {}, ...rest } = header
  const entries = Object.entries(rest).map(([name, entry]) => [name, checkEntry(name, entry)] as const)
  checkPlaces(entries, file.length - dataStart)
  const tensors = new Map<string, Tensor>()
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    if (dtype === 'I64') continue
    // A copy, at an address that the array's elements can have.
    const { buffer } = Uint8Array.prototype.slice.call(file, dataStart + offsets[0], dataStart + offsets[1])
    tensors.set(name, { shape, values: numbers(dtype, buffer as ArrayBuffer) })
  }
  return { tensors, metadata: checkMetadata(metadata) }
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (file.length < lengthBytes) refuse('is too short to be a safetensors file')
  const length = new DataView(file.buffer, file.byteOffset, lengthBytes).getBigUint64(0, true)
  if (length > BigInt(longestHeader)) refuse('is not a safetensors file: its header would be too long')
  const dataStart = lengthBytes + Number(length)
  if (dataStart > file.length) refuse('is cut off in its header, or not a safetensors file')
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(lengthBytes, dataStart)))
  } catch {
    refuse('has a header that is not JSON')
  }
  if (!isRecord(header)) refuse('has a header that is not an object')
  return { header, dataStart }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isType = (value: unknown): value is Entry['dtype'] =>
  typeof value === 'string' && Object.hasOwn(bytesOfType, value)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function checkMetadata(metadata: unknown): Record<string, string> {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Record<string, string>
  }
  return refuse('has metadata that are not texts')
}

function checkEntry(name: string, entry: unknown): Entry {
  if (!isRecord(entry)) return refuse(`tensor ${name} has no description`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (!isType(dtype) || (dtype === 'I64') !== isCounter(name)) {
    return refuse(`tensor ${name} has numbers of type ${String(dtype)}, but weights are F64, F32, F16 or BF16`)
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) refuse(`tensor ${name} has no valid shape`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    refuse(`tensor ${name} has no valid place in the file`)
  }
  const [from, to] = offsets as [number, number]
  const size = (shape as number[]).reduce((product, extent) => product * extent, 1)
  if (to - from !== size * bytesOfType[dtype]) {
    refuse(
      `tensor ${name} takes ${to - from} bytes, but its shape [${shape.join(', ')}] needs ${size * bytesOfType[dtype]}`,
    )
  }
  return { dtype, shape: shape as number[], data_offsets: [from, to] }
}

/** Tensors must cover the data from end to end: no gaps, no overlaps. */
function checkPlaces(entries: readonly (readonly [string, Entry])[], dataBytes: number): void {
  const ordered = [...entries].sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )
  let end = 0
  for (const [name, { data_offsets: offsets }] of ordered) {
    if (offsets[0] !== end)
      refuse(`tensor ${name} ${offsets[0] < end ? 'overlaps' : 'leaves a gap to'} the one before it`)
    end = offsets[1]
  }
  if (end > dataBytes) refuse(`is cut off: its tensors need ${end} bytes of data, and there are ${dataBytes}`)
  if (end < dataBytes) refuse(`has ${dataBytes - end} bytes more than its tensors need`)
}
