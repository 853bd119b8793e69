/** A figure as a table: every point of everything it draws, in full precision. */
import { visible } from '../text/visible'
import type { Axis, ColorScale, Figure, Grid, Line, Panel, PointGroup } from './figure'
import { distinct } from './figure-names'

/** What a spreadsheet would compute: `=HYPERLINK(...)`. A number that is written as text is none. */
function isFormula(text: string): boolean {
  return /^[=+@-]/.test(text) && !Number.isFinite(Number(text))
}

/**
 * RFC 4180: quoted where it has to be. Text that a spreadsheet would take for a formula begins with an apostrophe, and what nobody sees is
 * written as \u001b; a cell never has more than one line.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = visible(isFormula(value) ? `'${value}` : value)
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Numbers of one axis: which lines are read on it, and whether some of them has a band. */
interface Measure {
  label: string
  lines: readonly Line[]
}

/** Edges of bands where some line has them. */
function measureColumns({ label, lines }: Measure): string[] {
  return lines.some(hasBand) ? [label, `${label}, low`, `${label}, high`] : [label]
}

function hasBand({ low, high }: Line): boolean {
  return low !== undefined && high !== undefined
}

/** A row for each point of each line; the columns of each measure are filled for its own lines alone. */
function linesTable(x: string, measures: readonly Measure[]): string {
  const widths = measures.map((measure) => measureColumns(measure).length)
  const parts = [header(['line', x, ...measures.flatMap(measureColumns)])]
  for (const [index, { lines }] of measures.entries()) {
    const before = ','.repeat(sum(widths.slice(0, index)))
    const after = ','.repeat(sum(widths.slice(index + 1)))
    for (const line of lines) if (!line.isGuide) parts.push(...lineRows(line, widths[index]! > 1, before, after))
  }
  return parts.join('')
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function lineRows({ key, x, y, low, high }: Line, hasEdges: boolean, before: string, after: string): string[] {
  const name = csvCell(key)
  return Array.from(x, (at, i) => {
    const edges = hasEdges ? `,${low ? low[i]! : ''},${high ? high[i]! : ''}` : ''
    return `${name},${at},${before}${y[i]!}${edges}${after}\r\n`
  })
}

/** No two columns of one name, and none without. */
function header(names: readonly string[]): string {
  return csvRow(distinct(names.map((name, index) => (name === '' ? `column ${index + 1}` : name))))
}

type Points = PointGroup & { z?: Float64Array }

/** Columns that only some figures fill: what points are coloured by, what else is known of them, or else their texts. */
interface PointColumns {
  color: ColorScale | undefined
  more: string[]
  hasLabels: boolean
}

const columnOf = ({ column, label }: Axis): string => column ?? label

function pointColumns(groups: readonly PointGroup[], color: ColorScale | undefined): PointColumns {
  const more = [...new Set(groups.flatMap(({ columns }) => Object.keys(columns ?? {})))]
  return {
    color: groups.some(({ values }) => values) ? color : undefined,
    more,
    hasLabels: more.length === 0 && groups.some(({ labels }) => labels?.some((label) => label !== '') ?? false),
  }
}

function endNames({ color, more, hasLabels }: PointColumns): string[] {
  return [...(color ? [color.label] : []), ...more, ...(hasLabels ? ['label'] : [])]
}

/** What ends the row of a point, and the comma before it. */
function rowEnd({ columns, labels }: PointGroup, { more, hasLabels }: PointColumns, index: number): string {
  const known = more.map((name) => `,${columns?.[name]?.[index] ?? ''}`).join('')
  return known + (hasLabels ? `,${csvCell(labels?.[index] ?? '')}` : '')
}

/** Rows of points: group, coordinates (names where y has them), what they are coloured by, what else is known of them. */
function pointRows(groups: readonly Points[], pointsHave: PointColumns, categories?: readonly string[]): string[] {
  return groups.flatMap((group) => {
    const { key, x, y, z, values } = group
    const name = csvCell(key)
    return Array.from(x, (_, i) => {
      const second = csvCell(categories?.[Math.round(y[i]!)] ?? y[i]!)
      const third = z ? `,${z[i]!}` : ''
      const value = pointsHave.color ? `,${values ? values[i]! : ''}` : ''
      return `${name},${x[i]!},${second}${third}${value}${rowEnd(group, pointsHave, i)}\r\n`
    })
  })
}

function gridRows({ xs, ys, values }: Grid): string[] {
  return Array.from(values, (value, i) => `${xs[i % xs.length]!},${ys[Math.floor(i / xs.length)]!},${value}\r\n`)
}

/** The same label on two panels is told apart by the panel. */
function panelLabel({ key, y }: Panel, panels: readonly Panel[]): string {
  return panels.filter((panel) => panel.y.label === y.label).length > 1 ? `${y.label}, ${key}` : y.label
}

/**
 * One header, one meaning a column, a row for each point; the header has the axes' labels with their units. Guides are left out.
 * - lines: `line, x, y` and, where a line has a band, its edges `low` and `high`; what is read on a second axis, or on another of
 *   several panels, has columns of its own, empty in the rows of other lines;
 * - scatter: `group, x, y`, then what points are coloured by, what else is known of each, or its `label`; its curves are groups;
 * - field: `x, y, value` for each sample; where there are paths `path` and what is known of their points behind, with the value left empty;
 * - space: as scatter with `z`, its surface as the group `surface`.
 *
 * Numbers are written so that reading them gives the same number; what is not finite is `NaN` or `Infinity`.
 */
export function figureCsv(figure: Figure): string {
  switch (figure.type) {
    case 'lines': {
      const { y, right, lines } = figure
      const x = columnOf(figure.x)
      if (!right) return linesTable(x, [{ label: y.label, lines }])
      return linesTable(x, [
        { label: y.label, lines: lines.filter(({ axis }) => axis !== 'right') },
        { label: right.label, lines: lines.filter(({ axis }) => axis === 'right') },
      ])
    }
    case 'stacked': {
      const { x, panels } = figure
      const measures = panels.map((panel) => ({ label: panelLabel(panel, panels), lines: panel.lines }))
      return linesTable(columnOf(x), measures)
    }
    case 'scatter': {
      const columns = pointColumns(figure.groups, figure.color)
      const curves = (figure.lines ?? []).filter(({ isGuide }) => !isGuide)
      const groups = [...figure.groups, ...curves.map((line) => ({ ...line, marker: 'dot' as const, color: 0 }))]
      const names = ['group', columnOf(figure.x), columnOf(figure.y), ...endNames(columns)]
      return [header(names), ...pointRows(groups, columns, figure.y.categories)].join('')
    }
    case 'field': {
      const names = [columnOf(figure.x), columnOf(figure.y), figure.color.label]
      const columns = pointColumns(figure.paths, undefined)
      const ends = endNames(columns)
      if (figure.paths.length === 0) return [header(names), ...gridRows(figure)].join('')
      const samples = gridRows(figure).map((row) => `${row.trimEnd()}${','.repeat(1 + ends.length)}\r\n`)
      const points = figure.paths.flatMap((path) =>
        Array.from(path.x, (at, i) => `${at},${path.y[i]!},,${csvCell(path.key)}${rowEnd(path, columns, i)}\r\n`),
      )
      return [header([...names, 'path', ...ends]), ...samples, ...points].join('')
    }
    case 'space': {
      const columns = pointColumns(figure.paths, figure.color)
      const ends = endNames(columns)
      const surface = (figure.surface ? gridRows(figure.surface) : []).map(
        (row) => `surface,${row.trimEnd()}${','.repeat(ends.length)}\r\n`,
      )
      const names = ['group', ...[figure.x, figure.y, figure.z].map(columnOf), ...ends]
      return [header(names), ...surface, ...pointRows(figure.paths, columns)].join('')
    }
  }
}
