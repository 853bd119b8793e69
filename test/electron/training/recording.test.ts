/** What a training job keeps along the way, and its second phase, which minimises the gradient norm. */
import { describe, expect, it } from 'vitest'
import { loadEngine } from '../../../electron/engines/index'
import { TrainingJob } from '../../../electron/training/job'
import { runSamples } from '../../../electron/datasets/run-samples'
import {
  layerSeriesName,
  type GradientPhase,
  type RunSpec,
  type SeriesName,
} from '../../../shared/experiments/run-spec'
import { courseOf, snapshotCount } from '../../../shared/experiments/run-course'
import type { RunId } from '../../../shared/api/ids'
import type { RunBatch, Snapshot } from '../../../shared/api/store-api'
import { checkBatch, type RunEnd } from '../../../electron/store/batch-check'

const engine = loadEngine()

const spec: RunSpec = {
  model: {
    inputSize: 1,
    layers: [
      { type: 'dense', units: 8, activation: 'tanh' },
      { type: 'dense', units: 1, activation: 'linear' },
    ],
    initialization: 'pytorch',
  },
  data: { type: 'function', expression: 'sin(3*x)', domain: [-1, 1], points: 50, noise: 0.01, sampling: 'grid' },
  loss: 'mean-squared-error',
  optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  epochs: 10,
  batchSize: 16,
  evaluateEveryEpochs: 4,
  seed: 3,
}
const stepsPerEpoch = 4

interface Recorded {
  job: TrainingJob
  batches: RunBatch[]
  snapshots: Snapshot[]
}

/** @param isStored - whether the lab answers for each snapshot at once */
function jobOf(changes: Partial<RunSpec> = {}, isStored = true): Recorded {
  const [batches, snapshots]: [RunBatch[], Snapshot[]] = [[], []]
  const argument = { runId: 'r00000000' as RunId, spec: { ...spec, ...changes }, datasetFolders: [], threads: 1 }
  let before: RunEnd = { steps: 0, epochs: 0, series: new Map(), lastFrame: null }
  const job = new TrainingJob(engine, argument, {
    onBatch: (batch) => {
      // What the store would refuse.
      const series = new Map([...before.series, ...checkBatch(batch, before)])
      before = { steps: batch.steps, epochs: batch.epochs, series, lastFrame: batch.frames.at(-1) ?? before.lastFrame }
      batches.push(batch)
    },
    onSnapshot: (snapshot) => {
      snapshots.push(snapshot)
      if (isStored) queueMicrotask(() => job.snapshotStored())
    },
    onCheckpoint: () => undefined,
  })
  return { job, batches, snapshots }
}

function series(batches: readonly RunBatch[], name: SeriesName): { steps: number[]; values: number[] } {
  const parts = batches.flatMap((batch) => batch.series.filter((one) => one.name === name))
  const steps = parts.flatMap(({ firstStep, steps: given, values }) =>
    given ? [...given] : Array.from(values, (_, i) => firstStep! + i),
  )
  return { steps, values: parts.flatMap(({ values }) => [...values]) }
}

/** The job of an unchanged spec, to compare with. */
async function plainRun(changes: Partial<RunSpec> = {}) {
  const { job, batches } = jobOf(changes)
  return { outcome: await job.run(), batches }
}

describe('snapshots along a run', () => {
  it.each([
    ['epochs', { every: 3, unit: 'epoch' }, [0, 12, 24, 36]],
    ['epochs that end with the last', { every: 5, unit: 'epoch' }, [0, 20]],
    ['steps', { every: 7, unit: 'step' }, [0, 7, 14, 21, 28, 35]],
    ['steps beyond the end', { every: 1000, unit: 'step' }, [0]],
  ] as const)('are taken every so many %s, and leave the numbers as they are', async (_, snapshotsOf, steps) => {
    const plain = await plainRun()
    const changes = { record: { snapshots: snapshotsOf } }
    const { job, batches, snapshots } = jobOf(changes)
    const outcome = await job.run()
    expect(snapshots.map(({ step }) => step)).toEqual(steps)
    expect(snapshots.map(({ epoch }) => epoch)).toEqual(steps.map((step) => Math.floor(step / stepsPerEpoch)))
    expect(snapshotCount({ ...spec, ...changes }, courseOf({ ...spec, ...changes }, 50))).toBe(steps.length + 1)
    expect(outcome).toMatchObject({ reason: 'finished', step: 40, epoch: 10, parameters: plain.outcome.parameters })
    for (const name of ['batchLoss', 'gradientNorm', 'trainLoss'] as const)
      expect(series(batches, name)).toEqual(series(plain.batches, name))
  })

  it('are what the network was then, and the test set is evaluated at each that lies between two epochs', async () => {
    const { job, batches, snapshots } = jobOf({ record: { snapshots: { every: 6, unit: 'step' } } })
    await job.run()
    const tests = series(batches, 'testLoss')
    // 16, 32 and the end are due anyway; 0, 12, 24 and 36 are those of snapshots.
    expect(tests.steps).toEqual([0, 12, 16, 24, 32, 36, 40])
    const session = engine.createSession(spec)
    session.setSamples('test', (await runSamples(spec, [])).test)
    for (const { step, parameters } of snapshots) {
      if (step % stepsPerEpoch !== 0) continue
      session.setParameters(parameters)
      expect(session.evaluate('test').loss).toBe(tests.values[tests.steps.indexOf(step)])
    }
    session.dispose()
  })

  it('are in float64 where the run computes so', async () => {
    const { job, snapshots } = jobOf({ precision: 'float64', record: { snapshots: { every: 5, unit: 'epoch' } } })
    const { parameters } = await job.run()
    for (const weights of [parameters, ...snapshots.map((snapshot) => snapshot.parameters)]) {
      expect(weights).toBeInstanceOf(Float64Array)
    }
    expect(parameters).not.toEqual(Float64Array.from(Float32Array.from(parameters)))
  })

  it('end where the run diverges, which keeps its curves', async () => {
    const { job, batches, snapshots } = jobOf({
      optimizer: { type: 'sgd', learningRate: 1e6, momentum: 0 },
      record: { snapshots: { every: 1, unit: 'step' }, fullGradientEvery: 1, layerGradients: true },
    })
    const { reason, step } = await job.run()
    expect(reason).toBe('diverged')
    expect(snapshots.map((snapshot) => snapshot.step)).toEqual(Array.from({ length: step }, (_, i) => i))
    expect(series(batches, 'batchLoss').values).toHaveLength(step)
  })

  it('wait for the lab to store them, two at a time, and no longer than until a stop', async () => {
    const { job, snapshots } = jobOf({ record: { snapshots: { every: 1, unit: 'step' } } }, false)
    const running = job.run()
    const stay = () => new Promise((resolve) => setTimeout(resolve, 100))
    await stay()
    expect(snapshots).toHaveLength(2)
    job.snapshotStored()
    await stay()
    expect(snapshots.map(({ step }) => step)).toEqual([0, 1, 2])
    job.stop()
    expect(await running).toMatchObject({ reason: 'stopped', step: 3 })
    expect(snapshots).toHaveLength(3)
  })

  it('can be paused between', async () => {
    const { job, batches, snapshots } = jobOf({ epochs: 400, record: { snapshots: { every: 1, unit: 'step' } } })
    const running = job.run()
    await new Promise((resolve) => setTimeout(resolve, 60))
    job.pause()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const taken = snapshots.length
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(snapshots).toHaveLength(taken)
    expect(taken).toBeLessThan(1600)
    job.resume()
    expect(await running).toMatchObject({ reason: 'finished', step: 1600 })
    expect(snapshots).toHaveLength(1600)
    expect(series(batches, 'batchLoss').values).toHaveLength(1600)
  })
})

describe('gradients', () => {
  it('over the whole training set are those of full batches', async () => {
    const changes: Partial<RunSpec> = { batchSize: 'full', epochs: 20, precision: 'float64' }
    const { job, batches } = jobOf({ ...changes, record: { fullGradientEvery: 3 } })
    await job.run()
    const full = series(batches, 'fullGradientNorm')
    const norms = series(batches, 'gradientNorm').values
    expect(full.steps).toEqual([1, 4, 7, 10, 13, 16, 19])
    full.steps.forEach((step, i) => expect(full.values[i]! / norms[step - 1]!).toBeCloseTo(1, 6))
    expect(norms).toEqual(series((await plainRun(changes)).batches, 'gradientNorm').values)
  })

  it('of single layers are there at every step and add up', async () => {
    const { job, batches } = jobOf({ record: { layerGradients: true, fullGradientEvery: 5 } })
    await job.run()
    const [all, ...layers] = ['gradientNorm' as const, layerSeriesName(0), layerSeriesName(1)].map((name) =>
      series(batches, name),
    )
    for (const layer of layers) expect(layer.steps).toEqual(all!.steps)
    all!.values.forEach((norm, i) => {
      expect(Math.hypot(...layers.map(({ values }) => values[i]!)) / norm).toBeCloseTo(1, 5)
    })
    expect(series(batches, layerSeriesName(2)).steps).toEqual([])
  })
})

/** Whose loss has one minimum, at the bottom of a round bowl. */
const line: RunSpec['model'] = { ...spec.model, layers: [{ type: 'dense', units: 1, activation: 'linear' }] }
const phase: GradientPhase = { switchAt: { at: 'epoch', epoch: 8 }, method: 'lbfgs', targetNorm: 1e-9, maxSteps: 5000 }

describe('a second phase', () => {
  it.each([
    ['an epoch', { at: 'epoch', epoch: 8 }, 32],
    ['a step', { at: 'step', step: 13 }, 13],
    ['its last epoch', { at: 'step', step: 1000 }, 40],
  ] as const)('begins after %s and counts on', async (_, switchAt, switchStep) => {
    const gradientPhase = { ...phase, switchAt, maxSteps: 20 }
    const { job, batches, snapshots } = jobOf({ gradientPhase, record: { snapshots: { every: 4, unit: 'epoch' } } })
    const outcome = await job.run()
    expect(outcome).toMatchObject({ reason: 'finished', step: switchStep + 20 })
    expect(outcome.gradientPhase).toMatchObject({ switchStep, reason: 'finished', steps: 20 })
    expect(courseOf({ ...spec, gradientPhase }, 50).totalSteps).toBe(switchStep + 20)
    for (const name of ['batchLoss', 'gradientNorm'] as const)
      expect(series(batches, name).steps).toEqual(Array.from({ length: switchStep + 20 }, (_, i) => i + 1))
    expect(series(batches, 'testLoss').steps.at(-1)).toBe(switchStep + 20)
    expect(snapshots.map(({ step }) => step)).toEqual(
      [0, 16, 32].filter((step) => step < switchStep).concat(switchStep),
    )
    expect(batches.at(-1)!.frames.at(-1)?.step).toBe(switchStep + 20)
  })

  it('begins below a gradient norm', async () => {
    const switchAt = { at: 'gradient-norm', norm: 0.05 } as const
    const { job, batches } = jobOf({ epochs: 10_000, gradientPhase: { ...phase, switchAt }, batchSize: 'full' })
    const { gradientPhase } = await job.run()
    const norms = series(batches, 'gradientNorm').values
    expect(norms.findIndex((norm) => norm < 0.05) + 1).toBe(gradientPhase!.switchStep)
  })

  it.each(['lbfgs', 'newton', 'levenberg-marquardt'] as const)(
    'comes to its target with %s, as anyone can check',
    async (method) => {
      const { job } = jobOf({ model: line, gradientPhase: { ...phase, method } })
      const { reason, gradientPhase, parameters } = await job.run()
      expect([reason, gradientPhase!.reason]).toEqual(['finished', 'reached'])
      expect(gradientPhase!.gradientNorm).toBeLessThanOrEqual(1e-9)
      expect(parameters).toBeInstanceOf(Float64Array)
      const session = engine.createSession({ ...spec, model: line, precision: 'float64' })
      session.setSamples('training', (await runSamples(spec, [])).training)
      session.setParameters(parameters)
      const { loss, gradient } = await session.curvature.lossAndGradient({ set: 'training' })
      expect(loss).toBe(gradientPhase!.loss)
      expect(Math.hypot(...gradient) / gradientPhase!.gradientNorm).toBeCloseTo(1, 10)
      session.dispose()
    },
  )

  it('keeps all digits of its weights also where training computes in float32', async () => {
    const { job } = jobOf({ model: line, precision: 'float32', gradientPhase: phase })
    const { gradientPhase, parameters } = await job.run()
    expect(gradientPhase!.gradientNorm).toBeLessThan(1e-8)
    expect(parameters).toBeInstanceOf(Float64Array)
  })

  it('is stopped and paused like the first', async () => {
    const gradientPhase = { ...phase, method: 'adam', learningRate: 1e-9, targetNorm: 0, maxSteps: 10_000_000 } as const
    const { job, batches } = jobOf({ gradientPhase })
    const running = job.run()
    const wait = (timeMs: number) => new Promise((resolve) => setTimeout(resolve, timeMs))
    await wait(400)
    job.pause()
    await wait(300)
    const steps = batches.at(-1)!.steps
    expect(steps).toBeGreaterThan(32)
    await wait(200)
    expect(batches.at(-1)!.steps).toBe(steps)
    job.resume()
    await wait(100)
    job.stop()
    const { reason, step, gradientPhase: ended } = await running
    expect([reason, ended!.reason]).toEqual(['stopped', 'stopped'])
    expect(step).toBeGreaterThan(steps)
    expect(series(batches, 'gradientNorm').values).toHaveLength(step)
  })

  it('never begins after a first that diverged or was stopped', async () => {
    const wild = jobOf({
      optimizer: { type: 'sgd', learningRate: 1e6, momentum: 0 },
      gradientPhase: phase,
      precision: 'float32',
    })
    const diverged = await wild.job.run()
    expect([diverged.reason, diverged.gradientPhase]).toEqual(['diverged', undefined])
    const { job } = jobOf({
      epochs: 10_000_000,
      gradientPhase: { ...phase, switchAt: { at: 'step', step: 1_000_000_000 } },
    })
    const running = job.run()
    await new Promise((resolve) => setTimeout(resolve, 100))
    job.stop()
    const stopped = await running
    expect([stopped.reason, stopped.gradientPhase]).toEqual(['stopped', undefined])
  })
})
