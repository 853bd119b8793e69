/** What an axis shows: its range from the numbers drawn, and ticks at round values, for linear and log scales alike. */
import type { Axis, AxisScale, Line } from './figure'
import { linearLabels, logLabels } from './numbers'

export type Range = readonly [from: number, to: number]

export interface AxisLayout {
  scale: AxisScale
  range: Range
  ticks: number[]
  /** One for each tick. */
  labels: string[]
}

/** Whether a value can be drawn on a scale. */
export function isDrawable(value: number, scale: AxisScale): boolean {
  return Number.isFinite(value) && (scale === 'linear' || value > 0)
}

interface Extent {
  low: number
  high: number
}

function include(extent: Extent, value: number, scale: AxisScale): void {
  if (!isDrawable(value, scale)) return
  if (value < extent.low) extent.low = value
  if (value > extent.high) extent.high = value
}

function closed({ low, high }: Extent): Range | undefined {
  return low <= high ? [low, high] : undefined
}

/** Lowest and highest of the values that a scale can show; undefined where there is none. */
export function extentOf(arrays: readonly Float64Array[], scale: AxisScale): Range | undefined {
  const extent = { low: Infinity, high: -Infinity }
  for (const values of arrays) for (let i = 0; i < values.length; i++) include(extent, values[i]!, scale)
  return closed(extent)
}

/** Place of a value on an axis: 0 at its start, 1 at its end, so that differences are those on the screen. */
export function placeOn(value: number, { scale, range }: Pick<AxisLayout, 'scale' | 'range'>): number {
  if (scale === 'log') return Math.log(value / range[0]) / Math.log(range[1] / range[0])
  return (value - range[0]) / (range[1] - range[0])
}

/** The value at a place of an axis: the inverse of `placeOn`. */
export function valueOn(place: number, { scale, range }: Pick<AxisLayout, 'scale' | 'range'>): number {
  if (scale === 'log') return range[0] * (range[1] / range[0]) ** place
  return range[0] + place * (range[1] - range[0])
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = least / power
  return power * (factor <= 1.0000001 ? 1 : factor <= 2.0000001 ? 2 : factor <= 5.0000001 ? 5 : 10)
}

/** Multiples of a round step (1, 2 or 5 times a power of ten) within a range, at most about `count`. */
export function linearTicks([from, to]: Range, count: number, leastStep = 0): number[] {
  const step = Math.max(leastStep, roundStep((to - from) / Math.max(1, count)))
  const first = Math.ceil(from / step - 1e-6)
  const last = Math.floor(to / step + 1e-6)
  // Number(...) takes away what 3 * 0.1 leaves behind.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Powers of ten; 1, 2 and 5 times them (or 1 and 3) where there are few; evenly spaced values where even those are. */
export function logTicks([from, to]: Range, count: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9)
  const last = Math.floor(Math.log10(to) + 1e-9)
  const decades = last - first + 1
  if (decades >= 3) {
    const stride = Math.ceil(decades / Math.max(2, count))
    const start = Math.ceil(first / stride) * stride
    const ticks: number[] = []
    for (let exponent = start; exponent <= last; exponent += stride) ticks.push(Number(`1e${exponent}`))
    return ticks
  }
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const parts: number[] = []
    for (let exponent = first - 1; exponent <= last; exponent++) {
      for (const factor of factors) {
        const tick = Number(`${factor}e${exponent}`)
        if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) parts.push(tick)
      }
    }
    // Fewer parts of a decade where there is little room, as long as two are left.
    if (parts.length >= 3 && parts.length <= Math.max(3, count + 2)) return parts
    if (parts.length === 2 && count <= 3) return parts
  }
  return linearTicks([from, to], count).filter((tick) => tick > 0)
}

/** Some air around the numbers, in the axis's own measure. */
function padded([low, high]: Range, scale: AxisScale, share: number): Range {
  if (scale === 'log') {
    const air = Math.max((Math.log10(high) - Math.log10(low)) * share, low === high ? 0.5 : 0)
    return [low * 10 ** -air, high * 10 ** air]
  }
  const air = Math.max((high - low) * share, low === high ? Math.abs(low) * 0.1 || 1 : 0)
  return [low - air, high + air]
}

export interface AxisWish {
  /** Chosen instead of the figure's. */
  scale?: AxisScale | undefined
  /** Shown instead of everything. */
  range?: Range | null | undefined
  /** How many ticks there is room for. */
  tickCount: number
}

/** All of them, with half of one at either end, whatever is zoomed. */
function categoryLayout(labels: readonly string[]): AxisLayout {
  return { scale: 'linear', range: [-0.5, labels.length - 0.5], ticks: [...labels.keys()], labels: [...labels] }
}

/**
 * The layout of an axis.
 * @param extent lowest and highest value that the axis has to show on a scale; undefined for none.
 * @param share air on each side, as a share of the axis.
 */
export function axisLayout(
  axis: Axis,
  extent: (scale: AxisScale) => Range | undefined,
  share: number,
  wish: AxisWish,
): AxisLayout {
  if (axis.categories) return categoryLayout(axis.categories)
  const scale = (wish.scale ?? axis.scale) === 'log' && axis.canBeLog ? 'log' : 'linear'
  const seen = extent(scale)
  let range: Range = seen ? padded(seen, scale, share) : scale === 'log' ? [0.1, 1] : [0, 1]
  const fixed = (value: number | undefined, otherwise: number): number =>
    value !== undefined && isDrawable(value, scale) ? value : otherwise
  range = [fixed(axis.min, range[0]), fixed(axis.max, range[1])]
  if (wish.range && isDrawable(wish.range[0], scale) && isDrawable(wish.range[1], scale)) range = wish.range
  if (range[0] >= range[1]) range = padded([range[0], range[0]], scale, 0)
  const ticks =
    scale === 'log' ? logTicks(range, wish.tickCount) : linearTicks(range, wish.tickCount, axis.whole ? 1 : 0)
  return { scale, range, ticks, labels: scale === 'log' ? logLabels(ticks) : linearLabels(ticks) }
}

/** The x axis: exactly as wide as the numbers. */
export function xLayout({ x, lines }: { x: Axis; lines: readonly Line[] }, wish: AxisWish): AxisLayout {
  const arrays = lines.map((line) => line.x)
  return axisLayout(x, (scale) => extentOf(arrays, scale), 0, wish)
}

/** The y axis, of what lies within the shown x, bands included. */
export function yLayout({ y, lines }: { y: Axis; lines: readonly Line[] }, x: AxisLayout, wish: AxisWish): AxisLayout {
  return axisLayout(y, (scale) => yExtent(lines, x, scale), 0.05, wish)
}

function yExtent(lines: readonly Line[], { range, scale: xScale }: AxisLayout, scale: AxisScale): Range | undefined {
  const extent = { low: Infinity, high: -Infinity }
  for (const { x, y, low, high } of lines) {
    for (let i = 0; i < x.length; i++) {
      const at = x[i]!
      if (!isDrawable(at, xScale) || at < range[0] || at > range[1]) continue
      include(extent, y[i]!, scale)
      if (low) include(extent, low[i]!, scale)
      if (high) include(extent, high[i]!, scale)
    }
  }
  return closed(extent)
}
