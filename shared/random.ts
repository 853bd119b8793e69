/**
 * The one source of randomness: Philox4x32-10, a counter-based generator, keyed by (seed, purpose).
 * Every engine draws its initial weights, shuffles and noise here (native/src/random.h repeats it bit for bit), so that the
 * same spec gives the same numbers on each of them.
 *
 * Source: Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */

/** What a stream is for. Streams of different purposes are independent even for the same seed. */
export const randomPurposes = {
  initialization: 1,
  shuffle: 2,
  noise: 3,
  inputs: 4,
  digits: 5,
  subset: 6,
  dropout: 7,
  probe: 8,
  walk: 9,
  labels: 10,
  directions: 11,
  neighbours: 12,
  ascent: 13,
} as const
export type RandomPurpose = keyof typeof randomPurposes

/** Key of a stream: two words of 32 bits. */
export type RandomKey = readonly [number, number]

/** The key for a seed (an integer from 0 to 2^32 - 1) and a purpose. */
export function randomKey(seed: number, purpose: RandomPurpose): RandomKey {
  return [seed >>> 0, randomPurposes[purpose]]
}

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >>> 16)
  const middleLow = (middle & 0xffff) + aLow * bHigh
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(middleLow / 65536)) >>> 0
}

/** One Philox4x32-10 block: four 32-bit words for a key and a 128-bit counter (four words). */
export function philox(key: RandomKey, counter: readonly [number, number, number, number]): Uint32Array {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, c0)
    const low0 = Math.imul(multiplier0, c0)
    const high1 = multiplyHigh(multiplier1, c2)
    const low1 = Math.imul(multiplier1, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + weyl0) >>> 0
    k1 = (k1 + weyl1) >>> 0
  }
  return Uint32Array.of(c0, c1, c2, c3)
}

/**
 * A stream of numbers: block b of stream s is philox(key, [b, 0, s, 0]). The words of a block are used in order.
 * `stream` separates what one purpose needs many of: the epoch of a shuffle, the index of a layer.
 */
export class RandomStream {
  #block = 0
  #word = 4
  #words: Uint32Array = new Uint32Array(4)
  #spareNormal: number | undefined

  constructor(
    private readonly key: RandomKey,
    private readonly stream = 0,
  ) {}

  /** The next 32 bits, as an unsigned integer. */
  uint32(): number {
    if (this.#word === 4) {
      this.#words = philox(this.key, [this.#block++, 0, this.stream >>> 0, 0])
      this.#word = 0
    }
    return this.#words[this.#word++]!
  }

  /** Uniform on [0, 1) with 24 bits, exact in float32. */
  uniform(): number {
    return (this.uint32() >>> 8) / 0x1000000
  }

  /** Uniform integer on [0, bound); bias below bound / 2^32 (Lemire's multiplication without the rejection). */
  below(bound: number): number {
    return multiplyHigh(this.uint32(), bound >>> 0)
  }

  /** Standard normal by Box and Muller; values come in pairs from two uniforms. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal
      this.#spareNormal = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** A permutation of 0 .. length-1: Fisher and Yates from the end, j = below(i + 1) for i = length-1 .. 1. */
  permutation(length: number): Uint32Array {
    const order = new Uint32Array(length)
    for (let i = 0; i < length; i++) order[i] = i
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    return order
  }
}

/** The order in which an epoch (0, 1, ...) visits the samples of a training set. */
export function epochOrder(seed: number, epoch: number, samples: number): Uint32Array {
  return new RandomStream(randomKey(seed, 'shuffle'), epoch).permutation(samples)
}

/**
 * Whether dropout keeps numbers of one layer in one step: element e = feature * batch + sample takes word e % 4 of block e / 4 of
 * the stream `step` of the layer's own key, and is kept where its upper 24 bits, as a share of 1, are at least `rate`.
 * @param layer - index among the dropout layers of the network, in order
 * @param step - steps completed before this one
 * @returns 1 (kept) or 0, [features, batch]
 */
export function dropoutMask(
  key: RandomKey,
  rate: number,
  place: { step: number; layer: number; features: number; batch: number },
): Uint8Array {
  const { step, layer, features, batch } = place
  const layerKey: RandomKey = [key[0], (key[1] + 0x10000 * (layer + 1)) >>> 0]
  const mask = new Uint8Array(features * batch)
  for (let block = 0; 4 * block < mask.length; block++) {
    const words = philox(layerKey, [block, 0, step >>> 0, 0])
    for (let word = 0; word < 4 && 4 * block + word < mask.length; word++) {
      mask[4 * block + word] = (words[word]! >>> 8) / 0x1000000 >= rate ? 1 : 0
    }
  }
  return mask
}
