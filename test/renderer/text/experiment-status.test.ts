import { describe, expect, it } from 'vitest'
import type { ExperimentProgress } from '../../../shared/api/lab-api'
import {
  countStatuses,
  experimentStatus,
  outcomeText,
  plannedEpochs,
  progressText,
  retryableCount,
  shareDone,
  statusNotices,
} from '../../../renderer/text/experiment-status'
import { experimentId, makeRun } from '../fixtures'

const progress: ExperimentProgress = {
  experimentId,
  share: 0.62,
  stepsPerSecond: 41_300,
  etaMs: 11_400,
  paused: false,
  runCount: 15,
  endedRuns: 9,
  analyses: [],
  runs: [],
}

describe('what an experiment is doing', () => {
  it('is unfinished as long as one run is, then the worst of its ends', () => {
    expect(experimentStatus({ finished: 3, running: 1 })).toBe('running')
    expect(experimentStatus({ finished: 3, queued: 1 })).toBe('running')
    expect(experimentStatus({ queued: 4 })).toBe('queued')
    expect(experimentStatus({ queued: 3, finished: 1 }, true)).toBe('paused')
    expect(experimentStatus({ paused: 1, queued: 3 })).toBe('paused')
    expect(experimentStatus({ finished: 3, diverged: 1, failed: 1 })).toBe('failed')
    expect(experimentStatus({ finished: 3, diverged: 1 })).toBe('diverged')
    expect(experimentStatus({ finished: 3 }, true)).toBe('finished')
    expect(experimentStatus({})).toBe('queued')
  })

  it('counts runs by state and those that can be retried', () => {
    const counts = countStatuses([makeRun(0), makeRun(1, { status: 'failed' }), makeRun(2, { status: 'stopped' })])
    expect(counts).toEqual({ finished: 1, failed: 1, stopped: 1 })
    expect(retryableCount(counts)).toBe(2)
  })

  it('says how far it is in one line', () => {
    const runs = [
      makeRun(0),
      makeRun(1, { status: 'running', epochs: 12, steps: 200 }),
      makeRun(2, { status: 'running', epochs: 81, steps: 1300 }),
      makeRun(3, { status: 'queued', steps: 0, epochs: 0 }),
    ]
    expect(progressText(runs, progress)).toBe('1 of 4 runs, 41,300 steps/s, epoch 81 of 100, 12 s left')
    expect(progressText(runs, { ...progress, paused: true })).toBe('1 of 4 runs, epoch 81 of 100, paused')
    expect(progressText(runs.slice(0, 1), null)).toBe('1 of 1 run')
  })

  it('says what it took when it has ended', () => {
    const start = new Date(2026, 10, 21, 14, 5).getTime()
    const runs = [
      makeRun(0, { startedAt: start, endedAt: start + 2000 }),
      makeRun(1, { startedAt: start + 100, endedAt: start + 2800 }),
      makeRun(2, { status: 'stopped', steps: 0 }),
    ]
    expect(outcomeText(runs)).toBe('3 runs, 3,200 steps in 2.8 s, started 2026-11-21 14:05')
    expect(outcomeText(runs.slice(2))).toBe('1 run')
  })

  it('counts ended runs whole in the share that is done', () => {
    const runs = [makeRun(0, { status: 'diverged', steps: 10 }), makeRun(1, { status: 'running', steps: 400 })]
    expect(shareDone(runs)).toBe((1600 + 400) / 3200)
    expect(shareDone([])).toBe(0)
  })

  it('knows the epochs of a run that a number of steps ends', () => {
    expect(plannedEpochs(makeRun(0, { totalSteps: 33 }))).toBe(3)
    expect(plannedEpochs(makeRun(0))).toBe(100)
  })

  it('tells each kind of trouble once, with what can be done', () => {
    const notices = statusNotices([
      makeRun(0),
      makeRun(1, { status: 'failed', error: 'out of memory' }),
      makeRun(2, { status: 'failed', error: 'out of memory' }),
      makeRun(3, { status: 'failed', error: 'data set is missing' }),
      makeRun(4, { status: 'diverged', error: 'diverged at step 812' }),
      makeRun(5, { status: 'stopped' }),
      makeRun(6, { status: 'interrupted' }),
      makeRun(7, { status: 'interrupted', error: 'Its data are not here.' }),
    ])
    expect(notices.map(({ tone }) => tone)).toEqual(['bad', 'warn', 'warn', 'warn'])
    expect(notices.map(({ text }) => text.split('. ')[0])).toEqual([
      '3 runs failed: out of memory (and 1 other reason)',
      '2 runs interrupted: Training ended unexpectedly',
      '1 run diverged: the loss was no longer a finite number',
      '1 run stopped before the end',
    ])
    expect(statusNotices([makeRun(0)])).toEqual([])
  })
})
