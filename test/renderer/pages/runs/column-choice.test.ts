import { describe, expect, it } from 'vitest'
import { knownColumns, knownOrder } from '../../../../renderer/pages/runs/column-choice'

describe('the columns that a browser remembers', () => {
  it('always has the run itself and leaves out what this version does not know', () => {
    expect(knownColumns(['seed', 'colourOfTheMoon', 7])).toEqual(['label', 'seed'])
    expect(knownColumns(['label', 'status'])).toEqual(['label', 'status'])
  })

  it('begins anew when what was kept is damaged', () => {
    expect([knownColumns(null), knownColumns('seed'), knownColumns({})]).toEqual([null, null, null])
    expect([knownOrder(null), knownOrder(3), knownOrder({ columnId: 'gone' })]).toEqual([null, null, null])
    expect(knownOrder({ columnId: 'seed' })).toEqual({ columnId: 'seed', descending: false })
  })
})
