import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countSigns,
  criticalPointAnalysis,
  hessianProblem,
  minimalRatio,
  mostHessianParameters,
  type CriticalPointSpec,
} from '../../../shared/analyses/critical-point'
import type { AnalysedRun } from '../../../shared/analyses/kind'

describe('the minimal ratio', () => {
  it('counts what is within the tolerance of the largest as neither positive nor negative', () => {
    const eigenvalues = Float64Array.of(-4, -1e-3, 0, 1e-3, 2, 8)
    expect(countSigns(eigenvalues, 0, null)).toEqual({ positive: 3, zero: 1, negative: 2 })
    expect(countSigns(eigenvalues, 2e-4, null)).toEqual({ positive: 2, zero: 3, negative: 1 })
    // Exactly at the limit is zero.
    expect(countSigns(eigenvalues, 0.5, null)).toEqual({ positive: 1, zero: 5, negative: 0 })
    expect(minimalRatio(eigenvalues, 2e-4, null)).toBe(2 / 6)
    expect(minimalRatio(new Float64Array(3), 0, null)).toBe(0)
  })

  it('is the sum of the weights of an estimate', () => {
    expect(minimalRatio(Float64Array.of(-1, 0.5, 2), 1e-8, Float64Array.of(0.25, 0.5, 0.25))).toBe(0.75)
  })

  it('is 1 where all are positive, and only falls as the tolerance grows', () => {
    const number = fc.double({ min: -1e3, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), (values) => {
        const eigenvalues = Float64Array.from(values).sort()
        const ratios = [0, 1e-8, 1e-3, 0.1, 0.9].map((tolerance) => minimalRatio(eigenvalues, tolerance, null))
        expect(ratios).toEqual([...ratios].sort((a, b) => b - a))
        const { positive, zero, negative } = countSigns(eigenvalues, 1e-3, null)
        expect(positive + zero + negative).toBe(values.length)
        const shifted = eigenvalues.map((value) => value + 2e3)
        expect(minimalRatio(shifted, 1e-8, null)).toBe(1)
      }),
    )
  })
})

describe('a Hessian too large for memory', () => {
  const question = (spectrum: CriticalPointSpec['spectrum']): CriticalPointSpec => ({
    targetNorm: 1e-5,
    tolerance: 1e-8,
    neighbours: { count: 1, radius: 1 },
    spectrum,
    seed: 0,
  })
  const run = (parameterCount: number) => ({ label: 'CNN, seed 0', parameterCount }) as AnalysedRun

  it('is refused before it starts, with the gigabytes and what to do instead', () => {
    expect(mostHessianParameters).toBe(9128)
    expect(hessianProblem(9128)).toBeUndefined()
    expect(hessianProblem(101_770)).toBe(
      'the exact Hessian of 101,770 parameters needs 249 GB of memory, and at most 2.0 GB (9,128 parameters) are taken; ' +
        "choose the Lanczos density ('lanczos') instead",
    )
    expect(() => criticalPointAnalysis.check(question('exact'), [run(1_070_794)])).toThrow(
      /^CNN, seed 0: the exact Hessian of 1,070,794 parameters needs 27,518 GB/,
    )
  })

  it('does not matter to the estimated density', () => {
    expect(() => criticalPointAnalysis.check(question('lanczos'), [run(1_070_794)])).not.toThrow()
    expect(() => criticalPointAnalysis.check(question('exact'), [run(9128)])).not.toThrow()
  })
})
