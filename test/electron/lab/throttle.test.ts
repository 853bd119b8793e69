import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Throttle } from '../../../electron/lab/throttle'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('acts at once, then at most once per interval, and always after the last call', () => {
  const acted: string[] = []
  const throttle = new Throttle<string>(100, (key) => acted.push(key))
  for (let i = 0; i < 5; i++) throttle.call('a')
  throttle.call('b')
  expect(acted).toEqual(['a', 'b'])
  vi.advanceTimersByTime(100)
  expect(acted).toEqual(['a', 'b', 'a'])
  vi.advanceTimersByTime(1000)
  expect(acted).toEqual(['a', 'b', 'a'])
  throttle.call('a')
  expect(acted).toEqual(['a', 'b', 'a', 'a'])
})

it('says nothing more once closed', () => {
  const acted: string[] = []
  const throttle = new Throttle<string>(100, (key) => acted.push(key))
  throttle.call('a')
  throttle.call('a')
  throttle.close()
  vi.advanceTimersByTime(1000)
  expect(acted).toEqual(['a'])
})
