import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  extendTo,
  keepShown,
  moveActive,
  noSelection,
  toggleRow,
  type Selection,
} from '../../../../renderer/pages/runs/row-selection'
import { runIdOf } from '../../fixtures'

const rows = [0, 1, 2, 3, 4, 5].map(runIdOf)
const selected = (selection: Selection) =>
  rows.flatMap((runId, index) => (selection.selected.has(runId) ? [index] : []))

describe('selecting rows', () => {
  it('begins with the first row and stops at the ends', () => {
    const first = moveActive(noSelection, rows, 1, false)
    expect(first.active).toBe(rows[0])
    expect(moveActive(first, rows, -1, false).active).toBe(rows[0])
    expect(moveActive(first, rows, 100, false).active).toBe(rows[5])
    expect(moveActive(noSelection, rows, -1, false).active).toBe(rows[5])
    expect(moveActive(noSelection, rows, rows.length, false).active).toBe(rows[5])
    expect(moveActive(noSelection, rows, -rows.length, false).active).toBe(rows[0])
    expect(moveActive(noSelection, [], 1, false)).toBe(noSelection)
  })

  it('extends from where a person began, in both directions', () => {
    const begun = toggleRow(noSelection, rows[2]!)
    const down = moveActive(moveActive(begun, rows, 1, true), rows, 1, true)
    expect(selected(down)).toEqual([2, 3, 4])
    expect(selected(moveActive(down, rows, -1, true))).toEqual([2, 3])
    expect(selected(extendTo(down, rows, rows[0]!))).toEqual([0, 1, 2])
  })

  it('takes away with a second toggle', () => {
    const twice = toggleRow(toggleRow(toggleRow(noSelection, rows[1]!), rows[4]!), rows[1]!)
    expect(selected(twice)).toEqual([4])
  })

  it('forgets rows that are no longer shown', () => {
    const range = extendTo(toggleRow(noSelection, rows[0]!), rows, rows[3]!)
    const kept = keepShown(range, rows.slice(2))
    expect(selected(kept)).toEqual([2, 3])
    expect([kept.active, kept.anchor]).toEqual([rows[3], null])
  })

  it('never makes a row active that is not there', () => {
    const moves = fc.array(fc.record({ by: fc.integer({ min: -9, max: 9 }), extend: fc.boolean() }))
    fc.assert(
      fc.property(moves, (list) => {
        const end = list.reduce((at, { by, extend }) => moveActive(at, rows, by, extend), noSelection)
        expect(end.active === null || rows.includes(end.active)).toBe(true)
      }),
    )
  })
})
