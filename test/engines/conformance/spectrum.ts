/** What is learnt of a spectrum from products alone, judged by the exact spectrum. */
import { describe, expect, test } from 'vitest'
import type { EngineSession } from '../../../electron/engines/engine'
import type { Curvature, CurvatureQuestion } from '../../../electron/engines/curvature'
import { initialParameters } from '../../../shared/models/initialization'
import { randomKey } from '../../../shared/random'
import { largestError, normError, vectorError } from '../../golden/closeness'
import { direction, golden, type GoldenNetwork } from '../../golden/golden'
import { open, tolerances, type Subject } from './subject'

const tolerance = tolerances.float64
const set = 'training'
const key = randomKey(5, 'probe')

/** The network of 571 parameters, whose exact spectrum is in the file. */
function deep(subject: Subject): EngineSession {
  const given = golden('spectrum-571')
  const start = initialParameters(given.model, given.seed)
  const session = open(subject, { ...given, parameters: [...start] })
  session.setParameters(Float64Array.from(start, (value) => value * given.scale))
  return session
}

/**
 * A linear model whose Hessian is diagonal with the values `diagonal`: inputs are scaled rows of a Hadamard matrix, which are orthogonal
 * to each other; the mean squared error of y = w x + b then has the second derivatives 2 scale² and, for b, 2.
 */
function diagonalModel(subject: Subject): { session: EngineSession; diagonal: number[] } {
  const inputs = 7
  const scales = Array.from({ length: inputs }, (_, i) => (i + 1) / 4)
  const rows = Array.from({ length: 8 }, (_, sample) =>
    scales.map((scale, i) => scale * (bits(sample & (i + 1)) % 2 === 0 ? 1 : -1)),
  )
  const given: GoldenNetwork = {
    name: 'diagonal',
    model: {
      inputSize: inputs,
      layers: [{ type: 'dense', units: 1, activation: 'linear' }],
      initialization: 'pytorch',
    },
    loss: 'mean-squared-error',
    parameters: new Array<number>(inputs + 1).fill(0.5),
    inputs: rows.flat(),
    values: rows.map((_, sample) => sample),
  }
  return { session: open(subject, given), diagonal: [...scales.map((scale) => 2 * scale * scale), 2] }
}

function bits(word: number): number {
  return word === 0 ? 0 : (word & 1) + bits(word >> 1)
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
const length = (values: Float64Array) => Math.sqrt(sum(values.map((value) => value * value)))

/** Distance to the nearest of the values. */
function nearest(value: number, values: readonly number[]): number {
  return values.reduce((best, other) => Math.min(best, Math.abs(value - other)), Infinity)
}

async function residualOf(curvature: Curvature, question: CurvatureQuestion, value: number, vector: Float64Array) {
  const product = await curvature.product(question, vector)
  return length(product.map((entry, i) => entry - value * vector[i]!))
}

export function spectrumConforms(subject: Subject): void {
  describe('of 571 parameters', () => {
    const exact = golden('spectrum-571')
    const { eigenvalues } = exact
    const size = eigenvalues.length
    const largest = Math.max(...eigenvalues.map(Math.abs))

    test('products are those of the exact matrices', async () => {
      const { curvature } = deep(subject)
      const vector = direction(size)
      const product = await curvature.product({ set }, vector)
      expect(vectorError(exact.model, product, exact.hessianProduct)).toBeLessThan(tolerance)
      const gauss = await curvature.product({ set, operator: 'gauss-newton' }, vector)
      expect(vectorError(exact.model, gauss, exact.gaussNewtonProduct)).toBeLessThan(tolerance)
    })

    test('the matrix has the eigenvalues of LAPACK, the trace and the norm', async () => {
      const matrix = await deep(subject).curvature.matrix({ set })
      const { values } = await subject.engine.symmetricEigen(matrix)
      expect(largestError(values, eigenvalues, 1)).toBeLessThan(tolerance)
      expect(largestError([sum(matrix.filter((_, i) => i % (size + 1) === 0))], [exact.trace])).toBeLessThan(tolerance)
      expect(largestError([length(matrix) ** 2], [exact.squaredNorm])).toBeLessThan(tolerance)
    })

    test('Lanczos finds the ends of the spectrum, and says how far off each value may be', async () => {
      const { curvature } = deep(subject)
      const { values, residuals, steps } = await curvature.lanczos({ set }, { steps: 60, key })
      expect([values.length, residuals.length, steps]).toEqual([60, 60, 60])
      expect([...values]).toEqual([...values].sort((a, b) => a - b))
      values.forEach((value, i) => {
        expect(nearest(value, eigenvalues)).toBeLessThan(residuals[i]! + 1e-9 * largest)
      })
      for (const end of [0, -1, -2, -3]) {
        expect(Math.abs(values.at(end)! - eigenvalues.at(end)!)).toBeLessThan(1e-8 * largest)
        expect(residuals.at(end)).toBeLessThan(1e-3 * largest)
      }
      expect(await curvature.lanczos({ set }, { steps: 60, key })).toEqual({ values, residuals, steps })
    })

    test('power iteration finds the eigenvalues of largest magnitude with their vectors', async () => {
      const { curvature } = deep(subject)
      const options = { count: 4, tolerance: 1e-7, maxIterations: 5000, key }
      const { values, vectors, residuals, iterations } = await curvature.topEigenpairs({ set }, options)
      const byMagnitude = [...eigenvalues].sort((a, b) => Math.abs(b) - Math.abs(a)).slice(0, 4)
      expect(largestError(values, byMagnitude)).toBeLessThan(1e-8)
      for (let i = 0; i < 4; i++) {
        const vector = vectors.slice(i * size, (i + 1) * size)
        expect(length(vector)).toBeCloseTo(1, 12)
        const residual = await residualOf(curvature, { set }, values[i]!, vector)
        expect(residual).toBeLessThan(1e-5 * largest)
        expect(residuals[i]! - residual).toBeLessThan(1e-9 * largest)
        expect(iterations[i]).toBeGreaterThan(0)
      }
    })

    test('the estimated trace is within its error of the exact one, which is as large as theory says', async () => {
      const { curvature } = deep(subject)
      const probes = 200
      const { mean, standardError, samples } = await curvature.trace({ set }, { probes, key })
      expect(samples.length).toBe(probes)
      expect(mean).toBeCloseTo(sum(samples) / probes, 9)
      const squares = sum(samples.map((value) => (value - mean) ** 2))
      expect(standardError).toBeCloseTo(Math.sqrt(squares / (probes - 1) / probes), 9)
      // Variance of v'Hv for Rademacher v: twice the squares off the diagonal (Avron and Toledo 2011, lemma 9).
      const theory = Math.sqrt((2 * (exact.squaredNorm - exact.squaredDiagonal)) / probes)
      expect(Math.abs(mean - exact.trace)).toBeLessThan(4 * theory)
      expect(standardError / theory).toBeGreaterThan(0.7)
      expect(standardError / theory).toBeLessThan(1.4)
      expect((await curvature.trace({ set }, { probes: 1, key })).standardError).toBeNaN()
    })

    test('the spectral density has the moments of the exact spectrum, within the error of its probes', async () => {
      const { curvature } = deep(subject)
      const probes = 40
      const { nodes, weights } = await curvature.spectralDensity({ set }, { probes, steps: 40, key })
      expect(sum(weights)).toBeCloseTo(1, 12)
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0)
      for (const power of [1, 2, 3, 4]) {
        const moment = sum(nodes.map((node, i) => weights[i]! * (node / largest) ** power))
        const exactMoment = sum(eigenvalues.map((value) => (value / largest) ** power)) / size
        // No more than all squares of the matrix's power are off its diagonal.
        const squares = sum(eigenvalues.map((value) => (value / largest) ** (2 * power)))
        expect(Math.abs(moment - exactMoment)).toBeLessThan((4 * Math.sqrt((2 * squares) / probes)) / size)
      }
    })
  })

  describe('of small networks', () => {
    const cases = golden('curvature')

    test.each(cases)('$name: as many steps as parameters find the whole spectrum', async (expected) => {
      const session = open(subject, expected)
      const largest = Math.max(...expected.eigenvalues.map(Math.abs))
      const steps = expected.parameters.length
      const lanczos = await session.curvature.lanczos({ set }, { steps, key })
      for (const value of lanczos.values) expect(nearest(value, expected.eigenvalues)).toBeLessThan(1e-9 * largest)
      for (const value of [expected.eigenvalues[0]!, expected.eigenvalues.at(-1)!]) {
        expect(nearest(value, [...lanczos.values])).toBeLessThan(1e-9 * largest)
      }
      const { nodes, weights } = await session.curvature.spectralDensity({ set }, { probes: 3, steps, key })
      nodes.forEach((node, i) => {
        if (weights[i]! > 1e-12) expect(nearest(node, expected.eigenvalues)).toBeLessThan(1e-7 * largest)
      })
      session.dispose()
    })

    test.each(cases)('$name: the same of the Gauss-Newton matrix', async (expected) => {
      const session = open(subject, expected)
      const question = { set, operator: 'gauss-newton' } as const
      const exact = expected.gaussNewtonEigenvalues
      const largest = exact.at(-1)!
      const { values } = await session.curvature.lanczos(question, { steps: expected.parameters.length, key })
      for (const value of values) expect(nearest(value, exact)).toBeLessThan(1e-9 * largest)
      expect(Math.abs(values.at(-1)! - largest)).toBeLessThan(1e-9 * largest)
      session.dispose()
    })
  })

  describe('of a diagonal Hessian', () => {
    test('every probe gives the trace exactly', async () => {
      const { session, diagonal } = diagonalModel(subject)
      const { mean, standardError, samples } = await session.curvature.trace({ set }, { probes: 5, key })
      for (const sample of samples) expect(sample).toBeCloseTo(sum(diagonal), 10)
      expect(mean).toBeCloseTo(sum(diagonal), 10)
      expect(standardError).toBeLessThan(1e-10)
    })

    test('every probe gives the exact spectral density', async () => {
      const { session, diagonal } = diagonalModel(subject)
      const distinct = [...new Set(diagonal)].sort((a, b) => a - b)
      const { nodes, weights } = await session.curvature.spectralDensity({ set }, { probes: 3, steps: 8, key })
      for (const value of distinct) {
        const share = diagonal.filter((other) => other === value).length / diagonal.length
        const found = sum(weights.filter((_, i) => Math.abs(nodes[i]! - value) < 1e-8))
        expect(found).toBeCloseTo(share, 8)
      }
      expect(sum(weights)).toBeCloseTo(1, 12)
    })

    test('Lanczos stops where the spectrum has been found', async () => {
      const { session, diagonal } = diagonalModel(subject)
      const distinct = [...new Set(diagonal)].sort((a, b) => a - b)
      const { values, steps } = await session.curvature.lanczos({ set }, { steps: 8, key })
      expect(steps).toBe(distinct.length)
      expect(normError(values, distinct)).toBeLessThan(1e-9)
    })

    test('the largest eigenvalues come with the axes as vectors', async () => {
      const { session, diagonal } = diagonalModel(subject)
      const options = { count: 2, tolerance: 1e-10, maxIterations: 10_000, key }
      const { values, vectors } = await session.curvature.topEigenpairs({ set }, options)
      expect(normError(values, [diagonal[6]!, diagonal[5]!])).toBeLessThan(1e-9)
      expect(Math.abs(vectors[6]!)).toBeCloseTo(1, 9)
      expect(Math.abs(vectors[8 + 5]!)).toBeCloseTo(1, 9)
    })
  })
}
