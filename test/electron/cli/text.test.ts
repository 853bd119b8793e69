import { describe, expect, it } from 'vitest'
import { progressText } from '../../../electron/cli/progress-bar'
import { formatPercent } from '../../../shared/text/format'
import { durationText, numberText, textTable } from '../../../electron/cli/text'
import type { ExperimentProgress } from '../../../shared/api/lab-api'

describe('text for terminals', () => {
  it('writes durations as people say them', () => {
    expect([0.4, 999, 1500, 12_000, 200_000, 7_500_000].map(durationText)).toEqual([
      '0 ms',
      '999 ms',
      '1.5 s',
      '12 s',
      '3 min 20 s',
      '2 h 5 min',
    ])
  })

  it('writes numbers with four digits and says what is not there', () => {
    expect([0, 1.23456, 0.000123456, 12345678, Number.NaN, undefined].map(numberText)).toEqual([
      '0',
      '1.235',
      '1.235e-4',
      '1.235e+7',
      'NaN',
      '–',
    ])
    expect(formatPercent(0.97123)).toBe('97.12 %')
  })

  it('aligns tables', () => {
    const rows = [
      { name: 'a', size: 5 },
      { name: 'long', size: 1000 },
    ]
    const table = textTable(
      [
        { title: 'Name', text: (row: (typeof rows)[0]) => row.name },
        { title: 'Size', text: (row) => String(row.size), align: 'right' },
      ],
      rows,
    )
    expect(table).toBe('Name  Size\na        5\nlong  1000')
  })

  it('shows how far an experiment is', () => {
    const progress = {
      share: 0.5,
      stepsPerSecond: 41_300,
      etaMs: 12_000,
      runCount: 2,
      endedRuns: 1,
      runs: [{ status: 'running' }],
      analyses: [],
    }
    expect(progressText(progress as unknown as ExperimentProgress)).toBe(
      '██████████████░░░░░░░░░░░░░░   50 %  1 of 2 runs  41,300 steps/s  12 s left',
    )
    const analysing = { ...progress, stepsPerSecond: 0, analyses: [{ status: 'finished' }] }
    expect(progressText(analysing as unknown as ExperimentProgress)).toContain('1 of 2 runs  1 of 1 analysis  12 s')
  })
})
