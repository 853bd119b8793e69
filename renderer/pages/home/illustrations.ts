/** The small drawings of the gallery, computed from what they show. Paths on a 260 by 92 canvas; colours are palette indices. */

export interface Stroke {
  path: string
  color: number | 'text'
  width: number
  dashed?: boolean
}

export const illustrationSize = { width: 260, height: 92 }

const margin = { x: 6, y: 10 }
const points = 140

/** A curve over t in [0, 1], with y in [0, 1] from the bottom up. */
function curve(y: (t: number) => number): string {
  const { width, height } = illustrationSize
  let path = ''
  for (let i = 0; i < points; i++) {
    const t = i / (points - 1)
    const left = margin.x + t * (width - 2 * margin.x)
    const top = height - margin.y - y(t) * (height - 2 * margin.y)
    path += `${i === 0 ? 'M' : 'L'}${left.toFixed(1)} ${top.toFixed(1)}`
  }
  return path
}

/** sin(5πx)/(5πx) on [-1, 1], raised so that its lowest point is at 0. */
function sinc(t: number): number {
  const angle = 5 * Math.PI * (2 * t - 1)
  const value = Math.abs(angle) < 1e-6 ? 1 : Math.sin(angle) / angle
  return (value + 0.22) / 1.22
}

/** The same target, learned to two degrees: a network that follows the ripples and one that only found the hill. */
export function functionStrokes(): Stroke[] {
  const hill = (t: number) => 0.2 + 0.58 * Math.exp(-(((t - 0.5) / 0.14) ** 2))
  return [
    { path: curve((t) => 0.25 * sinc(t) + 0.75 * hill(t)), color: 1, width: 1.8 },
    { path: curve((t) => 0.97 * sinc(t)), color: 0, width: 1.8 },
    { path: curve(sinc), color: 'text', width: 1.2, dashed: true },
  ]
}

/** Three losses that fall at their own pace, as mini-batches shake them. */
export function taskStrokes(): Stroke[] {
  const loss = (start: number, rate: number, floor: number, phase: number) => (t: number) =>
    floor +
    (start - floor) * Math.exp(-rate * t) +
    0.014 * Math.sin(61 * t + phase) * Math.sin(23 * t + phase) * (1.2 - t)
  return [
    { path: curve(loss(0.78, 2.4, 0.13, 2)), color: 2, width: 1.8 },
    { path: curve(loss(0.86, 4, 0.09, 1)), color: 1, width: 1.8 },
    { path: curve(loss(0.97, 6.5, 0.06, 0)), color: 0, width: 1.8 },
  ]
}
