/** What is said about a point that somebody points at, as plain text: whoever shows it must not take it for HTML. */
import type { Figure, PointGroup, SpaceGroup } from './figure'
import { formatValue } from './numbers'

export interface PointNote {
  /** The group's name. */
  title: string
  /** Palette index of the group; absent where no group is meant. */
  color?: number | 'text'
  rows: { name: string; value: string }[]
}

/** Points and ways of a figure; none for those of lines. */
export function pointGroups(figure: Figure): readonly (PointGroup | SpaceGroup)[] {
  if (figure.type === 'scatter') return figure.groups
  return figure.type === 'field' || figure.type === 'space' ? figure.paths : []
}

/** 'loss: 0.1' -> name and value; text without a colon is a value alone. */
function rowOf(line: string): { name: string; value: string } {
  const at = line.indexOf(': ')
  return at < 0 ? { name: '', value: line } : { name: line.slice(0, at), value: line.slice(at + 2) }
}

/** The notes that a figure has for a point, otherwise its coordinates and its value; undefined for a point that is gone. */
export function pointNote(figure: Figure, key: string, index: number): PointNote | undefined {
  const group = pointGroups(figure).find((each) => each.key === key)
  if (!group || index >= group.x.length || figure.type === 'lines' || figure.type === 'stacked') return undefined
  const note = { title: group.name, color: group.color }
  const text = group.notes?.[index]
  if (text !== undefined && text !== '') return { ...note, rows: text.split('\n').map(rowOf) }
  const row = (name: string, value: number) => ({ name, value: formatValue(value) })
  const rows = [row(figure.x.label, group.x[index]!), row(figure.y.label, group.y[index]!)]
  if (figure.type === 'space') rows.push(row(figure.z.label, (group as SpaceGroup).z[index]!))
  if (figure.color && group.values) rows.push(row(figure.color.label, group.values[index]!))
  return { ...note, rows }
}

/** A place of a field that is no point. */
export function fieldNote(figure: Figure, at: { x: number; y: number; value: number }): PointNote | undefined {
  if (figure.type !== 'field') return undefined
  const row = (name: string, value: number) => ({ name, value: formatValue(Number(value.toPrecision(4))) })
  const rows = [row(figure.color.label, at.value), row(figure.x.label, at.x), row(figure.y.label, at.y)]
  return { title: '', rows }
}
