import { describe, expect, it } from 'vitest'
import {
  hasOwnLegend,
  onlyGroup,
  toggledGroup,
  visibleRuns,
} from '../../../../renderer/pages/experiment/group-visibility'
import { experimentKinds } from '../../../../shared/experiments/registry'
import { madeScatter } from '../../../support/made-figure'
import { madeResults, seriesData } from '../../../support/made-results'
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

it('a figure whose lines are no groups has a legend of its own, one of groups has not', () => {
  const results = madeResults('parameter-count', {}, () => ({ series: { testLoss: seriesData([1, 2], [2, 1]) } }))
  const groups = results.runs.map(({ run }) => run)
  const figures = experimentKinds['parameter-count'].figures(results)
  expect(figures.map((figure) => [figure.figureId, hasOwnLegend(figure, groups)])).toEqual([
    ['loss-by-parameters', true],
    ['accuracy-by-parameters', false],
    ['loss', false],
    ['accuracy', false],
  ])
})

it('so has one whose points are no groups', () => {
  const groups = [{ group: 'batch 8' }, { group: 'batch 64' }]
  const legendOf = (...names: string[]) =>
    hasOwnLegend(madeScatter(names.map((key) => ({ key, x: [1], y: [2] }))), groups)
  expect(legendOf('gap in loss', 'gap in accuracy')).toBe(true)
  expect(legendOf('batch 8', 'walk')).toBe(false)
  expect(legendOf()).toBe(false)
})
