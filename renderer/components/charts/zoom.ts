/** Where a person looks in a figure, and how dragging and keys move it. */
import { isDrawable, type Range } from '../../../shared/figures/axis-range'
import type { AxisScale } from '../../../shared/figures/figure'

export type { Range }

/** An axis that is null shows everything; along y then what lies within the shown x. */
export interface Zoom {
  x: Range | null
  y: Range | null
}

export const noZoom: Zoom = { x: null, y: null }

export function isZoomed(zoom: Zoom): boolean {
  return zoom.x !== null || zoom.y !== null
}

/** Whether a range lies within another, ends included. */
export function contains(range: Range, other: Range): boolean {
  return other[0] >= range[0] && other[1] <= range[1]
}

function overlap(range: Range, limits: Range): Range | null {
  const both: Range = [Math.max(range[0], limits[0]), Math.min(range[1], limits[1])]
  return both[0] < both[1] ? both : null
}

/** After a range was dragged within what is shown. A drag along x alone fits y again. */
export function zoomTo(zoom: Zoom, selection: Zoom, shown: { x: Range; y: Range }): Zoom {
  const x = selection.x && overlap(selection.x, shown.x)
  const y = selection.y && overlap(selection.y, shown.y)
  if (!x && !y) return zoom
  return { x: x ?? zoom.x, y: y ?? (x ? null : zoom.y) }
}

/** A range scaled about its middle and moved, in the axis's own measure: factor 0.5 shows half, shift 0.1 moves by a tenth. */
export function movedRange(range: Range, scale: AxisScale, factor: number, shift: number): Range {
  const isLog = scale === 'log' && isDrawable(range[0], scale)
  const to = isLog ? Math.log10 : (value: number) => value
  const from = isLog ? (value: number) => 10 ** value : (value: number) => value
  const [low, high] = [to(range[0]), to(range[1])]
  const half = ((high - low) / 2) * factor
  const middle = (low + high) / 2 + (high - low) * shift
  return [from(middle - half), from(middle + half)]
}
