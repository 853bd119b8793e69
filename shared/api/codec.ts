/**
 * Values as bytes, for channels that carry bytes: MessagePack with typed arrays as extensions, so that big numbers never become
 * JSON. Both ends are little-endian (every platform that Basin runs on is).
 */
import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack'

/** Extension types by constructor; the position is the type on the wire, so new ones go to the end. */
const arrayTypes = [Float32Array, Float64Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Int8Array] as const

const extensionCodec = new ExtensionCodec()
arrayTypes.forEach((ArrayType, type) => {
  extensionCodec.register({
    type,
    encode: (value) =>
      value instanceof ArrayType ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
    // The bytes lie anywhere in the message: the copy puts them at an address that the array's elements can have.
    decode: (bytes) => new ArrayType(bytes.slice().buffer),
  })
})

/**
 * `Uint8Array` and the arrays above keep their type; keys with `undefined` are left out, and `undefined` in an array becomes null.
 * The result has a buffer of its own, no longer than needed.
 * @throws TypeError for what is not data: functions, symbols, big integers.
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new Encoder({ extensionCodec, ignoreUndefined: true }).encode(value)
}

/** @throws Error when the bytes are not one whole value. */
export function decode(bytes: Uint8Array): unknown {
  // Node's Buffer is a Uint8Array whose slices share memory and which turns to JSON of its own: decode as the plain array it holds.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return new Decoder({ extensionCodec }).decode(plain)
}
