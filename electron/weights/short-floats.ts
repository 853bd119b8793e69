/** The two number types of 16 bits that networks are trained in, as floats of 32: every one of them is exactly one of those. */

/** IEEE binary16: a sign, 5 bits of exponent, 10 of fraction. @param bits - [n], as they lie in memory */
export function fromFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (word) => {
    const sign = word & 0x8000 ? -1 : 1
    const exponent = (word >> 10) & 0x1f
    const fraction = word & 0x3ff
    if (exponent === 0) return sign * fraction * 2 ** -24
    if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  })
}

/** bfloat16: the upper half of a float of 32 bits. @param bits - [n], as they lie in memory */
export function fromBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = Uint32Array.from(bits, (word) => (word << 16) >>> 0)
  return new Float32Array(words.buffer)
}
