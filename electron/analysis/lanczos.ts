/**
 * Both ends of the spectrum of a symmetric matrix that is known by its products alone: Lanczos' three-term recurrence without
 * re-orthogonalisation, so that it keeps three vectors however many steps it takes. Rounding then repeats eigenvalues that have
 * converged; the outermost are still those of the matrix (Paige 1976; Parlett 1998, section 13).
 */
import type { Engine } from '../engines/engine'
import { euclideanNorm } from '../../shared/math/vectors'

export interface SymmetricOperator {
  size: number
  /** Product [size] with a vector [size], which is left as it is. */
  apply(vector: Float64Array): Float64Array | Promise<Float64Array>
}

export interface LanczosOptions {
  /** [size], not zero */
  start: Float64Array
  steps: number
  /** Ends when the residual is below this share of the larger magnitude. */
  tolerance: number
}

export interface SpectrumEnds {
  smallest: number
  largest: number
  /** ‖A v - λ v‖ of the largest; where the smallest has the larger magnitude, the greater of both. */
  residual: number
}

/** Steps between two looks at the tridiagonal matrix. */
const lookEvery = 5
/** A next vector so short, against the matrix, is rounding: what was spanned is invariant. */
const rounding = 1e-14

/** The tridiagonal matrix, dense [k, k]. */
function tridiagonal(diagonal: readonly number[], beside: readonly number[]): Float64Array {
  const size = diagonal.length
  const matrix = new Float64Array(size ** 2)
  diagonal.forEach((value, i) => (matrix[i * size + i] = value))
  for (let i = 1; i < size; i++) matrix[i * size + i - 1] = matrix[(i - 1) * size + i] = beside[i - 1]!
  return matrix
}

/** @param beside its last one leads out of the matrix */
async function endsOf(engine: Engine, diagonal: readonly number[], beside: readonly number[]): Promise<SpectrumEnds> {
  const size = diagonal.length
  const { values, vectors } = await engine.symmetricEigen(tridiagonal(diagonal, beside), { vectors: true })
  const [smallest, largest] = [values[0]!, values.at(-1)!]
  const residualOf = (row: number): number => Math.abs(beside.at(-1)! * vectors![row * size + size - 1]!)
  const asked = -smallest > largest ? [0, size - 1] : [size - 1]
  return { smallest, largest, residual: Math.max(...asked.map(residualOf)) }
}

/** The zero matrix has zeros. */
export async function spectrumEnds(
  engine: Engine,
  { size, apply }: SymmetricOperator,
  { start, steps, tolerance }: LanczosOptions,
): Promise<SpectrumEnds> {
  const diagonal: number[] = []
  const beside: number[] = []
  const length = euclideanNorm(start)
  let vector = start.map((value) => value / length)
  let before = new Float64Array(size)
  let scale = 0
  for (;;) {
    const next = Float64Array.from(await apply(vector))
    const last = beside.at(-1) ?? 0
    let along = 0
    for (let i = 0; i < size; i++) {
      next[i]! -= last * before[i]!
      along += vector[i]! * next[i]!
    }
    for (let i = 0; i < size; i++) next[i]! -= along * vector[i]!
    const rest = euclideanNorm(next)
    diagonal.push(along)
    beside.push(rest)
    scale = Math.max(scale, Math.abs(along), rest)
    const isInvariant = rest <= rounding * scale
    const isLast = isInvariant || diagonal.length >= steps
    if (isLast || diagonal.length % lookEvery === 0) {
      const ends = await endsOf(engine, diagonal, beside)
      if (isLast || ends.residual <= tolerance * Math.max(Math.abs(ends.smallest), Math.abs(ends.largest))) return ends
    }
    before = vector
    vector = next.map((value) => value / rest)
  }
}
