import { describe, expect, it } from 'vitest'
import { groupRuns, spreadOf } from '../../../../renderer/pages/experiment/run-groups'
import { makeRun, runIdOf } from '../../fixtures'
import { madeSummary } from '../../../support/made-summary'

describe('groups of runs', () => {
  it('give mean and sample deviation of what is finite', () => {
    expect(spreadOf([])).toBeNull()
    expect(spreadOf([NaN])).toBeNull()
    expect(spreadOf([3])).toEqual({ mean: 3, deviation: null, count: 1 })
    expect(spreadOf([1, 2, 3, Infinity])).toEqual({ mean: 2, deviation: 1, count: 3 })
  })

  it('are in the order of their colours and sum up their seeds', () => {
    const loss = (best: number) => ({ trainLoss: madeSummary('trainLoss', [best]) })
    const runs = [
      makeRun(0, { group: 'Deep', groupIndex: 1, series: loss(5), status: 'running', epochs: 40 }),
      makeRun(1, { series: loss(1) }),
      makeRun(2, { series: loss(3) }),
      makeRun(3, { series: loss(100), status: 'running', epochs: 7 }),
      makeRun(4, { series: {}, status: 'queued', epochs: 0 }),
    ]
    const live = { status: 'running' as const, steps: 1, epochs: 1, totalSteps: 9, etaMs: null }
    const progress = new Map([0, 3].map((at) => [runIdOf(at), { ...live, runId: runIdOf(at), stepsPerSecond: 500 }]))
    const groups = groupRuns(runs, progress)
    expect(
      groups.map(({ group, endedCount, epochs, stepsPerSecond }) => [group, endedCount, epochs, stepsPerSecond]),
    ).toEqual([
      ['Shallow', 2, 100, 500],
      ['Deep', 0, 40, 500],
    ])
    // Two finished seeds: the one that has just begun does not spoil the mean.
    expect(groups[0]!.trainLoss).toEqual({ mean: 2, deviation: Math.sqrt(2), count: 2 })
    // None has finished: what there is.
    expect(groups[1]!.trainLoss).toEqual({ mean: 5, deviation: null, count: 1 })
    expect(groups[0]!.testAccuracy).toBeNull()
  })
})
