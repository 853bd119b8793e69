import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Engine, EngineSession, TrainOptions } from '../../../electron/engines/engine'
import { measureStep } from '../../../electron/training/measure'
import { fakeRun } from '../../support/fake-training'

afterEach(() => void vi.restoreAllMocks())

/**
 * An engine whose steps take `stepMs` on a clock of its own, and in most pieces ten or a hundred times as long.
 * @param always - so many times as long in all pieces
 * @param use - is told what they took of a processor
 */
function disturbedEngine(stepMs: number, always = 1, use?: (ms: number) => void): Engine {
  let now = 0
  let piece = 0
  let step = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  // What the clock says holds where this does not tell.
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: 1000 * now, system: 0 }))
  const train = async ({ maxSteps = 100 }: TrainOptions) => {
    now += stepMs * maxSteps * always * [100, 10, 100, 1, 10][piece++ % 5]!
    use?.(stepMs * maxSteps)
    step += maxSteps
    return { step }
  }
  const session = {
    setSamples: () => undefined,
    setParameters: () => undefined,
    stop: () => undefined,
    dispose: () => undefined,
    train,
  }
  return { createSession: () => session as unknown as EngineSession } as unknown as Engine
}

describe('the time of a step', () => {
  it.each([0.004, 0.5, 30])('is that of the fastest piece, whatever else the machine does (%d ms)', async (stepMs) => {
    const measured = await measureStep(disturbedEngine(stepMs), fakeRun('r1').spec, 40)
    expect(measured.stepMs / stepMs).toBeLessThan(10.5)
    expect(measured.stepMs / stepMs).toBeGreaterThan(0.99)
    if (stepMs < 1) expect(measured.stepMs).toBeCloseTo(stepMs, 6)
  })

  it.skipIf(process.platform === 'win32')('is that of the processor where no piece is undisturbed', async () => {
    let used = 0
    const engine = disturbedEngine(0.5, 8, (ms) => (used += ms))
    vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: 1000 * used, system: 0 }))
    expect((await measureStep(engine, fakeRun('r1').spec, 40)).stepMs).toBeCloseTo(0.5, 6)
  })
})
