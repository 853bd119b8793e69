/** A figure as a table: every point of everything it draws, in full precision. */
import type { Figure, Grid, Line, PointGroup } from './figure'

/** RFC 4180: quoted where it has to be. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Rows of lines, each with `start` in front; edges of bands where some line of the table has them. */
function lineRows(lines: readonly Line[], start: readonly string[], hasBands: boolean): string[] {
  const parts: string[] = []
  for (const { key, x, y, low, high } of lines) {
    const name = [...start, key].map(csvCell).join(',')
    for (let i = 0; i < x.length; i++) {
      const edges = hasBands ? `,${low ? low[i]! : ''},${high ? high[i]! : ''}` : ''
      parts.push(`${name},${x[i]!},${y[i]!}${edges}\r\n`)
    }
  }
  return parts
}

function hasBand({ low, high }: Line): boolean {
  return low !== undefined && high !== undefined
}

function edgeNames(label: string): string[] {
  return [`${label}, low`, `${label}, high`]
}

/** Rows of points: group, coordinates (names where y has them), what they are coloured by, their text. */
function pointRows(
  groups: readonly (PointGroup & { z?: Float64Array })[],
  isColored: boolean,
  categories?: readonly string[],
): string[] {
  return groups.flatMap(({ key, x, y, z, values, labels }) => {
    const name = csvCell(key)
    return Array.from(x, (_, i) => {
      const third = z ? `,${z[i]!}` : ''
      const value = isColored ? `,${values ? values[i]! : ''}` : ''
      return `${name},${x[i]!},${csvCell(categories?.[Math.round(y[i]!)] ?? y[i]!)}${third}${value},${csvCell(labels?.[i] ?? '')}\r\n`
    })
  })
}

function gridRows({ xs, ys, values }: Grid): string[] {
  return Array.from(values, (value, i) => `${xs[i % xs.length]!},${ys[Math.floor(i / xs.length)]!},${value}\r\n`)
}

/**
 * Long format, by the figure's type; the header has the axes' labels with their units.
 * - lines: `line, x, y` and, where a line has a band, its edges `low` and `high`; stacked: the same with `panel` in front and
 *   `value` for y;
 * - scatter: `group, x, y, value, label` (value: what points are coloured by, if they are), its curves as groups;
 * - field: `x, y, value` for each sample; where there are paths `path` and `label` behind, with the value left empty for their points;
 * - space: `group, x, y, z, value, label`, its surface as the group `surface`.
 *
 * Numbers are written so that reading them gives the same number; what is not finite is `NaN` or `Infinity`.
 */
export function figureCsv(figure: Figure): string {
  switch (figure.type) {
    case 'lines': {
      const hasBands = figure.lines.some(hasBand)
      const label = figure.right ? `${figure.y.label} or ${figure.right.label}` : figure.y.label
      const header = ['line', figure.x.label, label, ...(hasBands ? edgeNames(label) : [])]
      return [csvRow(header), ...lineRows(figure.lines, [], hasBands)].join('')
    }
    case 'stacked': {
      const hasBands = figure.panels.some(({ lines }) => lines.some(hasBand))
      const header = ['panel', 'line', figure.x.label, 'value', ...(hasBands ? edgeNames('value') : [])]
      return [csvRow(header), ...figure.panels.flatMap(({ y, lines }) => lineRows(lines, [y.label], hasBands))].join('')
    }
    case 'scatter': {
      const color = figure.color ? [figure.color.label] : []
      const header = csvRow(['group', figure.x.label, figure.y.label, ...color, 'label'])
      const curves = (figure.lines ?? []).map((line) => ({ ...line, marker: 'dot' as const, color: 0 }))
      const rows = pointRows([...figure.groups, ...curves], figure.color !== undefined, figure.y.categories)
      return [header, ...rows].join('')
    }
    case 'field': {
      const header = [figure.x.label, figure.y.label, figure.color.label]
      if (figure.paths.length === 0) return [csvRow(header), ...gridRows(figure)].join('')
      const samples = gridRows(figure).map((row) => `${row.trimEnd()},,\r\n`)
      const points = figure.paths.flatMap(({ key, x, y, labels }) =>
        Array.from(x, (at, i) => csvRow([at, y[i]!, '', key, labels?.[i] ?? ''])),
      )
      return [csvRow([...header, 'path', 'label']), ...samples, ...points].join('')
    }
    case 'space': {
      const color = figure.color ? [figure.color.label] : []
      const header = csvRow(['group', figure.x.label, figure.y.label, figure.z.label, ...color, 'label'])
      const empty = figure.color ? ',,' : ','
      const surface = figure.surface
        ? gridRows(figure.surface).map((row) => `surface,${row.trimEnd()}${empty}\r\n`)
        : []
      return [header, ...surface, ...pointRows(figure.paths, figure.color !== undefined)].join('')
    }
  }
}
