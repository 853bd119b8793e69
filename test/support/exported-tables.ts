/** What every exported CSV keeps to, so that it reads into a data frame as it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { SeriesReport } from '../../shared/experiments/series-report'

/** RFC 4180. */
export function readTable(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end !== ',') rows.push([])
  }
  return rows.slice(0, -1)
}

/** Names of runs, lines, groups and texts: anything a person may have called them. */
const textColumns = new Set(['run', 'label', 'group', 'line', 'path', 'target or data', 'architecture'])
const isNumber = (cell: string): boolean => cell !== '' && (cell === 'NaN' || !Number.isNaN(Number(cell)))

/** One header of distinct names, rows as wide as it, one type a column, no row that is decoration. */
export function expectTable(text: string, name: string): void {
  const [header, ...rows] = readTable(text)
  expect(header, name).not.toContain('')
  expect(new Set(header).size, `${name}: ${header!.join(' | ')}`).toBe(header!.length)
  expect(new Set(rows.map((row) => row.length)), name).toEqual(new Set(rows.length > 0 ? [header!.length] : []))
  for (const [index, column] of header!.entries()) {
    if (textColumns.has(column)) continue
    const kinds = new Set(rows.flatMap((row) => (row[index] === '' ? [] : [isNumber(row[index]!)])))
    expect(kinds.size, `${name}, column ${column}: numbers and words`).toBeLessThanOrEqual(1)
  }
  for (const [first] of rows) expect(['no relation', 'tolerance'], name).not.toContain(first)
}

/** All tables of a folder, and in them every recorded series of every run with all of its points. */
export function expectTables(folder: string): void {
  const tables = readdirSync(folder).filter((file) => file.endsWith('.csv'))
  for (const table of tables) expectTable(readFileSync(join(folder, table), 'utf8'), table)
  const { runs } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as {
    runs: { runId: string; series: Record<string, SeriesReport> }[]
  }
  const names = new Set(runs.flatMap(({ series }) => Object.keys(series)))
  for (const name of names) {
    const [header, ...rows] = readTable(readFileSync(join(folder, `series-${name}.csv`), 'utf8'))
    expect(header).toEqual(['run', 'label', 'seed', 'step', name])
    for (const { runId, series } of runs) {
      const points = rows.filter(([run]) => run === runId)
      expect(points.length, `${name} of ${runId}`).toBe(series[name]?.count ?? 0)
    }
  }
}
