/** shared/random.ts against the published vectors of Philox, numbers computed in Python, and what a shuffle must be. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  dropoutMask,
  epochOrder,
  philox,
  randomKey,
  randomPurposes,
  RandomStream,
  type RandomKey,
} from '../../shared/random'
import { golden } from '../golden/golden'

/** Random123's kat_vectors for philox4x32 with ten rounds: key, counter, result. */
const knownAnswers: [RandomKey, [number, number, number, number], number[]][] = [
  [
    [0, 0],
    [0, 0, 0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0xa4093822, 0x299f31d0],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
]

test('Philox gives the published answers', () => {
  for (const [key, counter, expected] of knownAnswers) expect([...philox(key, counter)]).toEqual(expected)
})

test('a stream and its shuffles are those of an implementation in Python', () => {
  const { words, orders } = golden('random')
  const stream = new RandomStream(words.key, words.stream)
  expect(words.values.map(() => stream.uint32())).toEqual(words.values)
  for (const { seed, epoch, order } of orders) expect([...epochOrder(seed, epoch, order.length)]).toEqual(order)
})

test('a dropout mask is what an implementation in Python draws', () => {
  const { key, rate, kept, ...place } = golden('random').mask
  expect([...dropoutMask(key, rate, place)]).toEqual(kept)
})

test('an epoch visits every sample once, in an order that seed and epoch alone decide', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), fc.nat(1000), fc.integer({ min: 1, max: 500 }), (seed, epoch, size) => {
      const order = epochOrder(seed, epoch, size)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
      expect(epochOrder(seed, epoch, size)).toEqual(order)
    }),
    { numRuns: 50 },
  )
  expect(epochOrder(1, 0, 100)).not.toEqual(epochOrder(1, 1, 100))
  expect(epochOrder(1, 0, 100)).not.toEqual(epochOrder(2, 0, 100))
})

test('uniform and normal numbers have the moments of their distributions', () => {
  const random = new RandomStream(randomKey(5, 'noise'))
  const count = 20_000
  const moments = (draw: () => number) => {
    const values = Array.from({ length: count }, draw)
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count, values }
  }
  const uniform = moments(() => random.uniform())
  expect(Math.min(...uniform.values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...uniform.values)).toBeLessThan(1)
  // Four standard errors: 1/sqrt(12 n), and sqrt(1/180 n) for the variance.
  expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(0.0082)
  expect(Math.abs(uniform.variance - 1 / 12)).toBeLessThan(0.0022)
  const normal = moments(() => random.normal())
  expect(Math.abs(normal.mean)).toBeLessThan(0.029)
  expect(Math.abs(normal.variance - 1)).toBeLessThan(0.041)
})

test('streams of different purposes share nothing', () => {
  const first = new RandomStream(randomKey(9, 'shuffle'))
  const second = new RandomStream(randomKey(9, 'noise'))
  const draw = (stream: RandomStream) => Array.from({ length: 64 }, () => stream.uint32())
  const seen = new Set(draw(first))
  expect(draw(second).filter((word) => seen.has(word))).toEqual([])
})

test('no two purposes share a stream', () => {
  expect(new Set(Object.values(randomPurposes)).size).toBe(Object.keys(randomPurposes).length)
})
