/** The runs table as CSV: all columns, raw values at full precision (RFC 4180). */
import type { RunRow } from '../../../shared/api/records'
import { csvCell } from '../../../shared/figures/csv'
import { runColumns, type CellValue } from './run-columns'

function cellText(value: CellValue, isDate: boolean): string {
  if (value === null) return ''
  return csvCell(isDate ? new Date(value).toISOString() : typeof value === 'number' ? value : String(value))
}

export function runsCsv(rows: readonly RunRow[]): string {
  const head = ['runId', ...runColumns.map((column) => column.columnId)].join(',')
  const lines = rows.map((row) =>
    [row.runId, ...runColumns.map((column) => cellText(column.value(row), column.type === 'date'))].join(','),
  )
  return [head, ...lines].join('\r\n') + '\r\n'
}
