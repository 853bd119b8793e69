import { describe, expect, it } from 'vitest'
import { minimalRatio, type CriticalPointResult, type CriticalPointSpec } from '../../../shared/analyses/critical-point'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import type { RunSpec } from '../../../shared/experiments/run-spec'
import { ask, subject, trained } from './ask'

const question: CriticalPointSpec = {
  targetNorm: 1e-6,
  tolerance: 1e-8,
  neighbours: { count: 20, radius: 1e-3 },
  spectrum: 'exact',
  seed: 3,
}

function runSpec(changes: Partial<RunSpec> = {}): RunSpec {
  return {
    model: {
      inputSize: 1,
      layers: [
        { type: 'dense', units: 6, activation: 'tanh' },
        { type: 'dense', units: 1, activation: 'linear' },
      ],
      initialization: 'glorot-uniform',
    },
    data: { type: 'function', expression: 'cos(x)', domain: [-3, 3], points: 64, noise: 0, sampling: 'grid' },
    loss: 'mean-squared-error',
    optimizer: { type: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    epochs: 50,
    batchSize: 'full',
    evaluateEveryEpochs: 10,
    seed: 1,
    ...changes,
  }
}

const newton = { switchAt: { at: 'epoch', epoch: 50 }, method: 'newton', targetNorm: 1e-6, maxSteps: 500 } as const

describe('the analysis of a critical point', () => {
  it('finds the norm at its target, all eigenvalues, and the same with any number of threads', async () => {
    const run = await trained('A', runSpec({ gradientPhase: newton }))
    const { result, summary } = await ask<CriticalPointResult>('critical-point', question, [run])
    expect(result).toMatchObject({ reached: true, method: 'newton', parameterCount: 19, neighbours: 20, weights: null })
    expect(result.eigenvalues).toHaveLength(19)
    expect([...result.eigenvalues].sort((a, b) => a - b)).toEqual([...result.eigenvalues])
    expect(summary).toMatchObject({ reached: true, tolerance: 1e-8, exact: true, loss: result.loss })
    const { positive, zero, negative } = summary as Record<string, number>
    expect(positive! + zero! + negative!).toBe(19)
    expect(summary['minimalRatio']).toBe(minimalRatio(result.eigenvalues, 1e-8, null))
    const again = await ask('critical-point', question, [run], { threads: 2 })
    expect(again.result).toEqual(result)
  })

  it('says that a training without a second phase did not reach the target', async () => {
    const { result } = await ask<CriticalPointResult>('critical-point', question, [await trained('A', runSpec())])
    expect(result).toMatchObject({ reached: false, method: null })
    expect(result.gradientNorm).toBeGreaterThan(1e-6)
  })

  it('finds no lower neighbour at a minimum of a linear model, and half of them lower on a slope', async () => {
    const linear = runSpec({
      model: { ...runSpec().model, layers: [{ type: 'dense', units: 1, activation: 'linear' }] },
    })
    const neighbours = { count: 200, radius: 1e-4 }
    const atMinimum = await trained('A', { ...linear, gradientPhase: { ...newton, targetNorm: 1e-12 } })
    const minimum = await ask<CriticalPointResult>('critical-point', { ...question, neighbours }, [atMinimum])
    expect(minimum.result.neighboursHigher).toBe(1)
    expect(minimum.summary['minimalRatio']).toBe(1)
    const slope = await ask<CriticalPointResult>('critical-point', { ...question, neighbours }, [
      subject('B', linear, [{ step: 0, epoch: 0, parameters: Float64Array.of(3, 1) }]),
    ])
    expect(slope.result.neighboursHigher).toBeGreaterThan(0.35)
    expect(slope.result.neighboursHigher).toBeLessThan(0.65)
    const other = await ask<CriticalPointResult>('critical-point', { ...question, neighbours, seed: 4 }, [
      subject('B', linear, [{ step: 0, epoch: 0, parameters: Float64Array.of(3, 1) }]),
    ])
    expect(other.result.eigenvalues).toEqual(slope.result.eigenvalues)
    expect(other.result.neighboursHigher).not.toBe(slope.result.neighboursHigher)
  })

  it('estimates what the whole Hessian would give', async () => {
    const run = await trained('A', runSpec({ gradientPhase: newton }))
    const exact = await ask<CriticalPointResult>('critical-point', question, [run])
    const { result, summary } = await ask<CriticalPointResult>('critical-point', { ...question, spectrum: 'lanczos' }, [
      run,
    ])
    const { weights, eigenvalues } = result
    expect(weights!.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
    // As many Lanczos steps as parameters: the ends of the spectrum are found.
    expect(eigenvalues.at(-1)! / exact.result.eigenvalues.at(-1)!).toBeCloseTo(1, 6)
    expect(summary).toMatchObject({ exact: false })
    const ratio = (tolerance: number): number => minimalRatio(eigenvalues, tolerance, weights)
    expect(Math.abs(ratio(1e-4) - minimalRatio(exact.result.eigenvalues, 1e-4, null))).toBeLessThan(0.15)
  })

  it('refuses weights that are not finite, with the run and why', async () => {
    const spec = runSpec()
    const broken = subject('Deep, seed 7', spec, [{ step: 12, epoch: 12, parameters: new Float64Array(19).fill(NaN) }])
    broken.run.status = 'diverged'
    await expect(ask('critical-point', question, [broken])).rejects.toThrow(
      'Deep, seed 7: it diverged, and its weights at step 12 are not finite numbers',
    )
  })

  it('ends when it is stopped', async () => {
    const run = await trained('A', runSpec({ epochs: 1 }))
    const stopped = ask('critical-point', { ...question, neighbours: { count: 10_000, radius: 1e-3 } }, [run], {
      onReport: (_, job) => job.stop(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'engine/canceled' })
  })

  it('is asked of each run of a reduced preset', async () => {
    const kind = experimentKinds['critical-point']
    const spec = parseSpec('critical-point', {
      models: [{ label: 'small', hidden: 'dense 5 tanh' }],
      training: { epochs: 20 },
      seeds: 2,
      search: { methods: ['newton', 'lbfgs'], maxSteps: 5 },
    })
    const { runs, analyses = [] } = kind.plan(spec)
    expect(analyses.map(({ label }) => label)).toEqual(runs.map(({ label }) => label))
    for (const { spec: asked, runs: positions } of analyses) {
      const planned = runs[positions[0] as number]!
      const { result } = await ask<CriticalPointResult>('critical-point', asked, [
        await trained(planned.label, planned.spec),
      ])
      expect(result.method).toBe(planned.spec.gradientPhase!.method)
      expect(Number.isFinite(result.loss)).toBe(true)
    }
  })
})
