import { describe, expect, it } from 'vitest'
import type { AnalysisContext } from '../../../electron/analysis/analysis'
import { BatchNormStatistics } from '../../../electron/analysis/batch-norm-statistics'
import { Evaluator } from '../../../electron/analysis/evaluation'
import { analyseInterpolation } from '../../../electron/analysis/interpolation'
import { loadEngine } from '../../../electron/engines'
import type { InterpolationResult, InterpolationSpec } from '../../../shared/analyses/interpolation'
import type { RunId } from '../../../shared/api/ids'
import type { RunStatus, RunSummary } from '../../../shared/api/records'
import { largestError } from '../../golden/closeness'
import { golden, type InterpolationCase } from '../../golden/golden'
import { runSpec, samplesOf, single } from './golden-run'

type Context = AnalysisContext<InterpolationSpec, InterpolationResult>

const engine = loadEngine()

interface Asked {
  statuses?: readonly [RunStatus, RunStatus]
  weights?: readonly [number[], number[]]
  signal?: AbortSignal
  previous?: InterpolationResult
  progress?: Context['progress']
}

function contextOf(one: InterpolationCase, spec: InterpolationSpec, asked: Asked = {}): Context {
  const { statuses = ['finished', 'finished'], signal = new AbortController().signal, previous } = asked
  const weights = asked.weights ?? [one.parameters, one.secondParameters]
  const runs = weights.map((parameters, i) => ({
    run: { runId: `r0000000${i}` as RunId, label: `Run ${i}`, spec: runSpec(one), status: statuses[i] } as RunSummary,
    snapshots: [{ step: 1, epoch: 1, parameters: single(parameters) }],
  }))
  return {
    spec,
    runs,
    engine,
    threads: 1,
    createSession: () => Promise.reject(new Error('not asked for')),
    readSamples: () => Promise.resolve(samplesOf(one)),
    progress: asked.progress ?? (() => undefined),
    previous,
    signal,
  }
}

const even: InterpolationSpec = { from: -0.5, to: 1.5, count: 5, spacing: 'even' }

describe.each(golden('interpolation').map((one) => [one.name, one] as const))('between networks: %s', (_, one) => {
  // What networks predict, and so what batch normalisation is measured by, comes out of the core as float32.
  const tolerance = one.buffers ? 1e-6 : 1e-11

  it('loss and accuracy are those of PyTorch', async () => {
    const { result } = await analyseInterpolation(contextOf(one, even))
    expect([...result.alphas]).toEqual([-0.5, 0, 0.5, 1, 1.5])
    for (const point of one.points) {
      const index = result.alphas.indexOf(point.alpha)
      if (index < 0) continue
      const losses = [result.trainLoss[index]!, result.testLoss[index]!]
      expect(largestError(losses, [point.trainLoss, point.testLoss])).toBeLessThan(tolerance)
      expect([result.trainAccuracy[index], result.testAccuracy[index]]).toEqual(
        [point.trainAccuracy, point.testAccuracy].map((share) => (share === null ? NaN : expect.closeTo(share, 12))),
      )
    }
    const ends = one.points.filter(({ alpha }) => alpha === 0 || alpha === 1)
    const testLosses = (points: { testLoss: number }[]) => points.map(({ testLoss }) => testLoss)
    expect(largestError(testLosses(result.ends), testLosses(ends))).toBeLessThan(tolerance)
    expect(result.reestimated).toBe(one.buffers !== undefined)
  })

  it('goes on from what an earlier attempt had', async () => {
    const whole = await analyseInterpolation(contextOf(one, even))
    const previous = structuredClone(whole.result)
    previous.trainLoss[1] = NaN
    previous.trainLoss[3] = NaN
    previous.testLoss[0] = 77
    const shares: number[] = []
    const again = await analyseInterpolation(
      contextOf(one, even, { previous, progress: (share) => void shares.push(share) }),
    )
    expect(shares).toHaveLength(2)
    expect(again.result.testLoss[0]).toBe(77)
    expect(again.result.trainLoss).toEqual(whole.result.trainLoss)
  })
})

describe('statistics of batch normalisation', () => {
  const one = golden('interpolation').find(({ buffers }) => buffers)!

  it('are those of the whole training set, through residual blocks too', async () => {
    const context = contextOf(one, even)
    const statistics = new BatchNormStatistics(context, runSpec(one), samplesOf(one).training)
    for (const { alpha, buffers } of one.points) {
      const weights = single(one.parameters).map((w, i) => (1 - alpha) * w + alpha * single(one.secondParameters)[i]!)
      expect(largestError(await statistics.estimate(weights), buffers!)).toBeLessThan(1e-6)
    }
    statistics.dispose()
  })

  it('make the loss another than those of one end do', async () => {
    const context = contextOf(one, even)
    const evaluator = new Evaluator(context, runSpec(one), samplesOf(one))
    const weights = single(one.parameters)
    const { loss } = await evaluator.evaluate('training', weights, single(one.buffers!))
    evaluator.dispose()
    const anew = one.points.find(({ alpha }) => alpha === 0)!.trainLoss
    expect(Math.abs(loss - anew)).toBeGreaterThan(0.01)
  })
})

describe('an interpolation', () => {
  const [one] = golden('interpolation') as [InterpolationCase]

  it('refuses a run that diverged, or whose weights are no numbers, by its name', async () => {
    await expect(
      analyseInterpolation(contextOf(one, even, { statuses: ['finished', 'diverged'] })),
    ).rejects.toMatchObject({ code: 'engine/bad-data', message: 'Run 1 diverged: it has no end to ask about' })
    const broken = [NaN, ...one.parameters.slice(1)]
    await expect(
      analyseInterpolation(contextOf(one, even, { weights: [broken, one.parameters] })),
    ).rejects.toMatchObject({ message: 'Run 0: the weights it ended with are not finite numbers' })
  })

  it('ends when it is stopped', async () => {
    const stop = new AbortController()
    const progress = () => stop.abort()
    await expect(analyseInterpolation(contextOf(one, even, { signal: stop.signal, progress }))).rejects.toMatchObject({
      code: 'engine/canceled',
    })
  })

  it('says how far apart the two are and what rises between them', async () => {
    const { summary } = await analyseInterpolation(contextOf(one, even))
    const second = single(one.secondParameters)
    const squares = single(one.parameters).reduce((sum, w, i) => sum + (second[i]! - w) ** 2, 0)
    expect(summary).toEqual({
      testLossAt0: expect.closeTo(one.points[1]!.testLoss, 10),
      testLossAt1: expect.closeTo(one.points[4]!.testLoss, 10),
      barrier: expect.any(Number),
      distance: expect.closeTo(Math.sqrt(squares), 10),
    })
    const middle = one.points.find(({ alpha }) => alpha === 0.5)!.trainLoss
    const onStraightLine = (one.points[1]!.trainLoss + one.points[4]!.trainLoss) / 2
    expect(summary.barrier).toBeCloseTo(Math.max(0, middle - onStraightLine), 10)
  })
})
