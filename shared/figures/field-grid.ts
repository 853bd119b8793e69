/** What a field figure has of its field: which samples are there, its levels, its value between samples. */
import { isDrawable, linearTicks, logTicks, type Range } from './axis-range'
import type { ContourGrid, GridPlace } from './contours'
import type { AxisScale, Grid } from './figure'

/** The grid without columns and rows of which nothing is known yet: a coarse first pass over a fine grid. */
export function computedGrid({ xs, ys, values }: Grid): Grid {
  const known = (row: number, column: number): boolean => Number.isFinite(values[row * xs.length + column])
  const rows = [...ys.keys()].filter((row) => [...xs.keys()].some((column) => known(row, column)))
  const columns = [...xs.keys()].filter((column) => rows.some((row) => known(row, column)))
  if (rows.length === ys.length && columns.length === xs.length) return { xs, ys, values }
  return {
    xs: Float64Array.from(columns, (column) => xs[column]!),
    ys: Float64Array.from(rows, (row) => ys[row]!),
    values: Float64Array.from(rows.flatMap((row) => columns.map((column) => values[row * xs.length + column]!))),
  }
}

/** Every so many columns and rows, and the last ones. */
export function coarserGrid({ xs, ys, values }: Grid, stride: number): Grid {
  const kept = (count: number) => [...Array(count).keys()].filter((i) => i % stride === 0 || i === count - 1)
  const [columns, rows] = [kept(xs.length), kept(ys.length)]
  return {
    xs: Float64Array.from(columns, (column) => xs[column]!),
    ys: Float64Array.from(rows, (row) => ys[row]!),
    values: Float64Array.from(rows.flatMap((row) => columns.map((column) => values[row * xs.length + column]!))),
  }
}

/** Samples along an axis, and the share of them that must be known, for lines to say more than cells. */
const fewestSamples = 8
const fewestKnown = 0.75

/** Whether contours can be drawn already; until then there are cells. */
export function hasContours({ xs, ys, values }: Grid, scale: AxisScale): boolean {
  if (xs.length < fewestSamples || ys.length < fewestSamples) return false
  let known = 0
  for (const value of values) if (isDrawable(value, scale)) known++
  return known >= fewestKnown * values.length
}

/** As contours see it: in the measure of the colour scale, NaN for what that cannot show. */
export function contourGrid({ xs, ys, values }: Grid, scale: AxisScale): ContourGrid {
  const measured = values.map((value) => {
    if (!isDrawable(value, scale)) return NaN
    return scale === 'log' ? Math.log10(value) : value
  })
  return { columns: xs.length, rows: ys.length, values: measured }
}

/** About so many levels fit into a figure. */
const levelCount = 12

/** Levels at round values strictly within a range: evenly spaced, or by decades and parts of them on a log scale. */
export function contourLevels([low, high]: Range, scale: AxisScale): number[] {
  const inside = (levels: number[]): number[] => levels.filter((level) => level > low && level < high)
  if (scale === 'linear') return inside(linearTicks([low, high], levelCount))
  const decades = Math.log10(high / low)
  const parts = [[1, 2, 3, 5], [1, 2, 5], [1, 3], [1]].find((some) => some.length * decades <= levelCount + 2)
  if (!parts || decades < 0.7) return inside(logTicks([low, high], levelCount))
  const levels: number[] = []
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++)
    for (const part of parts) levels.push(Number(`${part}e${exponent}`))
  return inside(levels)
}

/** Values on the axes of a place in the grid. */
export function valuesAt({ xs, ys }: Grid, [column, row]: GridPlace): [x: number, y: number] {
  return [between(xs, column), between(ys, row)]
}

function between(values: Float64Array, place: number): number {
  const index = Math.min(values.length - 2, Math.floor(place))
  if (index < 0) return values[0]!
  return values[index]! + (place - index) * (values[index + 1]! - values[index]!)
}

/** The place of a value on an ascending axis; undefined outside of it. */
function placeAmong(values: Float64Array, value: number): number | undefined {
  const last = values.length - 1
  if (last < 1 || !(value >= values[0]!) || value > values[last]!) return undefined
  let index = 0
  while (index < last - 1 && values[index + 1]! <= value) index++
  return index + (value - values[index]!) / (values[index + 1]! - values[index]!)
}

/** The field between its samples, bilinear; undefined where it is not known. */
export function fieldAt({ xs, ys, values }: Grid, x: number, y: number): number | undefined {
  const [column, row] = [placeAmong(xs, x), placeAmong(ys, y)]
  if (column === undefined || row === undefined) return undefined
  const [left, top] = [Math.min(xs.length - 2, Math.floor(column)), Math.min(ys.length - 2, Math.floor(row))]
  const [right, down] = [column - left, row - top]
  const at = (ofColumn: number, ofRow: number): number => values[ofRow * xs.length + ofColumn]!
  const upper = at(left, top) * (1 - right) + at(left + 1, top) * right
  const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
  const value = upper * (1 - down) + lower * down
  return Number.isFinite(value) ? value : undefined
}
