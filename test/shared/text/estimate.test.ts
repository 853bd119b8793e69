import { expect, test } from 'vitest'
import { estimatedTime } from '../../../shared/text/estimate'

test('a time is about so long, and of a search at most so long', () => {
  expect(estimatedTime({ timeMs: 180_000, mostMs: null })).toBe('about 3 min')
  expect(estimatedTime({ timeMs: 60_000, mostMs: 2_400_000 })).toBe('about 60 s, at most 40 min')
  expect(estimatedTime({ timeMs: 2_000_000, mostMs: 2_400_000 })).toBe('at most 40 min')
})
