/** Envelopes of long lines, for drawings that nobody zooms: extremes are kept, and the subtitle says so. */
import { isDrawable } from './axis-range'
import type { AxisScale, Figure, Line } from './figure'
import { joined } from './figure-names'

/** Start indices of at most `count` buckets, evenly wide on the axis, with an end mark. */
function bucketStarts(x: Float64Array, count: number, scale: AxisScale): number[] {
  const place = (value: number): number => (scale === 'log' ? Math.log10(value) : value)
  const drawable = x.findIndex((value) => isDrawable(value, scale))
  if (drawable < 0) return [0, x.length]
  const first = place(x[drawable]!)
  const width = (place(x.at(-1)!) - first) / count
  const starts = [0]
  let bucket = 0
  for (let i = drawable; i < x.length; i++) {
    const next = Math.min(count - 1, Math.floor((place(x[i]!) - first) / width))
    if (next > bucket) starts.push(i)
    bucket = Math.max(bucket, next)
  }
  return [...starts, x.length]
}

/** Last value and extremes of each bucket; values that are not finite count only where there is nothing else. */
function thinnedLine(line: Line, count: number, scale: AxisScale): Line {
  const starts = bucketStarts(line.x, count, scale)
  const size = starts.length - 1
  const x = new Float64Array(size)
  const y = new Float64Array(size)
  const low = new Float64Array(size).fill(NaN)
  const high = new Float64Array(size).fill(NaN)
  for (let bucket = 0; bucket < size; bucket++) {
    const end = starts[bucket + 1]!
    x[bucket] = line.x[end - 1]!
    y[bucket] = line.y[end - 1]!
    for (let i = starts[bucket]!; i < end; i++) {
      const [lower, upper] = [(line.low ?? line.y)[i]!, (line.high ?? line.y)[i]!]
      if (Number.isFinite(lower) && !(lower >= low[bucket]!)) low[bucket] = lower
      if (Number.isFinite(upper) && !(upper <= high[bucket]!)) high[bucket] = upper
    }
  }
  return { ...line, x, y, ...(line.style === 'thin' ? {} : { low, high }) }
}

/**
 * The figure with lines of more than `most` points as envelopes of so many buckets along its x axis. Points, fields and surfaces stay.
 * @param scale of the x axis as it is drawn; absent: the figure's.
 */
export function thinnedFigure<Drawn extends Figure>(figure: Drawn, most: number, scale = figure.x.scale): Drawn {
  const isLong = (line: Line): boolean => line.style !== 'points' && line.x.length > most
  const thinned = (lines: Line[]): Line[] => lines.map((line) => (isLong(line) ? thinnedLine(line, most, scale) : line))
  const note = `long lines drawn as the last, lowest and highest value of ${most.toLocaleString('en')} stretches`
  const subtitle = joined(figure.subtitle, note)
  if (figure.type === 'lines') {
    return figure.lines.some(isLong) ? { ...figure, subtitle, lines: thinned(figure.lines) } : figure
  }
  if (figure.type !== 'stacked' || !figure.panels.some(({ lines }) => lines.some(isLong))) return figure
  return { ...figure, subtitle, panels: figure.panels.map((panel) => ({ ...panel, lines: thinned(panel.lines) })) }
}
