/** The axes of figures by their keys: which there are, which scale each has, and what a scale leaves out. */
import { isDrawable } from './axis-range'
import type { AxisScale, Figure, Line, PointGroup } from './figure'

/** Scales by axis key: 'x', 'y', 'right', 'z', 'color', and 'y:loss' for the panel 'loss'. */
export type AxisScales = Readonly<Partial<Record<string, AxisScale>>>

export interface NamedAxis {
  key: string
  /** As a switch says it: 'x', 'color', 'y1' for the upper of two panels. */
  name: string
  axis: { label: string; scale: AxisScale; canBeLog?: boolean }
}

/** Key of a panel's y axis. */
export function panelAxisKey(panelKey: string): string {
  return `y:${panelKey}`
}

/** Every axis and colour scale of a figure. */
export function figureAxes(figure: Figure): NamedAxis[] {
  const x = { key: 'x', name: 'x', axis: figure.x }
  if (figure.type === 'stacked')
    return [x, ...figure.panels.map(({ key, y }, i) => ({ key: panelAxisKey(key), name: `y${i + 1}`, axis: y }))]
  const y = { key: 'y', name: 'y', axis: figure.y }
  switch (figure.type) {
    case 'lines':
      return [x, y, ...(figure.right ? [{ key: 'right', name: 'right', axis: figure.right }] : [])]
    case 'scatter':
    case 'field':
      return [x, y, ...(figure.color ? [{ key: 'color', name: 'color', axis: figure.color }] : [])]
    case 'space': {
      const z = { key: 'z', name: 'z', axis: figure.z }
      return [x, y, z, ...(figure.color ? [{ key: 'color', name: 'color', axis: figure.color }] : [])]
    }
  }
}

/** The scale of each axis: the chosen one where it makes sense, otherwise the figure's. */
export function shownScales(figure: Figure, chosen: AxisScales = {}): Record<string, AxisScale> {
  const scaleOf = ({ key, axis }: NamedAxis): AxisScale => {
    if (key === 'color' && axis.canBeLog === undefined) return axis.scale
    return axis.canBeLog ? (chosen[key] ?? axis.scale) : 'linear'
  }
  return Object.fromEntries(figureAxes(figure).map((axis) => [axis.key, scaleOf(axis)]))
}

/** Points of lines that the scales cannot show, those aside that are no numbers anyway. */
export function linesLeftOut(lines: readonly Line[], xScale: AxisScale, yScale: AxisScale): number {
  let count = 0
  for (const { x, y } of lines) {
    for (let i = 0; i < x.length; i++) {
      if (Number.isFinite(y[i]!) && !(isDrawable(x[i]!, xScale) && isDrawable(y[i]!, yScale))) count++
    }
  }
  return count
}

/** The same of points, with their third coordinate where they have one. */
export function pointsLeftOut(groups: readonly (PointGroup & { z?: Float64Array })[], scales: AxisScales): number {
  let count = 0
  const lost = (value: number, scale: AxisScale | undefined): boolean => scale === 'log' && !(value > 0)
  for (const { x, y, z } of groups) {
    for (let i = 0; i < x.length; i++) {
      const isPoint = Number.isFinite(x[i]!) && Number.isFinite(y[i]!) && (!z || Number.isFinite(z[i]!))
      if (isPoint && (lost(x[i]!, scales.x) || lost(y[i]!, scales.y) || (z && lost(z[i]!, scales.z)))) count++
    }
  }
  return count
}

/** '3 values not above zero left out', or nothing. */
export function leftOutNote(count: number, noun: [one: string, many: string] = ['value', 'values']): string {
  return count > 0 ? `${count.toLocaleString('en')} ${noun[count === 1 ? 0 : 1]} not above zero left out` : ''
}

/** Values of a colour scale that a log scale cannot show. */
export function uncolored(arrays: readonly (Float64Array | undefined)[], scale: AxisScale | undefined): number {
  if (scale !== 'log') return 0
  return arrays.reduce((count, values) => {
    let lost = 0
    for (const value of values ?? []) if (Number.isFinite(value) && value <= 0) lost++
    return count + lost
  }, 0)
}
