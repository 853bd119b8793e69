/** Eigenvalues and eigenvectors of symmetric matrices: against LAPACK, formulas, and the definition. */
import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../electron/engines/engine'
import { golden, type MatrixCase } from '../../golden/golden'

/** As test/golden/make/matrix_cases.py has them: exact in float64. */
const formulas: Record<MatrixCase['matrix'], (i: number, j: number) => number> = {
  scattered: (i, j) => (modulo(i * j * 7 + (i + j) * 3 + (i * i + j * j) * 5, 17) - 8) / 8,
  graded: (i, j) => formulas.scattered(i, j) * 2 ** -(i + j),
  repeated: (i, j) => (i % 4 === j % 4 ? 1 : 0) + (i === j ? 2 : 0),
}

const canceled = { name: 'LabError', code: 'engine/canceled' }

const modulo = (a: number, b: number) => ((a % b) + b) % b

function matrixOf(size: number, formula: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => formula(Math.floor(at / size), at % size))
}

/** Largest difference, beside the largest eigenvalue. */
function spectrumError(actual: Float64Array, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let [worst, largest] = [0, 1e-300]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!))
    worst = Math.max(worst, Number.isNaN(actual[i]) ? Infinity : Math.abs(actual[i]! - expected[i]!))
  }
  return worst / largest
}

const named: [string, number, (i: number, j: number) => number, (k: number, n: number) => number][] = [
  ['zero', 7, () => 0, () => 0],
  ['the identity', 9, (i, j) => Number(i === j), () => 1],
  ['a diagonal', 8, (i, j) => (i === j ? (i * 5) % 8 : 0), (k) => k],
  ['second differences', 150, second, (k, n) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1))],
  [
    'second differences times 1e200',
    30,
    (i, j) => 1e200 * second(i, j),
    (k, n) => 1e200 * (2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1))),
  ],
  [
    'second differences times 1e-200',
    30,
    (i, j) => 1e-200 * second(i, j),
    (k, n) => 1e-200 * (2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1))),
  ],
  ['the largest power of two', 1, () => -(2 ** 1023), () => -(2 ** 1023)],
  ['all ones', 40, () => 1, (k, n) => (k === n - 1 ? n : 0)],
]

function second(i: number, j: number): number {
  return i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0
}

export function eigenvaluesConform(engine: Engine): void {
  describe('eigenvalues', () => {
    test.each(golden('matrices'))('of a $matrix matrix of size $size are those of LAPACK', async (expected) => {
      const matrix = matrixOf(expected.size, formulas[expected.matrix])
      const { values, vectors } = await engine.symmetricEigen(matrix)
      expect(vectors).toBeUndefined()
      expect(spectrumError(values, expected.eigenvalues)).toBeLessThan(1e-12)
    })

    test.each(named)('of %s are those of the formula', async (_, size, formula, eigenvalue) => {
      const { values } = await engine.symmetricEigen(matrixOf(size, formula))
      expect(
        spectrumError(
          values,
          Array.from({ length: size }, (_, k) => eigenvalue(k, size)),
        ),
      ).toBeLessThan(1e-13)
    })

    test.each(golden('matrices'))('and eigenvectors of a $matrix matrix of size $size', async ({ matrix, size }) => {
      const a = matrixOf(size, formulas[matrix])
      const { values, vectors } = await engine.symmetricEigen(a, { vectors: true })
      expect(vectors!.length).toBe(size * size)
      expect(residual(a, values, vectors!)).toBeLessThan(1e-12)
      expect(lackOfOrthogonality(vectors!, size)).toBeLessThan(1e-12)
    })

    test('do not depend on the number of threads', async () => {
      const a = matrixOf(150, formulas.scattered)
      const one = await engine.symmetricEigen(a, { vectors: true, threads: 1 })
      const two = await engine.symmetricEigen(a, { vectors: true, threads: 2 })
      expect(spectrumError(two.values, one.values)).toBeLessThan(1e-12)
      expect(residual(a, two.values, two.vectors!)).toBeLessThan(1e-12)
    })

    test('are not computed to the end when they are aborted', async () => {
      const a = matrixOf(1500, formulas.scattered)
      for (const vectors of [false, true]) {
        const before = AbortSignal.abort()
        await expect(engine.symmetricEigen(a, { vectors, signal: before })).rejects.toMatchObject(canceled)
        const controller = new AbortController()
        const values = engine.symmetricEigen(a, { vectors, signal: controller.signal })
        controller.abort()
        await expect(values).rejects.toMatchObject(canceled)
      }
      const controller = new AbortController()
      await engine.symmetricEigen(matrixOf(3, formulas.scattered), { signal: controller.signal })
      controller.abort()
    })

    test.each([
      ['not square', new Float64Array(5)],
      ['not symmetric', Float64Array.of(1, 2, 3, 4)],
      ['not finite', Float64Array.of(1, NaN, NaN, 1)],
    ])('of a matrix that is %s are refused', async (_, matrix) => {
      await expect(engine.symmetricEigen(matrix)).rejects.toMatchObject({ name: 'LabError', code: 'engine/bad-data' })
    })
  })
}

/** Largest entry of A V - V L, beside the largest eigenvalue. */
function residual(matrix: Float64Array, values: Float64Array, vectors: Float64Array): number {
  const size = values.length
  let [worst, largest] = [0, 1e-300]
  for (let k = 0; k < size; k++) {
    largest = Math.max(largest, Math.abs(values[k]!))
    const vector = vectors.subarray(k * size, (k + 1) * size)
    for (let row = 0; row < size; row++) {
      let sum = -values[k]! * vector[row]!
      for (let column = 0; column < size; column++) sum += matrix[row * size + column]! * vector[column]!
      worst = Math.max(worst, Number.isNaN(sum) ? Infinity : Math.abs(sum))
    }
  }
  return worst / largest
}

function lackOfOrthogonality(vectors: Float64Array, size: number): number {
  let worst = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? -1 : 0
      for (let at = 0; at < size; at++) sum += vectors[i * size + at]! * vectors[j * size + at]!
      worst = Math.max(worst, Number.isNaN(sum) ? Infinity : Math.abs(sum))
    }
  }
  return worst
}
