import { describe, expect, it } from 'vitest'
import { ExperimentTracker } from '../../../electron/lab/run-tracker'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import { knownRun } from '../../support/fake-training'

const a = 'ra' as RunId
const b = 'rb' as RunId
const batch = (runId: RunId, steps: number, durationMs: number) => ({
  runId,
  steps,
  epochs: steps,
  durationMs,
  series: [],
  frames: [],
})

function trackerOfTwo(): ExperimentTracker {
  return new ExperimentTracker('x1' as ExperimentId, [knownRun(a), knownRun(b)])
}

describe('the tracker of an experiment', () => {
  it('does not know the time left before anything was measured', () => {
    expect(trackerOfTwo().progress(2)).toMatchObject({ share: 0, stepsPerSecond: 0, etaMs: null })
  })

  it('counts expected times of queued runs, spread over the cores', () => {
    const tracker = trackerOfTwo()
    tracker.expectStepMs(a, 3)
    tracker.expectStepMs(b, 5)
    expect(tracker.progress(2).etaMs).toBe((10 * 3 + 10 * 5) / 2)
    expect(tracker.progress(1).etaMs).toBe(80)
  })

  it('replaces the expectation by the speed it sees', () => {
    const tracker = trackerOfTwo()
    tracker.setStatus(a, 'running')
    tracker.record(batch(a, 4, 8))
    const { share, stepsPerSecond, etaMs, runs } = tracker.progress(1)
    expect({ share, stepsPerSecond }).toEqual({ share: 4 / 20, stepsPerSecond: 500 })
    // 6 steps of the running one and 10 of the queued one at 2 ms each.
    expect(etaMs).toBe(32)
    expect(runs[0]).toMatchObject({ steps: 4, etaMs: 12 })
  })

  it('knows a paused run by its speed, but shows none, also when its last steps are told late', () => {
    const tracker = trackerOfTwo()
    tracker.setStatus(a, 'running')
    tracker.setStatus(a, 'paused')
    tracker.record(batch(a, 4, 8))
    const { stepsPerSecond, runs } = tracker.progress(1)
    expect({ stepsPerSecond, of: runs[0]!.stepsPerSecond, etaMs: runs[0]!.etaMs }).toEqual({
      stepsPerSecond: 0,
      of: 0,
      etaMs: 12,
    })
  })

  it('counts an ended run as done, however far it came', () => {
    const tracker = trackerOfTwo()
    tracker.setStatus(a, 'stopped')
    expect(tracker.progress(1).share).toBe(0.5)
    expect(tracker.done).toBe(false)
    tracker.setStatus(b, 'diverged')
    expect(tracker.done).toBe(true)
  })
})
