/** Critical points and surfaces beside what PyTorch and NumPy compute of the same weights (test/golden/make/surface_cases.py). */
import { describe, expect, it } from 'vitest'
import { minimalRatio, type CriticalPointResult } from '../../../shared/analyses/critical-point'
import { surfaceSchema, type SurfaceResult } from '../../../shared/analyses/error-surface'
import type { FunctionData, RunSpec } from '../../../shared/experiments/run-spec'
import type { Model } from '../../../shared/models/model'
import { largestError } from '../../golden/closeness'
import { golden } from '../../golden/golden'
import { ask, subject } from './ask'

function runSpec(model: Model, data: FunctionData): RunSpec {
  return {
    model,
    data,
    loss: 'mean-squared-error',
    optimizer: { type: 'sgd', learningRate: 1, momentum: 0 },
    epochs: 1,
    batchSize: 'full',
    evaluateEveryEpochs: 1,
    seed: 0,
  }
}

describe('a critical point', () => {
  it.each(golden('critical-point'))(
    '$name: Hessian eigenvalues and minimal ratios are those of PyTorch',
    async (given) => {
      const parameters = Float64Array.from(given.parameters)
      const run = subject('A', runSpec(given.model, given.data), [{ step: 1, epoch: 1, parameters }])
      const question = {
        targetNorm: 1e-3,
        tolerance: 1e-8,
        neighbours: { count: 0, radius: 1 },
        spectrum: 'exact',
        seed: 0,
      }
      const { result } = await ask<CriticalPointResult>('critical-point', question, [run])
      expect(largestError([result.loss], [given.lossValue])).toBeLessThan(1e-10)
      expect(largestError([result.gradientNorm], [given.gradientNorm])).toBeLessThan(1e-8)
      expect(result.reached).toBe(given.gradientNorm < 1e-3)
      expect(result.neighboursHigher).toBeNull()
      expect(largestError(result.eigenvalues, given.eigenvalues)).toBeLessThan(1e-9)
      for (const { tolerance, ratio } of given.minimalRatios) {
        expect(minimalRatio(result.eigenvalues, tolerance, null)).toBeCloseTo(ratio, 14)
      }
    },
  )
})

describe('an error surface', () => {
  it.each(golden('error-surface'))(
    'on $directions directions ($normalization) has the losses of PyTorch',
    async (given) => {
      const snapshots = given.snapshots.map((parameters, step) => ({
        step,
        epoch: step,
        parameters: Float64Array.from(parameters),
      }))
      const { directions, normalization, seed, resolution } = given
      const question = surfaceSchema.parse({ directions, normalization, seed, resolution })
      const run = subject('A', runSpec(given.model, given.data), snapshots)
      const { result } = await ask<SurfaceResult>('error-surface', question, [run])
      const expected = [...given.values]
      if (given.way) {
        expect(
          largestError(
            result.axes.map(({ explained }) => explained!),
            given.explained!,
          ),
        ).toBeLessThan(1e-10)
        // Axes have no sign of their own.
        const flips = [0, 1].map(
          (axis) => Math.sign(given.way![axis]!) !== Math.sign(result.points[0]!.coordinates[axis]!),
        )
        const way = given.way.map((value, i) => (flips[i % 2] ? -value : value))
        expect(
          largestError(
            result.points.flatMap(({ coordinates }) => coordinates),
            way,
          ),
        ).toBeLessThan(1e-9)
        const place = (index: number, flip: boolean | undefined): number => (flip ? resolution - 1 - index : index)
        given.values.forEach((value, at) => {
          const [x, y] = [place(at % resolution, flips[0]), place(Math.floor(at / resolution), flips[1])]
          expected[y * resolution + x] = value
        })
      }
      expect(largestError(result.values, expected)).toBeLessThan(1e-9)
    },
  )
})
