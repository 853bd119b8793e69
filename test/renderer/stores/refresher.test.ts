import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRefresher } from '../../../renderer/stores/refresher'

describe('a refresher', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('makes one read of many requests, and reads once more for what changed meanwhile', async () => {
    let reads = 0
    const refresher = createRefresher(async () => void reads++, 250)
    for (let i = 0; i < 10; i++) refresher.request()
    expect(reads).toBe(1)
    await vi.advanceTimersByTimeAsync(249)
    expect(reads).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(reads).toBe(2)
    await vi.advanceTimersByTimeAsync(5000)
    expect(reads).toBe(2)
  })

  it('never has two reads under way', async () => {
    let under = 0
    let most = 0
    const refresher = createRefresher(async () => {
      most = Math.max(most, ++under)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      under--
    }, 10)
    for (let i = 0; i < 20; i++) {
      refresher.request()
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(most).toBe(1)
  })
})
