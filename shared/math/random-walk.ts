/**
 * Random walks in many dimensions, beside which a training's way can be judged: principal components of a walk without any aim explain most of
 * its variance too, 61 % (6/π²) the first alone of a long one (Antognini and Sohl-Dickstein 2018).
 *
 * A step is a Gaussian vector in all P dimensions, scaled to a given length. It takes no P numbers: what matters of N such vectors is their Gram
 * matrix, and the triangle of Bartlett (1933) has the same one in distribution, with N dimensions.
 */
import type { RandomStream } from '../random'
import { squaredDistance } from './gram'
import { sortedEigen } from './pca'

/** Some walks: how many points each has, and the Gram matrix [n, n] of all their points, one walk after the other. */
export interface Walks {
  gram: Float64Array
  lengths: readonly number[]
  /** P */
  dimensions: number
}

/** A draw of chi with so many degrees of freedom, the length of a Gaussian vector: Marsaglia and Tsang 2000 for its square. */
function chi(random: RandomStream, freedom: number): number {
  if (freedom === 1) return Math.abs(random.normal())
  const d = freedom / 2 - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.uniform()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return Math.sqrt(2 * d * v)
  }
}

/** Points with the given inner products [m, m] in as few dimensions as they need. */
function embedded(gram: Float64Array, size: number): { points: Float64Array[]; dimensions: number } {
  const { values, vectors } = sortedEigen(gram, size)
  const dimensions = values.filter((value) => value > 1e-12 * values[0]!).length
  const points = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: dimensions }, (_, k) => Math.sqrt(values[k]!) * vectors[k]![i]!),
  )
  return { points, dimensions }
}

/** Inner products of some of the points. */
function part(gram: Float64Array, size: number, chosen: readonly number[]): Float64Array {
  return Float64Array.from({ length: chosen.length ** 2 }, (_, at) => {
    const [row, column] = [chosen[Math.floor(at / chosen.length)]!, chosen[at % chosen.length]!]
    return gram[row * size + column]!
  })
}

/**
 * Walks from the same starts with steps of the same lengths in directions without aim.
 * @returns [n] points in as many dimensions as needed; distances among them are distributed as in all P
 */
export function randomWalks({ gram, lengths, dimensions }: Walks, random: RandomStream): Float64Array[] {
  const size = lengths.reduce((sum, length) => sum + length, 0)
  const starts = lengths.map((_, walk) => lengths.slice(0, walk).reduce((sum, length) => sum + length, 0))
  const origin = embedded(part(gram, size, starts), starts.length)
  // Starts span the first dimensions; in the others, steps are known up to a rotation only.
  const startDimensions = Math.min(origin.dimensions, dimensions)
  const free = dimensions - startDimensions
  const used = startDimensions + Math.min(free, size - starts.length)
  let step = 0
  return lengths.flatMap((length, walk) => {
    const points = [new Float64Array(used)]
    points[0]!.set(origin.points[walk]!.subarray(0, startDimensions))
    for (let next = 1; next < length; next++, step++) {
      const direction = new Float64Array(used)
      for (let i = 0; i < used; i++) {
        const triangle = i - startDimensions
        if (triangle < step) direction[i] = random.normal()
        else if (triangle === step) direction[i] = chi(random, free - step)
      }
      const at = starts[walk]! + next
      const scale = Math.sqrt(squaredDistance(gram, size, at - 1, at)) / Math.hypot(...direction)
      points.push(direction.map((value, i) => points[next - 1]![i]! + scale * value))
    }
    return points
  })
}
