import { describe, expect, it } from 'vitest'
import { Estimator } from '../../../electron/lab/estimator'
import type { NewAnalysis, NewRun, PastCosts } from '../../../shared/api/store-api'
import type { GradientPhase } from '../../../shared/experiments/run-spec'
import { analysisKinds } from '../../../shared/analyses/registry'
import { unitCount } from '../../../shared/models/model'
import { optimizerWithDefaults, type Optimizer } from '../../../shared/models/optimizer'
import { fakeRun } from '../../support/fake-training'

/** A run of a network with so many hidden units, and so many steps. */
function run(units: number, totalSteps = 1000, seed = 0): NewRun {
  const plain = fakeRun('r1')
  const hidden = { type: 'dense', units, activation: 'tanh' } as const
  return {
    ...plain,
    totalSteps,
    // Evaluations are for a test of their own.
    spec: {
      ...plain.spec,
      seed,
      evaluateEveryEpochs: 1_000_000,
      model: { ...plain.spec.model, layers: [hidden, ...plain.spec.model.layers] },
    },
  }
}

function estimatorWith(stepMs: number, cores = 2): { estimator: Estimator; measured: number[] } {
  const measured: number[] = []
  const measureStep = async ({ model }: NewRun['spec']) => {
    measured.push(unitCount(model) - 1)
    return stepMs
  }
  return { estimator: new Estimator(measureStep, cores), measured }
}

/** Of processes, at most. */
const startMs = 1000

describe('the estimate of a plan', () => {
  it('adds up steps at their measured time, spread over the cores', async () => {
    const { estimator } = estimatorWith(2)
    const { runs, steps, timeMs, models } = await estimator.estimate([run(10), run(20)])
    expect({ runs, steps, models }).toEqual({
      runs: 2,
      steps: 2000,
      models: [
        { label: '1-10-1', parameterCount: 2 },
        { label: '1-20-1', parameterCount: 2 },
      ],
    })
    expect(timeMs).toBeGreaterThanOrEqual(2000)
    expect(timeMs).toBeLessThan(2200 + startMs)
  })

  it('does not spread one run over several cores', async () => {
    const { estimator } = estimatorWith(2, 8)
    expect((await estimator.estimate([run(10)])).timeMs).toBeGreaterThanOrEqual(2000)
  })

  it('times each distinct network once, however often it is asked', async () => {
    const { estimator, measured } = estimatorWith(1)
    await estimator.estimate([run(10), run(10, 500, 1), run(20)])
    await estimator.estimate([run(20), run(10)])
    expect(measured).toEqual([10, 20])
  })

  it('scales what it does not time by the arithmetic of the nearest network', async () => {
    const { estimator, measured } = estimatorWith(1)
    const many = Array.from({ length: 40 }, (_, i) => run(10 + i))
    await estimator.estimate(many)
    expect(measured.length).toBeLessThan(40)
    // 49 units do 49 / 25 of the work of 25, the last one that was timed.
    expect(estimator.stepMs(run(49).spec)).toBeCloseTo(49 / measured.at(-1)!, 1)
  })

  it('believes a whole run more than a few steps, unless it was over too soon', async () => {
    const { estimator } = estimatorWith(5)
    await estimator.estimate([run(10)])
    estimator.learn(run(10).spec, 1000, 100, 1)
    expect(estimator.stepMs(run(10).spec)).toBe(5)
    estimator.learn(run(10).spec, 1000, 2000, 1)
    expect(estimator.stepMs(run(10).spec)).toBe(2)
  })

  it('lets the cores wait for the longest run, and gives a single one all of them', async () => {
    const { estimator } = estimatorWith(1, 2)
    const short = Array.from({ length: 4 }, (_, i) => run(10, 1000, i))
    const time = async (...runs: NewRun[]) => (await estimator.estimate(runs)).timeMs
    expect(await time(...short)).toBeLessThan(2000 + startMs)
    expect(await time(...short, run(10, 10_000, 4))).toBeGreaterThanOrEqual(12_000)
    const large = { ...run(100_000, 1000), spec: { ...run(100_000).spec, batchSize: 100 as const } }
    expect(await time(large)).toBeLessThan(1000 + startMs - 300)
    expect(await time(large, { ...large, spec: { ...large.spec, seed: 1 } })).toBeGreaterThan(1000)
  })

  it('counts what will be stored: two numbers a step at least', async () => {
    const { estimator } = estimatorWith(1)
    const [short, long] = [await estimator.estimate([run(10, 1000)]), await estimator.estimate([run(10, 1_001_000)])]
    expect(long.storedBytes - short.storedBytes).toBeGreaterThanOrEqual(1_000_000 * 2 * 4)
  })
})

describe('the estimate of what is kept along runs', () => {
  const record = { snapshots: { every: 3, unit: 'epoch' as const } }
  /** Ten epochs of ten steps. */
  function recorded(changes: Partial<NewRun['spec']>, totalSteps = 100): NewRun {
    const plain = run(10, totalSteps)
    return { ...plain, stepsPerEpoch: 10, spec: { ...plain.spec, batchSize: 1, ...changes } }
  }

  it('counts the weights before the first step, every third epoch, and at the end', async () => {
    const { estimator } = estimatorWith(1)
    const bytes = async (changes: Partial<NewRun['spec']>, steps?: number) =>
      (await estimator.estimate([recorded(changes, steps), recorded(changes, steps)])).snapshotBytes
    const weights = 2 * 4
    expect(await bytes({})).toBe(2 * weights)
    expect(await bytes({ record })).toBe(2 * 5 * weights)
    expect(await bytes({ record, precision: 'float64' })).toBe(2 * 5 * 2 * weights)
    const gradientPhase = {
      switchAt: { at: 'epoch', epoch: 10 },
      method: 'lbfgs',
      targetNorm: 0,
      maxSteps: 50,
    } as const
    expect(await bytes({ record, gradientPhase }, 150)).toBe(2 * 6 * 2 * weights)
  })

  it('has room for the gradients of layers and of the whole set, and time for the latter', async () => {
    const { estimator } = estimatorWith(1)
    const [plain, layers, full] = [{}, { layerGradients: true }, { fullGradientEvery: 10 }].map((kept) =>
      recorded({ record: kept }),
    )
    const of = async (one: NewRun | undefined) => estimator.estimate([one!])
    expect((await of(layers)).storedBytes - (await of(plain)).storedBytes).toBe(100 * 2 * 4)
    expect((await of(full)).storedBytes - (await of(plain)).storedBytes).toBe(10 * 16)
    // Ten gradients of all samples, which are timed as steps of their own.
    expect((await of(full)).timeMs - (await of(plain)).timeMs).toBeCloseTo(10, 6)
  })

  it('counts the second phase, and learns no speed of steps from runs with one', async () => {
    const { estimator } = estimatorWith(1)
    const gradientPhase = { switchAt: { at: 'epoch', epoch: 10 }, method: 'adam', targetNorm: 0, maxSteps: 50 } as const
    const [plain, phased] = [recorded({ precision: 'float64' }), recorded({ gradientPhase }, 150)]
    const { steps, timeMs } = await estimator.estimate([phased])
    expect(steps).toBe(150)
    expect(timeMs).toBeGreaterThan((await estimator.estimate([plain])).timeMs)
    // In each step of it a gradient and a product with the Hessian, which costs two.
    expect(estimator.meanStepMs(phased)! * 150).toBeCloseTo(100 + 50 * 3, 6)
    estimator.learn(phased.spec, 150, 1e6, 1)
    expect(estimator.stepMs(plain.spec)).toBe(1)
  })

  it('counts gradients beside the steps by a gradient, however dear a step of the optimiser is', async () => {
    const measureStep = async ({ optimizer }: NewRun['spec']) => (optimizer.type === 'levenberg-marquardt' ? 500 : 1)
    const estimator = new Estimator(measureStep, 1)
    const gradientPhase = {
      switchAt: { at: 'epoch', epoch: 10 },
      method: 'levenberg-marquardt',
      targetNorm: 0,
      maxSteps: 1000,
    } as const
    const optimizer = optimizerWithDefaults('levenberg-marquardt')
    const searched = recorded({ optimizer, batchSize: 'full', gradientPhase }, 1010)
    const steps = 10 * 500
    // A method that arrives, arrives in tens of steps, each of some gradients.
    const { timeMs } = await estimator.estimate([searched])
    expect(timeMs).toBeGreaterThan(steps)
    expect(timeMs).toBeLessThan(steps + 60 * 3 + startMs)
  })

  it('says at most how long a search takes, where its end depends on what it finds', async () => {
    const { estimator } = estimatorWith(1, 1)
    const searched = (method: GradientPhase['method'], type: Optimizer['type'] = 'sgd') => {
      const gradientPhase = { switchAt: { at: 'epoch', epoch: 10 }, method, targetNorm: 0, maxSteps: 1000 } as const
      const changes = { gradientPhase, optimizer: optimizerWithDefaults(type, 0.1), batchSize: 'full' } as const
      return estimator.estimate([recorded(changes, 1010)])
    }
    expect((await estimator.estimate([recorded({})])).mostMs).toBeNull()
    const newton = await searched('newton')
    expect(newton.mostMs! / newton.timeMs).toBeGreaterThan(3)
    // From where a training ended that knows the curvature it is not far; Adam seldom arrives.
    const fromThere = await searched('newton', 'levenberg-marquardt')
    expect(fromThere.timeMs).toBeLessThan(newton.timeMs)
    const adam = await searched('adam')
    expect(adam.mostMs).toBe(adam.timeMs)
  })

  it('counts evaluations between epochs, once: a speed that was learnt has them out', async () => {
    const { estimator } = estimatorWith(1)
    const often = recorded({ evaluateEveryEpochs: 1 })
    const { timeMs } = await estimator.estimate([often])
    expect(timeMs).toBeGreaterThan((await estimator.estimate([recorded({})])).timeMs)
    estimator.learn(often.spec, 100, 100 * timeMs, 1)
    const learnt = await estimator.estimate([often])
    expect(learnt.timeMs / (100 * timeMs)).toBeCloseTo(1, 1)
  })
})

describe('the estimate of analyses', () => {
  const analysis = (kind: NewAnalysis['kind'], spec: object): NewAnalysis => {
    const parsed = analysisKinds[kind].schema.parse(spec)
    return {
      analysisId: 'a1' as never,
      position: 0,
      kind,
      label: '',
      group: '',
      groupIndex: 0,
      facet: '',
      spec: parsed,
      runIds: [],
    }
  }

  it('is part of the time, more for more questions, also where nothing is trained', async () => {
    const { estimator } = estimatorWith(1, 1)
    const asked = run(10)
    const of = async (count: number) => {
      const question = { ...analysis('interpolation', { count }), runIds: [asked.runId, asked.runId] }
      return (await estimator.estimate([], [question], new Map([[asked.runId, asked]]))).timeMs
    }
    expect(await of(41)).toBeGreaterThan(0)
    expect(await of(801)).toBeGreaterThan(2 * (await of(401)) * 0.8)
    const both = await estimator.estimate([asked], [{ ...analysis('sensitivity', {}), runIds: [asked.runId] }])
    expect(both.analyses).toBe(1)
    expect(both.timeMs).toBeGreaterThan((await estimator.estimate([asked])).timeMs)
  })
})

describe('what earlier runs and analyses took', () => {
  const searched = (seed: number): NewRun => {
    const gradientPhase = { switchAt: { at: 'step', step: 10 }, method: 'newton', targetNorm: 0, maxSteps: 50 } as const
    const plain = run(10, 60, seed)
    return { ...plain, spec: { ...plain.spec, gradientPhase } }
  }
  const asked = run(10)
  const question = { kind: 'sensitivity', spec: { samples: 10 } } as const
  const past: PastCosts = {
    runs: [4000, 5000, 90_000].map((durationMs, seed) => ({
      spec: searched(seed).spec,
      steps: 20,
      durationMs,
      siblings: 3,
    })),
    analyses: [{ ...question, asked: asked.spec, runs: 1, durationMs: 7000, siblings: 4 }],
  }

  function informed(): { estimator: Estimator; reads: () => number } {
    let reads = 0
    const read = async () => (reads++, past)
    return { estimator: new Estimator(async () => 1, 1, read), reads: () => reads }
  }

  it('is what the next ones take: of searches, which differ by chance, what the middle one took', async () => {
    const { estimator, reads } = informed()
    const { timeMs, mostMs } = await estimator.estimate([searched(77)])
    expect(timeMs).toBeGreaterThan(5000)
    expect(timeMs).toBeLessThan(5000 + startMs)
    expect(mostMs).toBeGreaterThanOrEqual(timeMs)
    await estimator.estimate([searched(78)])
    expect(reads()).toBe(1)
  })

  it('is what the same question to another run of the kind takes', async () => {
    const { estimator } = informed()
    const planned = { analysisId: 'a1' as never, position: 0, label: '', group: '', groupIndex: 0, facet: '' }
    const other = run(10, 1000, 5)
    const ask = async (spec: object, runs: NewRun[]) => {
      const analysis: NewAnalysis = { ...planned, ...question, spec, runIds: runs.map(({ runId }) => runId) }
      return (await estimator.estimate([], [analysis], new Map(runs.map((one) => [one.runId, one])))).timeMs
    }
    expect(await ask(question.spec, [other])).toBeGreaterThan(7000)
    expect(await ask(question.spec, [other])).toBeLessThan(7000 + startMs)
    expect(await ask({ samples: 11 }, [other])).toBeLessThan(7000)
    expect(await ask(question.spec, [run(11)])).toBeLessThan(7000)
  })

  it('counts the cores that a run had, so that many beside each other are not taken for as fast', async () => {
    const alone = { ...run(100_000, 1000), spec: { ...run(100_000).spec, batchSize: 100 as const } }
    const step = async (siblings: number) => {
      const runs = [{ spec: alone.spec, steps: 1000, durationMs: 1000, siblings }]
      const estimator = new Estimator(
        async () => 50,
        5,
        async () => ({ runs, analyses: [] }),
      )
      await estimator.estimate([alone])
      return estimator.stepMs(alone.spec)
    }
    expect(await step(5)).toBe(1)
    expect(await step(1)).toBe(4)
  })
})
