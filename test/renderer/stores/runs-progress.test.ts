import { describe, expect, it } from 'vitest'
import { rowsWithProgress } from '../../../renderer/stores/runs-progress'
import { makeRow, runIdOf } from '../fixtures'

const progressOf = (position: number, steps: number) => ({
  runId: runIdOf(position),
  status: 'running' as const,
  steps,
  epochs: 3,
  totalSteps: 1600,
  stepsPerSecond: 1,
  etaMs: null,
})

describe('rows that move', () => {
  it('take steps and state from progress, the others stay the same objects', () => {
    const rows = [makeRow(0), makeRow(1, { status: 'queued', steps: 0, epochs: 0 })]
    const moved = rowsWithProgress(rows, new Map([[runIdOf(1), progressOf(1, 50)]]))
    expect(moved[0]).toBe(rows[0])
    expect([moved[1]!.status, moved[1]!.steps, moved[1]!.epochs]).toEqual(['running', 50, 3])
  })

  it('never go back, and do not wake a run that has ended', () => {
    const rows = [makeRow(0), makeRow(1, { status: 'running', steps: 80, epochs: 5 })]
    const late = new Map([
      [runIdOf(0), progressOf(0, 50)],
      [runIdOf(1), progressOf(1, 50)],
    ])
    const moved = rowsWithProgress(rows, late)
    expect(moved.map(({ status, steps, epochs }) => [status, steps, epochs])).toEqual([
      ['finished', 1600, 100],
      ['running', 80, 5],
    ])
    expect(rowsWithProgress(rows, new Map())).toBe(rows)
  })
})
