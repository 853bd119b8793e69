import { describe, expect, it } from 'vitest'
import { LruCache } from '../../../electron/store/cache'

describe('LruCache', () => {
  it('forgets what was set longest ago when its bytes run out', () => {
    const cache = new LruCache<string, number>(10)
    cache.set('a', 1, 4)
    cache.set('b', 2, 4)
    cache.set('a', 3, 5)
    cache.set('c', 4, 5)
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([3, undefined, 4])
  })

  it('does not keep what is larger than itself', () => {
    const cache = new LruCache<string, number>(10)
    cache.set('large', 1, 11)
    cache.set('small', 2, 10)
    expect([cache.get('large'), cache.get('small')]).toEqual([undefined, 2])
  })
})
