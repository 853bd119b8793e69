import { describe, expect, it } from 'vitest'
import { runColumns } from '../../../../renderer/pages/runs/run-columns'
import { runsCsv } from '../../../../renderer/pages/runs/runs-csv'
import { makeRow } from '../../fixtures'

describe('the runs table as CSV', () => {
  it('has all columns, raw values, and quotes where it must', () => {
    const row = makeRow(3, { label: 'Deep, "wide"', createdAt: Date.UTC(2026, 10, 21, 14, 5) })
    const [head, line, ...rest] = runsCsv([row]).split('\r\n')
    expect(head).toBe(['runId', ...runColumns.map((column) => column.columnId)].join(','))
    expect(line).toMatch(
      /^r00000003,"Deep, ""wide""","Sine, one depth",finished,1-190-1,571,0\.001,,4\.7,2026-11-21T14:05:00\.000Z,sin\(x\),Adam,0\.001,128,3,1600,,0\.002,/,
    )
    expect(rest).toEqual([''])
  })
})
