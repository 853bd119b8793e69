/** A training job on the native engine: what it records, and that it can be stopped and paused at any time. */
import { describe, expect, it } from 'vitest'
import { loadEngine } from '../../../electron/engines/index'
import { TrainingJob } from '../../../electron/training/job'
import { measureStep } from '../../../electron/training/measure'
import { runSamples } from '../../../electron/datasets/run-samples'
import { planTrainOnTask } from '../../../shared/experiments/train-on-task/plan'
import { trainOnTaskSchema } from '../../../shared/experiments/train-on-task/spec'
import { bufferCount } from '../../../shared/models/model'
import { probeEpochs } from '../../../electron/training/probe-schedule'
import type { RunId } from '../../../shared/api/ids'
import type { RunBatch } from '../../../shared/api/store-api'
import type { RunSpec, SeriesName } from '../../../shared/experiments/run-spec'

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
  data: {
    type: 'function',
    expression: 'sin(5*pi*x)/(5*pi*x)',
    domain: [-1, 1],
    points: 201,
    noise: 0.01,
    sampling: 'grid',
  },
  loss: 'mean-squared-error',
  optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  epochs: 50,
  batchSize: 32,
  evaluateEveryEpochs: 1,
  seed: 3,
}
const stepsPerEpoch = Math.ceil(201 / 32)

function jobOf(changes: Partial<RunSpec> = {}): { job: TrainingJob; batches: RunBatch[] } {
  const batches: RunBatch[] = []
  const argument = { runId: 'r00000000' as RunId, spec: { ...spec, ...changes }, datasetFolders: [], threads: 1 }
  const onBatch = (batch: RunBatch) => void batches.push(batch)
  const listener = { onBatch, onSnapshot: () => undefined, onCheckpoint: () => undefined }
  return { job: new TrainingJob(engine, argument, listener), batches }
}

/** All values of a series, in the order they came. */
function series(batches: readonly RunBatch[], name: SeriesName): number[] {
  return batches.flatMap((batch) =>
    batch.series.filter((one) => one.name === name).flatMap(({ values }) => [...values]),
  )
}

describe('a training job', () => {
  it('records every step, every epoch, every evaluation and the chosen predictions', async () => {
    const { job, batches } = jobOf()
    const outcome = await job.run()
    expect(outcome).toMatchObject({ reason: 'finished', step: 50 * stepsPerEpoch, epoch: 50 })
    expect(outcome.parameters).toHaveLength(8 + 8 + 8 + 1)
    const counts = (['batchLoss', 'gradientNorm', 'trainLoss', 'testLoss', 'testAccuracy'] as const).map(
      (name) => series(batches, name).length,
    )
    expect(counts).toEqual([50 * stepsPerEpoch, 50 * stepsPerEpoch, 50, 50, 0])
    const frames = batches.flatMap((batch) => batch.frames)
    expect(frames.map(({ epoch }) => epoch)).toEqual([...probeEpochs(50)])
    for (const { values } of frames) expect([...values].every(Number.isFinite)).toBe(true)
  })

  it('tests against the function itself, also where it has a hole', async () => {
    const { job, batches } = jobOf()
    await job.run()
    expect(series(batches, 'testLoss').every(Number.isFinite)).toBe(true)
  })

  it('gives the same numbers for the same seed and others for another', async () => {
    const [first, again, other] = [jobOf(), jobOf(), jobOf({ seed: 4 })]
    const outcomes = [await first.job.run(), await again.job.run(), await other.job.run()]
    expect(series(again.batches, 'batchLoss')).toEqual(series(first.batches, 'batchLoss'))
    expect(outcomes[1]!.parameters).toEqual(outcomes[0]!.parameters)
    expect(outcomes[2]!.parameters).not.toEqual(outcomes[0]!.parameters)
  })

  it('is stopped by a word that came before it trained', async () => {
    const { job } = jobOf({ epochs: 10_000_000 })
    const running = job.run()
    job.stop()
    expect(await running).toMatchObject({ reason: 'stopped' })
  })

  it('stays paused when told so before it trained, and trains to its end when resumed', async () => {
    const { job, batches } = jobOf({ epochs: 3000 })
    const running = job.run()
    job.pause()
    await new Promise((resolve) => setTimeout(resolve, 400))
    const steps = batches.at(-1)?.steps ?? 0
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(batches.at(-1)?.steps ?? 0).toBe(steps)
    job.resume()
    expect(await running).toMatchObject({ reason: 'finished', epoch: 3000 })
    expect(series(batches, 'trainLoss')).toHaveLength(3000)
  })

  it('ends where the loss is no longer finite, with the curves until there', async () => {
    const { job, batches } = jobOf({ optimizer: { type: 'sgd', learningRate: 1e6, momentum: 0 }, epochs: 1000 })
    const { reason, step } = await job.run()
    expect(reason).toBe('diverged')
    const losses = series(batches, 'batchLoss')
    expect(losses).toHaveLength(step)
    expect(losses.slice(0, -1).every(Number.isFinite)).toBe(true)
  })

  it('takes the whole set in each step when asked, with one step an epoch', async () => {
    const { job } = jobOf({ batchSize: 'full' })
    expect(await job.run()).toMatchObject({ step: 50, epoch: 50 })
  })

  it('ends after the asked number of steps', async () => {
    const { job } = jobOf({ maxSteps: 11 })
    expect(await job.run()).toMatchObject({ reason: 'finished', step: 11, epoch: 1 })
  })
})

describe('a network of all kinds of layers', () => {
  const hidden = 'conv 4 3x3 linear, batch norm relu, pool 2, dropout 0.3, residual(conv 4 3x3 pad 1), dense 16'
  const { runs } = planTrainOnTask(
    trainOnTaskSchema.parse({
      dataset: { trainSize: 200, testSize: 100 },
      models: [{ label: 'CNN', hidden }],
      training: { epochs: 2 },
    }),
  )
  const image = runs[0]!.spec

  it('trains on digits, the same way for the same seed', async () => {
    const [first, again] = [jobOf(image), jobOf(image)]
    const outcomes = [await first.job.run(), await again.job.run()]
    expect(outcomes[0]).toMatchObject({ reason: 'finished', step: 8, epoch: 2 })
    expect(outcomes[1]!.parameters).toEqual(outcomes[0]!.parameters)
    expect(outcomes[1]!.buffers).toEqual(outcomes[0]!.buffers)
    expect(series(again.batches, 'batchLoss')).toEqual(series(first.batches, 'batchLoss'))
  })

  it('is evaluated again from what is kept of it', async () => {
    const { job, batches } = jobOf(image)
    const { parameters, buffers } = await job.run()
    const { test } = await runSamples(image, [])
    const session = engine.createSession(image)
    session.setSamples('test', test)
    session.setParameters(parameters)
    expect(buffers).toHaveLength(bufferCount(image.model))
    session.setBuffers(buffers!)
    expect(session.evaluate('test').loss).toBeCloseTo(series(batches, 'testLoss').at(-1)!, 6)
    session.dispose()
  })

  it('takes a time for each step', async () => {
    expect((await measureStep(engine, image, 20)).stepMs).toBeGreaterThan(0)
  })
})

describe('measuring a step', () => {
  it('gives a time for functions and for classes, whatever the learning rate', async () => {
    const wild = { ...spec, optimizer: { ...spec.optimizer, learningRate: 1e6 } }
    const classes: RunSpec = {
      ...spec,
      model: { ...spec.model, layers: [{ type: 'dense', units: 10, activation: 'linear' }], inputSize: 784 },
      data: { type: 'dataset', dataset: 'mnist' },
      loss: 'softmax-cross-entropy',
    }
    for (const measured of [spec, wild, classes]) {
      const { stepMs } = await measureStep(engine, measured, 20)
      expect(stepMs).toBeGreaterThan(0)
      expect(Number.isFinite(stepMs)).toBe(true)
    }
  })
})

describe('the epochs whose predictions are kept', () => {
  it.each([1, 2, 3, 10, 95, 96, 97, 1000, 1_000_000])(
    'are few, ascending, and have the first and last of %i',
    (epochs) => {
      const chosen = [...probeEpochs(epochs)]
      expect(chosen[0]).toBe(0)
      expect(chosen.at(-1)).toBe(epochs)
      expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b))
      expect(chosen.length).toBeLessThanOrEqual(140)
      if (epochs <= 90) expect(chosen).toHaveLength(epochs + 1)
    },
  )
})
