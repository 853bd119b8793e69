/** The named numbers of analyses as columns of a table, on the page and on the command line. */
import type { AnalysisSummary } from '../api/records'

/** Numbers that have a column of their own; the rest is told elsewhere. */
const mostColumns = 6

/** Names of the numbers that a table has room for, in the order in which they come. */
export function numberColumns(analyses: readonly Pick<AnalysisSummary, 'summary'>[]): string[] {
  const names = new Set(analyses.flatMap(({ summary }) => Object.keys(summary ?? {})))
  const isShort = (value: unknown) => !Array.isArray(value) && String(value).length <= 24
  return [...names]
    .filter((name) => analyses.every(({ summary }) => isShort(summary?.[name] ?? '')))
    .slice(0, mostColumns)
}

/** 'minimalRatio' → 'minimal ratio', 'testLossAt0' → 'test loss at 0' */
export function columnTitle(name: string): string {
  return name.replace(/([a-z])([A-Z0-9])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}
