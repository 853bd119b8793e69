import { describe, expect, it } from 'vitest'
import { runColumnsById } from '../../../../renderer/pages/runs/run-columns'
import { nextOrder, sortRuns } from '../../../../renderer/pages/runs/run-sort'
import { makeRow } from '../../fixtures'
import { madeSummary } from '../../../support/made-summary'

const column = (columnId: string) => runColumnsById.get(columnId)!

describe('sorting runs', () => {
  const rows = [
    makeRow(0, { label: 'Deep, seed 10', series: {} }),
    makeRow(1, { label: 'Deep, seed 9', series: { trainLoss: madeSummary('trainLoss', [2, 3]) } }),
    makeRow(2, { label: 'deep, seed 2', series: { trainLoss: { ...madeSummary('trainLoss', [1]), best: NaN } } }),
    makeRow(3, { label: 'Deep, seed 9', series: { trainLoss: madeSummary('trainLoss', [1, 2]) } }),
  ]
  const sorted = (columnId: string, descending: boolean) =>
    sortRuns(rows, column(columnId), descending).map((row) => row.position)

  it('orders text as people count, equal ones as they were', () => {
    expect(sorted('label', false)).toEqual([2, 1, 3, 0])
    expect(sorted('label', true)).toEqual([0, 1, 3, 2])
  })

  it('puts runs without a value last in both directions', () => {
    expect(sorted('trainLoss', false)).toEqual([3, 1, 0, 2])
    expect(sorted('trainLoss', true)).toEqual([1, 3, 0, 2])
  })

  it('leaves the rows it was given as they are', () => {
    sorted('label', true)
    expect(rows.map((row) => row.position)).toEqual([0, 1, 2, 3])
  })

  it('goes from the better end to the other and back to the order of the lab', () => {
    const first = nextOrder(null, column('testAccuracy'))
    const second = nextOrder(first, column('testAccuracy'))
    expect([first, second, nextOrder(second, column('testAccuracy'))]).toEqual([
      { columnId: 'testAccuracy', descending: true },
      { columnId: 'testAccuracy', descending: false },
      null,
    ])
    expect(nextOrder(first, column('label'))).toEqual({ columnId: 'label', descending: false })
  })
})
