/**
 * Draws one digit: the skeleton of a hand, bent, turned and scaled at random, then inked with a pen of random width.
 * Only sums, products, quotients and square roots are used, which IEEE 754 rounds alike everywhere, so that the same seed gives
 * the same bytes on every machine (sine and logarithm differ between versions of V8).
 */
import type { RandomStream } from '../../../shared/random'
import { hands, type Hand, type Stroke } from './strokes'

/** Side of a drawing, in pixels. */
export const digitSide = 28

/** Straight pieces between two points of a stroke. */
const piecesPerSpan = 5
/** Side of the grid of random displacements that bends a skeleton. */
const warpSide = 4

/** Roughly normal, mean 0, standard deviation 1, never beyond 3.46: the sum of four uniforms (Irwin and Hall). */
function bell(random: RandomStream): number {
  const sum = random.uniform() + random.uniform() + random.uniform() + random.uniform()
  return (sum - 2) * 1.7320508075688772
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** Points [x0, y0, x1, y1, ...] and the number of points of each stroke. */
interface Skeleton {
  points: number[]
  strokeLengths: number[]
}

/** Catmull-Rom spline through four numbers, at `t` between the second and the third. */
function spline(a: number, b: number, c: number, d: number, t: number): number {
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
}

/** A smooth line through a stroke's points, each shaken a little. A corner is a point taken twice. */
function smoothLine(stroke: Stroke, random: RandomStream, shake: number): number[] {
  const knots: number[] = []
  for (const { x, y, corner } of stroke) {
    const shakenX = x + shake * bell(random)
    const shakenY = y + shake * bell(random)
    knots.push(shakenX, shakenY)
    if (corner) knots.push(shakenX, shakenY)
  }
  const last = knots.length / 2 - 1
  const knot = (index: number, axis: number) => knots[2 * Math.min(Math.max(index, 0), last) + axis]!
  const line = [knot(0, 0), knot(0, 1)]
  for (let span = 0; span < last; span++) {
    if (knot(span, 0) === knot(span + 1, 0) && knot(span, 1) === knot(span + 1, 1)) continue
    for (let piece = 1; piece <= piecesPerSpan; piece++) {
      for (let axis = 0; axis < 2; axis++)
        line.push(
          spline(
            knot(span - 1, axis),
            knot(span, axis),
            knot(span + 1, axis),
            knot(span + 2, axis),
            piece / piecesPerSpan,
          ),
        )
    }
  }
  return line
}

function skeletonOf(hand: Hand, random: RandomStream): Skeleton {
  const skeleton: Skeleton = { points: [], strokeLengths: [] }
  const shake = between(random, 0.02, 0.07)
  for (const stroke of hand) {
    const line = smoothLine(stroke, random, shake)
    skeleton.points.push(...line)
    skeleton.strokeLengths.push(line.length / 2)
  }
  return skeleton
}

/** Moves the points by a smooth random field: displacements on a coarse grid over [-1.2, 1.2]², bilinear between. */
function bend(points: number[], random: RandomStream): void {
  const strength = between(random, 0.02, 0.11)
  const field = Array.from({ length: 2 * warpSide * warpSide }, () => strength * bell(random))
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.min(Math.max(((points[i]! + 1.2) / 2.4) * (warpSide - 1), 0), warpSide - 1.001)
    const row = Math.min(Math.max(((points[i + 1]! + 1.2) / 2.4) * (warpSide - 1), 0), warpSide - 1.001)
    const left = Math.floor(column)
    const top = Math.floor(row)
    for (let axis = 0; axis < 2; axis++) {
      const at = (dy: number, dx: number) => field[2 * ((top + dy) * warpSide + left + dx) + axis]!
      const upper = at(0, 0) + (at(0, 1) - at(0, 0)) * (column - left)
      const lower = at(1, 0) + (at(1, 1) - at(1, 0)) * (column - left)
      points[i + axis]! += upper + (lower - upper) * (row - top)
    }
  }
}

/** Turns, slants, scales and places the points on the pixels. */
function place(points: number[], random: RandomStream): void {
  // Rational form of a turn by 2·atan(half): cosine and sine without trigonometry.
  const half = 0.07 * bell(random)
  const cosine = (1 - half * half) / (1 + half * half)
  const sine = (2 * half) / (1 + half * half)
  const slant = 0.12 + 0.18 * bell(random)
  const height = 8.8 + 0.6 * bell(random)
  const width = height * (0.95 + 0.12 * bell(random))
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  for (let i = 0; i < points.length; i += 2) {
    const x = width * (points[i]! - slant * points[i + 1]!)
    const y = height * points[i + 1]!
    points[i] = cosine * x - sine * y
    points[i + 1] = sine * x + cosine * y
    left = Math.min(left, points[i]!)
    right = Math.max(right, points[i]!)
    top = Math.min(top, points[i + 1]!)
    bottom = Math.max(bottom, points[i + 1]!)
  }
  const shiftX = (digitSide - 1) / 2 - (left + right) / 2 + 0.62 * bell(random)
  const shiftY = (digitSide - 1) / 2 - (top + bottom) / 2 + 0.62 * bell(random)
  for (let i = 0; i < points.length; i += 2) {
    points[i]! += shiftX
    points[i + 1]! += shiftY
  }
}

/** Inks one straight piece: full within `radius` of it, fading to nothing over `soft` pixels. Keeps the darker of old and new. */
function inkPiece(
  ink: Float64Array,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  radius: number,
  soft: number,
) {
  const reach = radius + soft
  const alongX = toX - fromX
  const alongY = toY - fromY
  const squaredLength = Math.max(alongX * alongX + alongY * alongY, 1e-9)
  const firstRow = Math.max(Math.ceil(Math.min(fromY, toY) - reach), 0)
  const lastRow = Math.min(Math.floor(Math.max(fromY, toY) + reach), digitSide - 1)
  const firstColumn = Math.max(Math.ceil(Math.min(fromX, toX) - reach), 0)
  const lastColumn = Math.min(Math.floor(Math.max(fromX, toX) + reach), digitSide - 1)
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = column - fromX
      const y = row - fromY
      const share = Math.min(Math.max((x * alongX + y * alongY) / squaredLength, 0), 1)
      const dx = x - share * alongX
      const dy = y - share * alongY
      const distance = Math.sqrt(dx * dx + dy * dy)
      const value = Math.min((reach - distance) / soft, 1)
      const pixel = row * digitSide + column
      if (value > ink[pixel]!) ink[pixel] = value
    }
  }
}

/** Inks all strokes, with a pressure that drifts along each. */
function inkSkeleton(skeleton: Skeleton, random: RandomStream): Float64Array {
  const ink = new Float64Array(digitSide * digitSide)
  const weight = 0.85 + 0.32 * bell(random)
  const radius = Math.max(weight, 0.35)
  const soft = between(random, 0.9, 1.5)
  let point = 0
  for (const length of skeleton.strokeLengths) {
    const start = radius * (1 + 0.15 * bell(random))
    const end = radius * (1 + 0.2 * bell(random))
    for (let i = 0; i + 1 < length; i++, point++) {
      const [fromX, fromY, toX, toY] = skeleton.points.slice(2 * point, 2 * point + 4) as [
        number,
        number,
        number,
        number,
      ]
      inkPiece(ink, fromX, fromY, toX, toY, Math.max(start + ((end - start) * i) / length, 0.3), soft)
    }
    point++
  }
  return ink
}

/** Grain in the ink and a little on the paper, then bytes. One random word serves four pixels. */
function develop(ink: Float64Array, pixels: Uint8Array, offset: number, random: RandomStream): void {
  const darkness = between(random, 0.88, 1.1)
  const grain = between(random, 0.03, 0.14)
  const paper = Math.max(between(random, -0.06, 0.05), 0)
  let word = 0
  for (let i = 0; i < ink.length; i++) {
    word = i % 4 === 0 ? random.uint32() : word >>> 8
    const noise = (word & 0xff) / 127.5 - 1
    const value = ink[i]! * darkness * (1 + grain * noise) + paper * noise
    pixels[offset + i] = Math.round(255 * Math.min(Math.max(value, 0), 1))
  }
}

/** Draws `digit` (0 to 9) into `pixels` at `offset`: 28x28 bytes, 0 paper to 255 ink. */
export function drawDigit(digit: number, random: RandomStream, pixels: Uint8Array, offset = 0): void {
  const ways = hands[digit]!
  const skeleton = skeletonOf(ways[random.below(ways.length)]!, random)
  bend(skeleton.points, random)
  place(skeleton.points, random)
  develop(inkSkeleton(skeleton, random), pixels, offset, random)
}
