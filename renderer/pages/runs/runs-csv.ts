/** The runs table as CSV: all columns, raw values at full precision (RFC 4180). */
import type { RunRow } from '../../../shared/api/records'
import { runColumns, type CellValue } from './run-columns'

function cellText(value: CellValue, isDate: boolean): string {
  if (value === null) return ''
  const text = isDate ? new Date(value).toISOString() : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function runsCsv(rows: readonly RunRow[]): string {
  const head = ['runId', ...runColumns.map((column) => column.columnId)].join(',')
  const lines = rows.map((row) =>
    [row.runId, ...runColumns.map((column) => cellText(column.value(row), column.type === 'date'))].join(','),
  )
  return [head, ...lines].join('\r\n') + '\r\n'
}
