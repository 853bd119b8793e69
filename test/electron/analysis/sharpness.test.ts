import { describe, expect, it } from 'vitest'
import type { AnalysisContext } from '../../../electron/analysis/analysis'
import { spectrumEnds } from '../../../electron/analysis/lanczos'
import { filterNorms } from '../../../electron/analysis/local-sharpness'
import { projectedAscent, type Objective } from '../../../electron/analysis/projected-ascent'
import { analyseSharpness } from '../../../electron/analysis/sharpness'
import { loadEngine } from '../../../electron/engines'
import type { EngineSession } from '../../../electron/engines/engine'
import {
  hessianNorm,
  hessianSharpness,
  indicators,
  keskarSharpness,
  sharpnessAnalysis,
  sharpnessAnalysisSchema,
  type SharpnessResult,
  type SharpnessSpec,
} from '../../../shared/analyses/sharpness'
import type { RunId } from '../../../shared/api/ids'
import type { RunStatus, RunSummary } from '../../../shared/api/records'
import { euclideanNorm } from '../../../shared/math/vectors'
import { parameterLayout } from '../../../shared/models/model'
import { largestError } from '../../golden/closeness'
import { golden, type SharpnessCase } from '../../golden/golden'
import { runSpec, samplesOf, single } from './golden-run'

type Context = AnalysisContext<SharpnessSpec, SharpnessResult>

const engine = loadEngine()

function sessionOf(one: SharpnessCase, weights: Float64Array): EngineSession {
  const { model, loss, optimizer } = runSpec(one)
  const session = engine.createSession({ model, loss, optimizer, precision: 'float64' })
  const { training, test } = samplesOf(one)
  session.setSamples('training', training)
  session.setSamples('test', test)
  session.setParameters(weights)
  if (one.buffers) session.setBuffers(single(one.buffers))
  return session
}

interface Asked {
  status?: RunStatus
  weights?: Float64Array
  progress?: Context['progress']
}

function contextOf(one: SharpnessCase, spec: Partial<SharpnessSpec>, asked: Asked = {}): Context {
  const { status = 'finished', weights = single(one.parameters), progress = () => undefined } = asked
  const run = { runId: 'r00000001' as RunId, label: 'A run', spec: runSpec(one), status } as RunSummary
  const buffers = one.buffers ? { buffers: single(one.buffers) } : {}
  const usual = { epsilon: one.plain.radius, relativeEpsilon: one.normalized.radius, samples: one.samples, seed: 3 }
  return {
    spec: { ...sharpnessAnalysisSchema.parse(usual), ...spec },
    runs: [{ run, snapshots: [{ step: 1, epoch: 1, parameters: weights, ...buffers }] }],
    engine,
    threads: 1,
    createSession: () => Promise.resolve(sessionOf(one, weights)),
    readSamples: () => Promise.resolve(samplesOf(one)),
    progress,
    previous: undefined,
    signal: new AbortController().signal,
  }
}

const careful = { ascent: { starts: 4, steps: 100 }, lanczosSteps: 300, probes: 400 }

describe.each(golden('sharpness').map((one) => [one.name, one] as const))('sharpness of a network: %s', (_, one) => {
  const asked = analyseSharpness(contextOf(one, careful))

  it('spectra, norms and losses are those of PyTorch', async () => {
    const { result } = await asked
    for (const key of ['plain', 'normalized'] as const) {
      const { largestEigenvalue, smallestEigenvalue } = result[key]
      expect(largestEigenvalue).toBeCloseTo(one[key].largestEigenvalue, 8)
      expect(Math.max(largestEigenvalue, -smallestEigenvalue)).toBeCloseTo(
        Math.max(one[key].largestEigenvalue, -one[key].smallestEigenvalue),
        8,
      )
      expect(result[key].residual).toBeLessThan(1e-5 * hessianNorm(one[key] as never))
    }
    const norms = result.layerNorms.map(({ norm }) => norm)
    expect(largestError(norms, one.layerNorms)).toBeLessThan(1e-10)
    expect(result.spectralNormProduct).toBeCloseTo(one.spectralNormProduct, 9)
    expect(result.weightNorm).toBeCloseTo(one.weightNorm, 10)
    expect([result.samples, result.loss]).toEqual([one.samples, expect.closeTo(one.lossValue, 10)])
    expect([result.trainLoss, result.testLoss]).toEqual([
      expect.closeTo(one.trainLoss, 10),
      expect.closeTo(one.testLoss, 10),
    ])
    expect(largestError(filterNorms(one.model, single(one.parameters)), one.filterNorms)).toBeLessThan(1e-12)
  })

  it('the trace is within four of its standard errors', async () => {
    const { result } = await asked
    for (const key of ['plain', 'normalized'] as const) {
      const { trace, traceError } = result[key]
      expect(Math.abs(trace - one[key].trace)).toBeLessThan(4 * traceError)
      expect(traceError).toBeLessThan(0.5 * hessianNorm(one[key] as never))
    }
  })

  it('the indicators are made of these', async () => {
    const { result, summary } = await asked
    const { plain, normalized, lossValue } = one
    expect(summary.hessianSharpness).toBeCloseTo(
      (hessianNorm(plain as never) * plain.radius ** 2) / 2 / (1 + lossValue),
      9,
    )
    expect(summary.hessianSharpnessNormalized).toBeCloseTo(
      (hessianNorm(normalized as never) * normalized.radius ** 2) / 2 / (1 + lossValue),
      9,
    )
    expect(summary.ballSharpness).toBe((100 * (result.plain.highestLoss - result.loss)) / (1 + result.loss))
    expect(summary.lossGap).toBeCloseTo(one.testLoss - one.trainLoss, 9)
    expect('accuracyGap' in summary).toBe(one.labels !== undefined)
  })

  it.each(['plain', 'normalized'] as const)(
    'the highest loss in the ball is no lower than what PyTorch finds from the same start: %s',
    async (key) => {
      const weights = single(one.parameters)
      const scale = key === 'plain' ? weights.map(() => 1) : Float64Array.from(one.filterNorms)
      const { radius, highestLoss } = one[key]
      const moved = single(one.direction).map((value, i) => (scale[i]! > 0 ? value : 0))
      const length = euclideanNorm(moved)
      const session = sessionOf(one, weights)
      const objective: Objective = async (point) => {
        session.setParameters(weights.map((weight, i) => weight + scale[i]! * point[i]!))
        const { loss, gradient } = await session.curvature.lossAndGradient({ set: 'training', samples: one.samples })
        return { value: loss, gradient: gradient.map((slope, i) => slope * scale[i]!) }
      }
      const start = moved.map((value) => (value / length) * radius)
      const found = await projectedAscent(objective, start, { radius, steps: 200 })
      session.dispose()
      expect(euclideanNorm(found.point)).toBeLessThanOrEqual(radius * (1 + 1e-12))
      expect(found.value).toBeGreaterThan(highestLoss - 1e-7)
      const { result } = await asked
      expect(result[key].highestLoss).toBeGreaterThan(highestLoss - 1e-3 * Math.abs(highestLoss))
    },
  )
})

describe('the highest value in a ball', () => {
  // ½ Σ dᵢ uᵢ² + Σ bᵢ uᵢ
  const quadratic =
    (diagonal: readonly number[], linear: readonly number[]): Objective =>
    (point) => {
      const gradient = point.map((u, i) => diagonal[i]! * u + linear[i]!)
      const value = point.reduce((sum, u, i) => sum + (diagonal[i]! * u ** 2) / 2 + linear[i]! * u, 0)
      return Promise.resolve({ value, gradient })
    }

  it('of a quadratic function is that along its first eigenvector', async () => {
    const objective = quadratic([5, -20, 4.5, 1], [0, 0, 0, 0])
    const { value, point } = await projectedAscent(objective, Float64Array.of(0.1, 0.1, 0.1, 0.1), {
      radius: 0.7,
      steps: 300,
    })
    expect(value).toBeCloseTo((5 * 0.7 ** 2) / 2, 4)
    expect(Math.abs(point[0]!)).toBeCloseTo(0.7, 1)
  })

  it('of a slope is at its end, and of a summit within the ball at the summit', async () => {
    const slope = await projectedAscent(quadratic([0, 0], [3, 4]), new Float64Array(2), { radius: 2, steps: 20 })
    expect(slope.value).toBeCloseTo(10, 12)
    const summit = await projectedAscent(quadratic([-2, -4], [1, 1]), new Float64Array(2), { radius: 5, steps: 300 })
    expect(summit.value).toBeCloseTo(1 / 4 + 1 / 8, 6)
  })

  it('takes no more steps than it may, and stays where there is no slope', async () => {
    let calls = 0
    const counted: Objective = (point) => (calls++, quadratic([5, 4.9], [0, 0])(point))
    await projectedAscent(counted, Float64Array.of(0.1, 1), { radius: 1, steps: 7 })
    expect(calls).toBe(7)
    const flat = await projectedAscent(quadratic([1, 1], [0, 0]), new Float64Array(2), { radius: 1, steps: 7 })
    expect([flat.value, ...flat.point]).toEqual([0, 0, 0])
  })
})

describe('both ends of a spectrum', () => {
  const diagonalOf = (values: readonly number[]) => ({
    size: values.length,
    apply: (vector: Float64Array) => vector.map((value, i) => value * values[i]!),
  })
  const start = (size: number) => Float64Array.from({ length: size }, (_, i) => 1 + Math.sin(i + 1))

  it('are found among many eigenvalues, by far fewer steps than there are', async () => {
    const values = Array.from({ length: 2000 }, (_, i) => (i === 0 ? -3 : i === 1 ? 40 : Math.cos(i)))
    const ends = await spectrumEnds(engine, diagonalOf(values), { start: start(2000), steps: 60, tolerance: 1e-9 })
    expect([ends.smallest, ends.largest]).toEqual([expect.closeTo(-3, 6), expect.closeTo(40, 9)])
    expect(ends.residual).toBeLessThan(1e-7)
  })

  it('are exact where the start spans few eigenvalues, and zero for the zero matrix', async () => {
    const options = { start: start(6), steps: 50, tolerance: 0 }
    const few = await spectrumEnds(engine, diagonalOf([2, 2, 2, -5, -5, 1]), options)
    expect([few.smallest, few.largest]).toEqual([expect.closeTo(-5, 12), expect.closeTo(2, 12)])
    const none = await spectrumEnds(engine, diagonalOf([0, 0, 0, 0, 0, 0]), options)
    expect(none).toEqual({ smallest: 0, largest: 0, residual: 0 })
  })
})

describe('a measure of sharpness', () => {
  const one = golden('sharpness').find(({ name }) => name === 'dense, cross-entropy')!
  const few = { ascent: { starts: 2, steps: 15 }, lanczosSteps: 60, probes: 5 }

  /** First layer times `factor`, second divided by it: the same function for ReLU. */
  function rescaled(weights: Float64Array, factor: number): Float64Array {
    const [, second] = parameterLayout(one.model)
    const { weightOffset, biasOffset } = second!
    return weights.map((weight, i) => (i < weightOffset ? weight * factor : i < biasOffset ? weight / factor : weight))
  }

  it('is blind to a rescaling of layers where it is filter-normalised, and only there', async () => {
    const weights = single(one.parameters)
    const before = (await analyseSharpness(contextOf(one, few))).result
    const after = (await analyseSharpness(contextOf(one, few, { weights: rescaled(weights, 4) }))).result
    expect(after.testLoss).toBeCloseTo(before.testLoss, 10)
    for (const key of ['ballSharpnessNormalized', 'largestEigenvalueNormalized', 'traceNormalized'] as const) {
      expect(indicators[key].of(after) / indicators[key].of(before)).toBeCloseTo(1, 6)
    }
    expect(after.spectralNormProduct).toBeCloseTo(before.spectralNormProduct, 8)
    for (const key of ['ballSharpness', 'largestEigenvalue', 'trace', 'weightNorm'] as const) {
      expect(Math.abs(Math.log(indicators[key].of(after) / indicators[key].of(before)))).toBeGreaterThan(0.1)
    }
  })

  it('is the same for the same seed, and reports its progress', async () => {
    const shares: number[] = []
    const first = await analyseSharpness(contextOf(one, few, { progress: (share) => void shares.push(share) }))
    const second = await analyseSharpness(contextOf(one, few))
    expect(second.result).toEqual(first.result)
    const other = await analyseSharpness(contextOf(one, { ...few, seed: 4 }))
    expect(other.result.plain.trace).not.toBe(first.result.plain.trace)
    expect(shares.at(-1)).toBeLessThanOrEqual(1)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
  })

  it('takes all samples where there are fewer than asked for', async () => {
    const { result } = await analyseSharpness(contextOf(one, { ...few, samples: 1000 }))
    expect(result.samples).toBe(30)
    expect(result.loss).toBeCloseTo(one.trainLoss, 10)
  })

  it('refuses a run that diverged, by its name', async () => {
    await expect(analyseSharpness(contextOf(one, few, { status: 'diverged' }))).rejects.toMatchObject({
      code: 'engine/bad-data',
      message: 'A run diverged: it has no end to ask about',
    })
  })

  it('is of one run', () => {
    const spec = sharpnessAnalysisSchema.parse({ seed: 0 })
    const run = { label: 'A', spec: runSpec(one), parameterCount: 3 }
    expect(() => sharpnessAnalysis.check(spec, [run, run])).toThrow('measured of one run at a time, not of 2')
    expect(() => sharpnessAnalysis.check(spec, [run])).not.toThrow()
  })

  it('follows the definitions of its papers', () => {
    expect(keskarSharpness(1, 1.5)).toBe(25)
    expect(hessianSharpness(1, 8, 0.5)).toBe(0.5)
  })
})
