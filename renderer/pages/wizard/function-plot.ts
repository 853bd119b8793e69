/** Geometry of the wizard's small plots: scales, ticks and the path of a curve that breaks where the function jumps. No DOM. */

export interface PlotPoints {
  x: ArrayLike<number>
  y: ArrayLike<number>
}

export interface PlotSize {
  width: number
  height: number
  top: number
  right: number
  bottom: number
  left: number
}

export interface Tick {
  at: number
  text: string
}

export interface PlotFrame {
  toX(x: number): number
  toY(y: number): number
  xTicks: Tick[]
  yTicks: Tick[]
  /** Height of the range of y, in y. */
  span: number
}

function extent(values: Iterable<number>): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > high) return [-1, 1]
  if (high - low > 1e-12 * Math.max(1, Math.abs(low))) return [low, high]
  const half = Math.abs(low) / 2 || 1
  return [low - half, low + half]
}

/** Round numbers, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999)!
  const ticks: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step + 0)
  return ticks
}

function tickText(value: number, step: number): string {
  if (Math.abs(value) < step * 1e-9) return '0'
  const magnitude = Math.abs(value)
  if (magnitude >= 1e5 || magnitude < 1e-3) return value.toExponential(0).replace('e+', 'e')
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return value.toFixed(Math.min(6, decimals))
}

export function plotFrame(
  curve: PlotPoints,
  samples: PlotPoints | undefined,
  domain: readonly [number, number],
  size: PlotSize,
): PlotFrame {
  const [low, high] = extent([...Array.from(curve.y), ...Array.from(samples?.y ?? [])].filter(Number.isFinite))
  const pad = (high - low) * 0.06
  const [from, to] = [low - pad, high + pad]
  const innerWidth = size.width - size.left - size.right
  const innerHeight = size.height - size.top - size.bottom
  const toX = (x: number) => size.left + ((x - domain[0]) / (domain[1] - domain[0])) * innerWidth
  const toY = (y: number) => size.top + (1 - (y - from) / (to - from)) * innerHeight
  const ticksOf = (a: number, b: number, count: number, at: (value: number) => number): Tick[] => {
    const values = roundTicks(a, b, count)
    const step = values.length > 1 ? values[1]! - values[0]! : b - a
    return values.map((value) => ({ at: at(value), text: tickText(value, step) }))
  }
  return {
    toX,
    toY,
    xTicks: ticksOf(domain[0], domain[1], Math.max(2, innerWidth / 90), toX),
    yTicks: ticksOf(from, to, Math.max(2, innerHeight / 40), toY),
    span: to - from,
  }
}

/** Neighbouring points of a smooth curve are much nearer than this share of the range of y: where they are not, it jumps. */
const jumpShare = 0.35

export function curvePath({ x, y }: PlotPoints, frame: PlotFrame): string {
  let path = ''
  let pen = false
  for (let i = 0; i < x.length; i++) {
    const value = y[i]!
    if (!Number.isFinite(value)) {
      pen = false
      continue
    }
    if (pen && Math.abs(value - y[i - 1]!) > jumpShare * frame.span) pen = false
    path += `${pen ? 'L' : 'M'}${frame.toX(x[i]!).toFixed(1)} ${frame.toY(value).toFixed(1)}`
    pen = true
  }
  return path
}
