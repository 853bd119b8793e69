/** A figure as a table: every point of every line, in full precision. */
import type { LineFigure } from './figure'

/** RFC 4180: quoted where it has to be. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * Long format: `line, x, y` and, where a line has a band, its edges `low` and `high`. The header has the axes' labels with their units.
 * Numbers are written so that reading them gives the same number; what is not finite is `NaN` or `Infinity`.
 */
export function figureCsv(figure: LineFigure): string {
  const hasBands = figure.lines.some((line) => line.low && line.high)
  const label = figure.y.label
  const parts = [csvRow(['line', figure.x.label, label, ...(hasBands ? [`${label}, low`, `${label}, high`] : [])])]
  for (const { key, x, y, low, high } of figure.lines) {
    const name = csvCell(key)
    for (let i = 0; i < x.length; i++) {
      const edges = hasBands ? `,${low ? low[i]! : ''},${high ? high[i]! : ''}` : ''
      parts.push(`${name},${x[i]!},${y[i]!}${edges}\r\n`)
    }
  }
  return parts.join('')
}
