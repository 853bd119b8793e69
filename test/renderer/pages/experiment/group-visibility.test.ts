import { describe, expect, it } from 'vitest'
import { onlyGroup, toggledGroup, visibleRuns } from '../../../../renderer/pages/experiment/group-visibility'
import { makeRun } from '../../fixtures'

describe('groups that figures show', () => {
  it('go and come, and are never all gone', () => {
    const one = toggledGroup(new Set(), 1, [0, 1, 2])
    const two = toggledGroup(one, 0, [0, 1, 2])
    expect([[...one], [...two]]).toEqual([[1], [1, 0]])
    expect([...toggledGroup(two, 2, [0, 1, 2])]).toEqual([])
    expect([...toggledGroup(two, 1, [0, 1, 2])]).toEqual([0])
  })

  it('can be looked at alone, and together again', () => {
    const alone = onlyGroup(new Set([1]), 1, [0, 1, 2])
    expect([...alone]).toEqual([0, 2])
    expect([...onlyGroup(alone, 1, [0, 1, 2])]).toEqual([])
  })

  it('leave out the runs of hidden ones', () => {
    const runs = [0, 1, 0].map((groupIndex, at) => ({ run: makeRun(at, { groupIndex }), series: {} }))
    expect(visibleRuns(runs, new Set([0])).map(({ run }) => run.position)).toEqual([1])
  })
})
