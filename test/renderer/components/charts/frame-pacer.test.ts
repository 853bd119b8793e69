import { describe, expect, it } from 'vitest'
import { FramePacer } from '../../../../renderer/components/charts/frame-pacer'
import { FakeClock } from './fake-clock'

function counting(intervalMs = 100) {
  const clock = new FakeClock()
  const starts: number[] = []
  const pacer = new FramePacer(() => void starts.push(clock.now()), intervalMs, clock)
  return { clock, starts, pacer }
}

describe('a frame pacer', () => {
  it('does nothing until it is asked, then at the next frame', async () => {
    const { clock, starts, pacer } = counting()
    await clock.pass(50)
    expect(starts).toEqual([])
    pacer.request()
    await clock.pass(50)
    expect(starts).toEqual([60])
  })

  it('folds many requests into one and keeps its interval', async () => {
    const { clock, starts, pacer } = counting()
    for (let i = 0; i < 100; i++) {
      pacer.request()
      pacer.request()
      await clock.pass(10)
    }
    expect(starts.length).toBe(10)
    expect(starts.slice(1).every((start, index) => start - starts[index]! >= 100)).toBe(true)
  })

  it('never works twice at once, and works again when asked meanwhile', async () => {
    const clock = new FakeClock()
    const endings: (() => void)[] = []
    const pacer = new FramePacer(() => new Promise<void>((resolve) => endings.push(resolve)), 20, clock)
    pacer.request()
    await clock.pass(10)
    pacer.request()
    pacer.request()
    await clock.pass(200)
    expect(endings.length).toBe(1)
    endings[0]!()
    await clock.pass(50)
    expect(endings.length).toBe(2)
    endings[1]!()
    await clock.pass(100)
    expect(endings.length).toBe(2)
  })

  it('waits while the window is not seen', async () => {
    const { clock, starts, pacer } = counting()
    clock.visible = false
    pacer.request()
    await clock.pass(300)
    expect(starts).toEqual([])
    clock.visible = true
    await clock.pass(10)
    expect(starts.length).toBe(1)
  })

  it('does nothing any more once it is disposed of', async () => {
    const { clock, starts, pacer } = counting()
    pacer.request()
    pacer.dispose()
    pacer.request()
    await clock.pass(300)
    expect(starts).toEqual([])
  })
})
