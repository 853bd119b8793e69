/** The line or plane on which a loss is computed: where it lies among the weights, which part of it is looked at, where weights fall on it. */
import type { SurfaceAxis, SurfaceSpec } from '../../shared/analyses/error-surface'
import { LabError } from '../../shared/api/errors'
import { principalComponents } from '../../shared/math/pca'
import { euclideanNorm } from '../../shared/math/vectors'
import type { Snapshot } from '../../shared/api/store-api'
import type { SubjectRun } from './analysis'
import { filterNormalized, gaussianDirection, wholeNormalized } from './surface-directions'

/** K axes, P parameters: weights = origin + Σ coordinate · direction. */
export interface Plane {
  /** [P] */
  origin: Float64Array
  /** [K] of [P] */
  directions: Float64Array[]
  axes: SurfaceAxis[]
}

/** How much of the axis is seen beyond what is on it. */
const margin = 1.1

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!)
}

/** `resolution` even steps from the middle plus span[0] times half a width to the middle plus span[1] times it. */
function grid({ span, resolution }: SurfaceSpec, middle: number, half: number): Float64Array {
  const [from, to] = span
  return Float64Array.from(
    { length: resolution },
    (_, i) => middle + half * (from + ((to - from) * i) / (resolution - 1)),
  )
}

/** Middle and half width, with a margin, of numbers. */
function extent(values: readonly number[]): { middle: number; half: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return { middle: (low + high) / 2, half: (margin * (high - low)) / 2 }
}

/** The nearest point of the plane, by its coordinates, and how far it is (least squares; directions need not be at right angles). */
export function project(
  { origin, directions }: Pick<Plane, 'origin' | 'directions'>,
  weights: ArrayLike<number>,
): { coordinates: number[]; distance: number } {
  const offset = difference(weights, origin)
  const [first, second] = directions as [Float64Array, Float64Array?]
  const a = dot(first, first)
  const x = dot(first, offset)
  let coordinates = [x / a]
  if (second) {
    const [b, c, y] = [dot(first, second), dot(second, second), dot(second, offset)]
    const determinant = a * c - b * b
    coordinates = [(c * x - b * y) / determinant, (a * y - b * x) / determinant]
  }
  const rest = offset.map((value, i) => value - directions.reduce((sum, d, k) => sum + coordinates[k]! * d[i]!, 0))
  return { coordinates, distance: euclideanNorm(rest) }
}

function lastOf({ snapshots }: SubjectRun): Snapshot {
  return snapshots.at(-1)!
}

function axesOf(
  spec: SurfaceSpec,
  directions: readonly Float64Array[],
  unit: SurfaceAxis['unit'],
  placed: (axis: number) => { middle: number; half: number },
  explained?: ArrayLike<number>,
): SurfaceAxis[] {
  return directions.map((direction, axis): SurfaceAxis => {
    const { middle, half } = placed(axis)
    return {
      unit,
      explained: explained ? explained[axis]! : null,
      coordinates: grid(spec, middle, half),
      length: euclideanNorm(direction),
    }
  })
}

function randomPlane(spec: SurfaceSpec, subject: SubjectRun): Plane {
  const { model } = subject.run.spec
  const origin = Float64Array.from(lastOf(subject).parameters)
  const byFilter = spec.normalization === 'filter'
  const directions = Array.from({ length: spec.dimensions }, (_, axis) => {
    const direction = gaussianDirection(spec.seed, axis, origin.length)
    return byFilter ? filterNormalized(model, direction, origin) : wholeNormalized(direction, origin)
  })
  const unit = byFilter ? 'filter norms' : 'weight norms'
  return { origin, directions, axes: axesOf(spec, directions, unit, () => ({ middle: 0, half: 1 })) }
}

/** @throws LabError `spec/invalid` for a way that has fewer dimensions than asked for. */
function principalPlane(spec: SurfaceSpec, { run, snapshots }: SubjectRun): Plane {
  const refuse = (why: string): never => {
    const advice = 'train it with snapshots along its way, or choose random directions'
    const message = `${run.label}: ${why}; ${advice}`
    throw new LabError('spec/invalid', message, [{ path: ['surface', 'directions'], message }])
  }
  const least = spec.dimensions + 1
  if (snapshots.length < least) {
    const what = `${spec.dimensions === 1 ? 'a main axis needs' : 'two main axes need'} at least ${least} snapshots`
    refuse(`${what}, and ${snapshots.length === 1 ? 'there is one' : `there are ${snapshots.length}`}`)
  }
  const rows = snapshots.map(({ parameters }) => parameters)
  const { axes: directions, explained } = principalComponents(rows, spec.dimensions)
  if (!(explained[0]! > 0)) refuse('its snapshots are all equal: weights that do not move have no main axes')
  if (spec.dimensions === 2 && !(explained[1]! > 0)) refuse('its snapshots lie on a line: there is no second main axis')
  const origin = Float64Array.from(snapshots.at(-1)!.parameters)
  const way = rows.map((row) => project({ origin, directions }, row).coordinates)
  const placed = (axis: number) => extent(way.map((coordinates) => coordinates[axis]!))
  return { origin, directions, axes: axesOf(spec, directions, 'distance', placed, explained) }
}

/** @throws LabError `spec/invalid` for runs that ended at the same point, or on a line. */
function connectingPlane(spec: SurfaceSpec, subjects: readonly SubjectRun[]): Plane {
  const refuse = (message: string): never => {
    throw new LabError('spec/invalid', message, [{ path: ['surface', 'directions'], message }])
  }
  const ends = subjects.map((subject) => Float64Array.from(lastOf(subject).parameters))
  const labels = subjects.map(({ run }) => run.label)
  const origin = ends[0]!
  const way = difference(ends[1]!, origin)
  const length = euclideanNorm(way)
  if (length === 0) refuse(`${labels[0]} and ${labels[1]} ended with the same weights: there is no line between them`)
  if (spec.dimensions === 1) {
    return { origin, directions: [way], axes: axesOf(spec, [way], 'share', () => extent([0, 1])) }
  }
  const first = way.map((value) => value / length)
  const aside = difference(ends[2]!, origin)
  const along = dot(aside, first)
  const across = aside.map((value, i) => value - along * first[i]!)
  const height = euclideanNorm(across)
  if (height <= 1e-9 * euclideanNorm(aside))
    refuse(`${labels.join(', ')} ended on one line: there is no plane through them`)
  const directions = [first, across.map((value) => value / height)]
  const placed = (axis: number) => extent(axis === 0 ? [0, length, along] : [0, height])
  return { origin, directions, axes: axesOf(spec, directions, 'distance', placed) }
}

export function planeOf(spec: SurfaceSpec, subjects: readonly SubjectRun[]): Plane {
  if (spec.directions === 'runs') return connectingPlane(spec, subjects)
  return spec.directions === 'pca' ? principalPlane(spec, subjects[0]!) : randomPlane(spec, subjects[0]!)
}
