/** The small drawings of the gallery, computed from what they show. Paths on a 260 by 92 canvas; colours are palette indices. */
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { circle, curve, frame, height, line, width, type Stroke } from './drawing'

/** sin(5πx)/(5πx) on [-1, 1], raised so that its lowest point is at 0. */
function sinc(t: number): number {
  const angle = 5 * Math.PI * (2 * t - 1)
  const value = Math.abs(angle) < 1e-6 ? 1 : Math.sin(angle) / angle
  return (value + 0.22) / 1.22
}

/** The same target, learned to two degrees: a network that follows the ripples and one that only found the hill. */
function functionStrokes(): Stroke[] {
  const hill = (t: number) => 0.2 + 0.58 * Math.exp(-(((t - 0.5) / 0.14) ** 2))
  return [
    { path: curve((t) => 0.25 * sinc(t) + 0.75 * hill(t)), color: 1, width: 1.8 },
    { path: curve((t) => 0.97 * sinc(t)), color: 0, width: 1.8 },
    { path: curve(sinc), color: 'text', width: 1.2, dashed: true },
  ]
}

/** A loss that falls from `start` to `floor`, as mini-batches shake it. */
function loss(start: number, rate: number, floor: number, phase: number) {
  return (t: number) =>
    floor +
    (start - floor) * Math.exp(-rate * t) +
    0.014 * Math.sin(61 * t + phase) * Math.sin(23 * t + phase) * (1.2 - t)
}

/** Three losses that fall at their own pace. */
function taskStrokes(): Stroke[] {
  return [
    { path: curve(loss(0.78, 2.4, 0.13, 2)), color: 2, width: 1.8 },
    { path: curve(loss(0.86, 4, 0.09, 1)), color: 1, width: 1.8 },
    { path: curve(loss(0.97, 6.5, 0.06, 0)), color: 0, width: 1.8 },
  ]
}

/** Gradient descent with momentum on (x² - 1)² + 0.9 (y - 0.25 x)², from several starts, with a dot at every so many steps. */
function trajectoryStrokes(): Stroke[] {
  const starts = [
    [-0.12, 1.2],
    [-1.95, -1.15],
    [0.2, -1.2],
    [1.98, -0.75],
    [-1.7, 1.05],
    [0.75, 1.25],
  ] as const
  return starts.flatMap(([x0, y0], color) => {
    let [x, y, toX, toY] = [x0, y0, 0, 0] as [number, number, number, number]
    const places: [number, number][] = []
    for (let step = 0; step < 85; step++) {
      places.push([width / 2 + 58 * x, height / 2 - 30 * y])
      const tilt = 1.8 * (y - 0.25 * x)
      toX = 0.86 * toX - 0.0035 * (4 * x * (x * x - 1) - 0.25 * tilt)
      toY = 0.86 * toY - 0.0035 * tilt
      x += toX
      y += toY
    }
    const dots = places.filter((_, step) => step % 7 === 0).map((place) => circle(place, 1.9))
    return [
      { path: line(places), color, width: 1.3 },
      { path: dots.join(''), color, width: 0, fill: 'own' as const },
    ]
  })
}

/** The loss of each iteration above, the norm of its gradient below, over the same axis. */
function gradientStrokes(): Stroke[] {
  const half = { ...frame, height: frame.height / 2 - 4 }
  const above = { ...half, top: frame.top }
  const below = { ...half, top: frame.top + half.height + 8 }
  const shaken = (t: number) =>
    Math.sin(253 * t) * Math.sin(89 * t + 1) + 0.5 * Math.sin(397 * t + 3 * Math.sin(31 * t))
  const norm = (t: number) =>
    0.16 + 0.62 * Math.exp(-2.6 * t) * (1 - Math.exp(-24 * t)) + shaken(t) * (0.07 + 0.2 * Math.exp(-2.5 * t))
  const middle = frame.top + half.height + 4
  return [
    { path: `M6 ${middle}H${width - 6}`, color: 'line', width: 1 },
    { path: curve(loss(0.95, 4.6, 0.08, 0), above), color: 0, width: 1.8 },
    { path: curve((t) => Math.max(0.01, norm(t)), below, 420), color: 3, width: 1 },
  ]
}

/** Level lines of (x² - 1)² + y²: two minima and the saddle between them, where a training comes to rest. */
function criticalStrokes(): Stroke[] {
  const at = (x: number, y: number): [number, number] => [width / 2 + 62 * x, height / 2 - 34 * y]
  const levels = [0.08, 0.3, 0.6, 1, 1.7, 2.8].map((level, index): Stroke => {
    // y = ±√(level - (x² - 1)²) between the roots of the radicand; two separate loops below the saddle's level 1.
    const outer = Math.sqrt(1 + Math.sqrt(level))
    const inner = level < 1 ? Math.sqrt(1 - Math.sqrt(level)) : 0
    const loop = (side: 1 | -1, from: number, to: number): string => {
      const upper = Array.from({ length: 61 }, (_, i) => {
        // Denser towards the ends, where the line is steep.
        const x = from + ((to - from) * (1 - Math.cos((Math.PI * i) / 60))) / 2
        return [side * x, Math.sqrt(Math.max(0, level - (x * x - 1) ** 2))] as const
      })
      const lower = [...upper].reverse().map(([x, y]) => [x, -y] as const)
      return line([...upper, ...lower].map(([x, y]) => at(x, y))) + 'Z'
    }
    const path = level < 1 ? loop(1, inner, outer) + loop(-1, inner, outer) : loop(1, -outer, outer)
    return { path, color: index < 3 ? 0 : 'faint', width: 1 }
  })
  const descent = Array.from({ length: 40 }, (_, i) => {
    const rest = Math.exp(-i / 11)
    return at(-0.62 * rest ** 2 * Math.cos(i / 9), 1.28 * rest)
  })
  return [
    ...levels,
    { path: line(descent), color: 1, width: 1.8 },
    { path: circle(at(0, 0), 3.4), color: 1, width: 0, fill: 'own' },
  ]
}

/** Height lines of a surface with a wide and a narrow valley, from the back to the front, so that what is near hides what is far. */
function surfaceStrokes(): Stroke[] {
  const surface = (x: number, y: number) =>
    0.1 * (x * x + y * y) +
    0.12 * Math.cos(2.3 * x + 1.2 * y) -
    1.25 * Math.exp(-((x - 0.95) ** 2) / 0.55 - (y + 0.1) ** 2 / 0.9) -
    0.8 * Math.exp(-((x + 1.25) ** 2) / 0.16 - (y - 0.2) ** 2 / 0.3)
  const rows = 23
  return Array.from({ length: rows }, (_, row) => row).flatMap((row): Stroke[] => {
    const y = 2 - (4 * row) / (rows - 1)
    const places = Array.from({ length: 97 }, (_, i): [number, number] => {
      const x = -2.5 + (5 * i) / 96
      return [width / 2 + (42 - 3 * y) * x, 52 - 16 * y - 13 * surface(x, y)]
    })
    const path = line(places)
    return [
      { path: `${path}V${height}H${places[0]![0]}Z`, color: 0, width: 0, fill: 'ground' },
      row === 12 ? { path, color: 1, width: 1.6 } : { path, color: 0, width: 0.8 },
    ]
  })
}

/** Training losses that fall to nothing, and test losses that rise the more, the more labels are random. */
function labelStrokes(): Stroke[] {
  const fall = (rate: number) => (t: number) => 0.04 + 0.52 * Math.exp(-rate * t)
  const rise = (rate: number, top: number) => (t: number) =>
    0.56 - 0.3 * t * Math.exp(-rate * t) + (top - 0.56) * (1 - Math.exp(-2.2 * t ** 1.6))
  return [
    { path: curve(fall(2.2)), color: 2, width: 1.3, dashed: true },
    { path: curve(fall(4)), color: 1, width: 1.3, dashed: true },
    { path: curve(fall(9)), color: 0, width: 1.3, dashed: true },
    { path: curve(rise(3, 0.97)), color: 2, width: 1.8 },
    { path: curve(rise(5, 0.72)), color: 1, width: 1.8 },
    { path: curve((t) => 0.16 + 0.4 * Math.exp(-11 * t) + 0.04 * t), color: 0, width: 1.8 },
  ]
}

/** Training and test loss against size: ten networks, a dot for each. */
function sizeStrokes(): Stroke[] {
  const places = (y: (t: number) => number) =>
    Array.from({ length: 10 }, (_, i): [number, number] => {
      const t = (i + 0.5) / 10
      return [frame.left + t * frame.width, frame.top + (1 - y(t)) * frame.height]
    })
  const series = (y: (t: number) => number, color: number, dashed: boolean): Stroke[] => [
    { path: line(places(y)), color, width: 1.3, dashed },
    {
      path: places(y)
        .map((place) => circle(place, 2.4))
        .join(''),
      color,
      width: 0,
      fill: 'own',
    },
  ]
  return [
    ...series((t) => 0.02 + 0.9 * Math.exp(-4.4 * t), 1, true),
    ...series((t) => 0.3 + 0.62 * Math.exp(-5.2 * t) + 0.09 * t ** 3, 0, false),
  ]
}

/** A loss with a wide and a narrow valley on the line through both, and the accuracy, which peaks there. */
function interpolationStrokes(): Stroke[] {
  const valley = (t: number, at: number, width: number) => Math.exp(-(Math.abs((t - at) / width) ** 1.7))
  const loss = (t: number) => 0.9 - 0.82 * valley(t, 0.34, 0.17) - 0.74 * valley(t, 0.72, 0.06) + 0.1 * (t - 0.4) ** 2
  const accuracy = (t: number) => 0.12 + 0.8 * valley(t, 0.34, 0.21) + 0.7 * valley(t, 0.72, 0.08)
  const lower = (t: number) => 0.97 * loss(t) - 0.03
  return [0.34, 0.72]
    .map((at): Stroke => {
      const left = frame.left + at * frame.width
      return { path: `M${left.toFixed(1)} ${frame.top}V${frame.top + frame.height}`, color: 'line', width: 1 }
    })
    .concat([
      { path: curve((t) => Math.min(0.98, accuracy(t))), color: 1, width: 1.4 },
      { path: curve(lower), color: 0, width: 1.2, dashed: true },
      { path: curve(loss), color: 0, width: 1.8 },
    ])
}

/** Accuracy that rises and falls over the values of a sweep, and a sensitivity that falls: test solid, training dashed. */
function sensitivityStrokes(): Stroke[] {
  const accuracy = (t: number) => 0.94 - 1.1 * (t - 0.55) ** 2 - 0.5 * Math.max(0, t - 0.7) ** 2
  const falls = (t: number) => 0.08 + 0.8 * Math.exp(-2.7 * t)
  const places = (y: (t: number) => number) =>
    Array.from({ length: 9 }, (_, i): [number, number] => {
      const t = (i + 0.5) / 9
      return [frame.left + t * frame.width, frame.top + (1 - y(t)) * frame.height]
    })
  const dots = (y: (t: number) => number, color: number): Stroke[] => [
    { path: line(places(y)), color, width: 1.8 },
    {
      path: places(y)
        .map((place) => circle(place, 2.6))
        .join(''),
      color,
      width: 0,
      fill: 'own',
    },
  ]
  return [
    { path: line(places((t) => 0.78 * falls(t) - 0.03)), color: 2, width: 1.2, dashed: true },
    ...dots(falls, 2),
    ...dots(accuracy, 1),
  ]
}

/** A wide valley and a narrow one, with a ball of the same width at the bottom of each and what the loss rises by within it. */
function sharpnessStrokes(): Stroke[] {
  const [wide, narrow] = [0.32, 0.78]
  const valley = (t: number, at: number, width: number) => Math.exp(-(((t - at) / width) ** 2))
  const loss = (t: number) => 0.9 - 0.78 * valley(t, wide, 0.22) - 0.72 * valley(t, narrow, 0.07)
  const at = (t: number, y: number): [number, number] => [
    frame.left + t * frame.width,
    frame.top + (1 - y) * frame.height,
  ]
  const half = 0.05
  const ball = (center: number, color: number): Stroke[] => {
    const top = Math.max(loss(center - half), loss(center + half))
    const [left, right] = [at(center - half, top), at(center + half, top)]
    const bottom = at(center, loss(center))
    return [
      { path: `${line([left, [left[0], bottom[1]], [right[0], bottom[1]], right])}Z`, color, width: 1, dashed: true },
      { path: circle(bottom, 3.2), color, width: 0, fill: 'own' },
    ]
  }
  return [{ path: curve(loss), color: 0, width: 1.8 }, ...ball(wide, 2), ...ball(narrow, 1)]
}

/** By kind of experiment. */
export const illustrations: Record<ExperimentKindId, () => Stroke[]> = {
  'simulate-function': functionStrokes,
  'train-on-task': taskStrokes,
  'weight-trajectory': trajectoryStrokes,
  'gradient-norm': gradientStrokes,
  'critical-point': criticalStrokes,
  'error-surface': surfaceStrokes,
  'random-labels': labelStrokes,
  'parameter-count': sizeStrokes,
  interpolation: interpolationStrokes,
  sensitivity: sensitivityStrokes,
  sharpness: sharpnessStrokes,
}
