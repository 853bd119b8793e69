/** Second derivatives in float64: whole matrices, and products with vectors. */
import { describe, expect, test } from 'vitest'
import type { Places } from '../../../electron/engines/curvature'
import { largestError, normError, vectorError } from '../../golden/closeness'
import { direction, fullMatrix, golden, goldenSamples, layerGroups, type CurvatureCase } from '../../golden/golden'
import { open, repeated, sampleCount, tolerances, type Subject } from './subject'

const tolerance = tolerances.float64
const set = 'training'

/** Of a symmetric matrix [P, P]: by norm, and by numbers where they matter beside the largest. */
function matrixError(actual: Float64Array, expected: Float64Array): number {
  return Math.max(normError(actual, expected), largestError(actual, expected))
}

function expectSymmetric(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      expect(matrix[row * size + column]).toBe(matrix[column * size + row])
    }
  }
}

export function curvatureConforms(subject: Subject): void {
  describe.each(golden('curvature'))('$name', (expected) => {
    test('the Hessian is that of torch.func.hessian, with the eigenvalues of LAPACK', () =>
      matrixConforms(subject, expected, 'hessian'))
    test('the Gauss-Newton matrix is made of the Jacobian of the outputs, with the eigenvalues of LAPACK', () =>
      matrixConforms(subject, expected, 'gauss-newton'))
  })

  describe.each(layerGroups)('%s', (group) => {
    const cases = golden(`layers/${group}`)

    test.each(cases)('$name: loss, gradient and products with a vector', async (expected) => {
      const { curvature, dispose } = opened(subject, expected)
      const { loss, gradient } = await curvature.lossAndGradient({ set })
      expect(largestError([loss], [expected.lossValue])).toBeLessThan(tolerance)
      expect(vectorError(expected.model, gradient, expected.gradient)).toBeLessThan(tolerance)
      const vector = direction(gradient.length)
      const product = await curvature.product({ set }, vector)
      expect(vectorError(expected.model, product, expected.hessianProduct)).toBeLessThan(tolerance)
      const gauss = await curvature.product({ set, operator: 'gauss-newton' }, vector)
      expect(vectorError(expected.model, gauss, expected.gaussNewtonProduct)).toBeLessThan(tolerance)
      dispose()
    })
  })

  test('the first samples of a set are asked as if they were all of it', async () => {
    const expected = golden('curvature').find(({ name }) => name.startsWith('convolutions'))!
    const { inputSize } = expected.model
    const all = goldenSamples(expected)
    const few = { inputs: all.inputs.slice(0, 2 * inputSize), labels: all.labels!.slice(0, 2) }
    const whole = open(subject, expected, { samples: all })
    const part = open(subject, expected, { samples: few })
    const vector = direction(expected.parameters.length)
    const question = { set, samples: 2 } as const
    expect((await whole.curvature.lossAndGradient(question)).loss).toBe(
      (await part.curvature.lossAndGradient({ set })).loss,
    )
    const product = await whole.curvature.product(question, vector)
    expect(normError(product, await part.curvature.product({ set }, vector))).toBeLessThan(1e-14)
  })

  test('losses at places are those of the parameters there, also where they are not finite', async () => {
    for (const expected of golden('curvature').slice(0, 4)) {
      const session = open(subject, expected)
      const here = session.getParameters64()
      const size = here.length
      const directions = new Float64Array(2 * size)
      directions.set(direction(size))
      directions.fill(0.01, size)
      const coordinates = Float64Array.of(0, 0, 0.5, 0, -0.25, 3, 1e300, 0)
      const losses = await session.curvature.losses({ set }, { directions, coordinates })
      expect(losses).toHaveLength(4)
      expect(Number.isFinite(losses[3])).toBe(false)
      for (let i = 0; i < 3; i++) {
        const [x, y] = coordinates.subarray(2 * i, 2 * i + 2) as unknown as [number, number]
        session.setParameters(here.map((value, p) => value + x * directions[p]! + y * directions[size + p]!))
        const { loss } = await session.curvature.lossAndGradient({ set })
        expect(largestError([losses[i]!], [loss])).toBeLessThan(1e-13)
      }
      session.setParameters(here)
      const refused = (places: object) => session.curvature.losses({ set }, places as Places)
      await expect(refused({ directions: directions.slice(1), coordinates })).rejects.toThrow(/^directions: the length/)
      await expect(refused({ directions, coordinates: coordinates.slice(1) })).rejects.toThrow(
        /^coordinates: the length/,
      )
      await expect(refused({ directions, coordinates: Float64Array.of(NaN, 0) })).rejects.toThrow(/not finite/)
      session.dispose()
    }
  })

  test('many samples have the curvature of the few that they repeat', async () => {
    for (const expected of golden('curvature').slice(0, 12)) {
      const samples = repeated(goldenSamples(expected), Math.ceil(1100 / sampleCount(expected)))
      const session = open(subject, expected, { samples })
      const matrix = await session.curvature.matrix({ set: 'test' })
      expect(matrixError(matrix, fullMatrix(expected.hessian, expected.parameters.length))).toBeLessThan(tolerance)
      session.dispose()
    }
  })

  test('two threads give bit for bit what one gives', async () => {
    for (const expected of golden('curvature')) {
      const matrices = []
      for (const threads of [1, 2]) {
        const session = open({ ...subject, threads }, expected, { samples: repeated(goldenSamples(expected), 30) })
        matrices.push(await session.curvature.matrix({ set }))
        const vector = direction(expected.parameters.length)
        matrices.push(await session.curvature.product({ set }, vector))
        session.dispose()
      }
      expect(matrices.slice(2)).toEqual(matrices.slice(0, 2))
    }
  })
}

function opened(subject: Subject, expected: CurvatureCase | Parameters<typeof open>[1]) {
  const session = open(subject, expected)
  return { curvature: session.curvature, dispose: () => session.dispose() }
}

async function matrixConforms(subject: Subject, expected: CurvatureCase, operator: 'hessian' | 'gauss-newton') {
  const { curvature, dispose } = opened(subject, expected)
  const size = expected.parameters.length
  const isHessian = operator === 'hessian'
  const matrix = await curvature.matrix(isHessian ? { set } : { set, operator })
  expectSymmetric(matrix, size)
  const lower = isHessian ? expected.hessian : expected.gaussNewton
  expect(matrixError(matrix, fullMatrix(lower, size))).toBeLessThan(tolerance)
  const { values } = await subject.engine.symmetricEigen(matrix)
  const eigenvalues = isHessian ? expected.eigenvalues : expected.gaussNewtonEigenvalues
  // Absolutely right beside the largest: zero eigenvalues are rounding on both sides.
  expect(largestError(values, eigenvalues, 1)).toBeLessThan(tolerance)
  dispose()
}
