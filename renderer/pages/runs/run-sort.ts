/** Sorting of the runs table: by any column, runs without a value last in both directions, equal ones in their order. */
import type { RunRow } from '../../../shared/api/records'
import type { CellValue, RunColumn } from './run-columns'

export interface SortOrder {
  columnId: string
  descending: boolean
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function isMissing(value: CellValue): boolean {
  return value === null || (typeof value === 'number' && Number.isNaN(value))
}

function compareValues(one: CellValue, other: CellValue): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return words.compare(String(one), String(other))
}

/** A sorted copy. */
export function sortRuns(rows: readonly RunRow[], column: RunColumn, descending: boolean): RunRow[] {
  const keyed = rows.map((row) => ({ row, value: column.value(row) }))
  keyed.sort((one, other) => {
    const missing = Number(isMissing(one.value)) - Number(isMissing(other.value))
    if (missing !== 0 || isMissing(one.value)) return missing
    const order = compareValues(one.value, other.value)
    return descending ? -order : order
  })
  return keyed.map(({ row }) => row)
}

/** What a click on a column's heading does: its better end first, then the other, then the order of the lab. */
export function nextOrder(order: SortOrder | null, column: RunColumn): SortOrder | null {
  const first = column.type !== 'text'
  if (order?.columnId !== column.columnId) return { columnId: column.columnId, descending: first }
  return order.descending === first ? { columnId: column.columnId, descending: !first } : null
}
