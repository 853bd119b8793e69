/** The core's random numbers are those of shared/random.ts, bit for bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadAddon } from '../../electron/engines/native'
import { epochOrder, philox, randomKey } from '../../shared/random'

const addon = loadAddon()
const word = fc.nat({ max: 0xffffffff })

test('a Philox block is the same in C++ and TypeScript', () => {
  fc.assert(
    fc.property(word, word, word, word, word, word, (k0, k1, c0, c1, c2, c3) => {
      expect(addon.philox(k0, k1, c0, c1, c2, c3)).toEqual(philox([k0, k1], [c0, c1, c2, c3]))
    }),
  )
})

test('an epoch has the same order in C++ and TypeScript', () => {
  fc.assert(
    fc.property(word, fc.nat(2 ** 31), fc.nat(3000), (seed, epoch, size) => {
      const [key0, key1] = randomKey(seed, 'shuffle')
      expect(addon.permutation(key0, key1, epoch, size)).toEqual(epochOrder(seed, epoch, size))
    }),
    { numRuns: 60 },
  )
})
