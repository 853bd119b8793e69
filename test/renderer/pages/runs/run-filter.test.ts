import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runColumns } from '../../../../renderer/pages/runs/run-columns'
import { parseRunFilter } from '../../../../renderer/pages/runs/run-filter'
import { makeRow, makeRun } from '../../fixtures'
import { madeSummary } from '../../../support/made-summary'

const task = makeRun(9)
const rows = [
  makeRow(0),
  makeRow(1, { status: 'diverged', label: 'Deep, seed 1', parameterCount: 571 }),
  makeRow(2, {
    label: '784-128-10, seed 2',
    experimentName: 'Digits and depth',
    kind: 'train-on-task',
    status: 'running',
    parameterCount: 101_770,
    spec: {
      ...task.spec,
      model: { ...task.spec.model, inputSize: 784 },
      data: { type: 'dataset', dataset: 'mnist' },
      loss: 'softmax-cross-entropy',
    },
    series: { testAccuracy: madeSummary('testAccuracy', [0.97, 0.9812, 0.975]) },
    createdAt: new Date(2026, 9, 2, 0, 0).getTime(),
  }),
]

/** Positions of the rows that a filter leaves. */
function left(text: string): number[] {
  const filter = parseRunFilter(text)
  if (!filter.ok) throw new Error(filter.message)
  return rows.filter(filter.matches).map((row) => row.position)
}

function complaint(text: string): string {
  const filter = parseRunFilter(text)
  return filter.ok ? 'none' : filter.message
}

describe('the filter of the runs table', () => {
  it('leaves everything when nothing is typed', () => {
    expect(left('')).toEqual([0, 1, 2])
    expect(left('   ')).toEqual([0, 1, 2])
  })

  it('finds words in label, experiment, model and data, in any case', () => {
    expect(left('DEEP')).toEqual([1])
    expect(left('digits depth')).toEqual([2])
    expect(left('"and depth"')).toEqual([2])
    expect(left('1-190-1')).toEqual([0, 1])
    expect(left('mnist')).toEqual([2])
  })

  it('compares text by containing with a colon and as a whole with an equals sign', () => {
    expect(left('status:fin')).toEqual([0])
    expect(left('status=fin')).toEqual([])
    expect(left('status:finished,diverged')).toEqual([0, 1])
    expect(left('kind:simulate-function')).toEqual([0, 1])
    expect(left('status!=finished')).toEqual([1, 2])
    expect(left('experiment:"digits and"')).toEqual([2])
  })

  it('compares numbers, with percent, thousands and spaces as people write them', () => {
    expect(left('testAccuracy>0.97')).toEqual([2])
    expect(left('testAccuracy >= 98.12%')).toEqual([2])
    expect(left('lastTestAccuracy>0.98')).toEqual([])
    expect(left('parameters<600')).toEqual([0, 1])
    expect(left('parameters>100k and parameters<=101,770')).toEqual([2])
    expect(left('seed:1')).toEqual([1])
    expect(left('seed!=1')).toEqual([0, 2])
    expect(left('learningrate=1e-3')).toEqual([0, 1, 2])
    expect(left('trainLoss<0.01')).toEqual([0, 1])
  })

  it('compares whole days', () => {
    expect(left('date>=2026-11-21')).toEqual([0, 1])
    expect(left('date=2026-10-02')).toEqual([2])
    expect(left('date>2026-10-02')).toEqual([0, 1])
    expect(left('date<=2026-10-02')).toEqual([2])
  })

  it('takes the opposite of a term after a minus or the word not', () => {
    expect(left('-status:finished')).toEqual([1, 2])
    expect(left('not mnist parameters<600')).toEqual([0, 1])
    expect(left('-"and depth"')).toEqual([0, 1])
  })

  it('says what is wrong and what would be right', () => {
    expect(complaint('foo>3')).toMatch(/^There is no column “foo”. Columns: label, experiment, /)
    expect(complaint('parameters<many')).toBe('parameters is compared with a number, not “many”.')
    expect(complaint('date>2026-13-01')).toBe('date is compared with a day such as 2026-11-21, not “2026-13-01”.')
    expect(complaint('testAccuracy >')).toBe('testAccuracy> needs a value after it.')
    expect(complaint('>0.97')).toBe('“>” needs a column name before it.')
    expect(complaint('status>running')).toBe('status is text: use status:… or status=…, not >.')
    expect(complaint('label:"never closed')).toBe('A quotation mark (") is not closed.')
  })

  it('answers any text with a filter or a message', () => {
    const pieces = fc.constantFrom('status', ':', '=', '!', '<', '"', '-', ' ', 'and', 'not', 'seed', '1', '%', 'x')
    const typed = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const filter = parseRunFilter(text)
        if (filter.ok) rows.forEach(filter.matches)
        else expect(filter.message).not.toBe('')
      }),
    )
  })

  it('finds a run by any of its columns', () => {
    const column = fc.constantFrom(...runColumns.filter((known) => known.type === 'text'))
    fc.assert(
      fc.property(column, fc.constantFrom(...rows), ({ columnId, value }, row) => {
        expect(left(`${columnId}="${String(value(row))}"`)).toContain(row.position)
      }),
    )
    const numbers = fc.constantFrom(...runColumns.filter((known) => known.type === 'number'))
    fc.assert(
      fc.property(numbers, fc.constantFrom(...rows), ({ columnId, value }, row) => {
        const found = left(`${columnId}=${String(value(row) ?? 0)}`)
        expect(found.includes(row.position)).toBe(value(row) !== null)
      }),
    )
  })
})
