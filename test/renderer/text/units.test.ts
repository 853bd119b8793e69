import { describe, expect, it } from 'vitest'
import { formatAgo, formatBytes } from '../../../renderer/text/units'

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [3_140_000, '3.1 MB'],
    [412_345_678, '412 MB'],
    [999_600, '1.0 MB'],
    [2.5e13, '25 TB'],
  ])('%i is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('times ago', () => {
  const now = new Date(2026, 10, 21, 14, 0).getTime()
  const before = (days: number, hours: number, minutes = 0) => new Date(2026, 10, 21 - days, hours, minutes).getTime()

  it.each([
    [now, 'just now'],
    [now + 5000, 'just now'],
    [before(0, 13, 48), '12 min ago'],
    [before(0, 11), '3 h ago'],
    [before(1, 23, 30), 'yesterday'],
    [before(1, 0, 5), 'yesterday'],
    [before(5, 9), '5 days ago'],
    [before(30, 9), '2026-10-22'],
  ])('case %#', (time, text) => expect(formatAgo(time, now)).toBe(text))
})
