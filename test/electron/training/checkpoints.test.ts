/** A training that is cut off anywhere goes on from its last checkpoint: what is recorded in the end is what one go records, to the bit. */
import { describe, expect, it } from 'vitest'
import { loadEngine } from '../../../electron/engines/index'
import { checkBatch, type RunEnd } from '../../../electron/store/batch-check'
import { TrainingJob } from '../../../electron/training/job'
import type { RunId } from '../../../shared/api/ids'
import type { Checkpoint, RunBatch, Snapshot } from '../../../shared/api/store-api'
import type { TrainArgument, TrainOutcome } from '../../../shared/api/training-api'
import type { RunSpec, SeriesName } from '../../../shared/experiments/run-spec'

const engine = loadEngine()
const runId = 'r00000000' as RunId

const spec: RunSpec = {
  model: {
    inputSize: 1,
    layers: [
      { type: 'dense', units: 160, activation: 'tanh' },
      { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' },
      { type: 'dropout', rate: 0.1 },
      { type: 'dense', units: 160, activation: 'tanh' },
      { type: 'dense', units: 1, activation: 'linear' },
    ],
    initialization: 'pytorch',
  },
  data: { type: 'function', expression: 'sin(3*x)', domain: [-1, 1], points: 50, noise: 0.01, sampling: 'grid' },
  loss: 'mean-squared-error',
  optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  epochs: 2000,
  batchSize: 16,
  evaluateEveryEpochs: 3,
  seed: 3,
  record: { snapshots: { every: 700, unit: 'step' }, fullGradientEvery: 350, layerGradients: true },
}

/** What a store has of a run: points by series and step, frames and snapshots by step. */
class Recording {
  points = new Map<SeriesName, Map<number, number>>()
  frames = new Map<number, { epoch: number; values: Float32Array }>()
  snapshots = new Map<number, Snapshot>()
  durationMs = 0
  #wake: (() => void) | undefined
  #end: RunEnd = { steps: 0, epochs: 0, series: new Map(), lastFrame: null }

  add(batch: RunBatch): void {
    // What the store would refuse.
    const series = new Map([...this.#end.series, ...checkBatch(batch, this.#end)])
    const { steps, epochs, durationMs } = batch
    this.#end = { steps, epochs, series, lastFrame: batch.frames.at(-1) ?? this.#end.lastFrame }
    this.durationMs = durationMs
    for (const { name, firstStep, steps: given, values } of batch.series) {
      const points = this.points.get(name) ?? new Map<number, number>()
      this.points.set(name, points)
      values.forEach((value, i) => points.set(given ? given[i]! : firstStep! + i, value))
    }
    for (const { step, epoch, values } of batch.frames) this.frames.set(step, { epoch, values })
    this.#wake?.()
  }

  nextBatch(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }

  /** As Store.rewindRun. */
  rewind({ step, epoch }: Checkpoint): void {
    for (const points of this.points.values()) cut(points, step)
    cut(this.frames, step)
    cut(this.snapshots, step)
    const series = new Map([...this.#end.series].map(([name, end]) => [name, { ...end, lastStep: this.#last(name) }]))
    const [last, frame] = [...this.frames].at(-1) ?? []
    const lastFrame = frame ? { step: last!, epoch: frame.epoch } : null
    this.#end = { steps: step, epochs: epoch, series, lastFrame }
  }

  #last(name: SeriesName): number {
    return Math.max(...this.points.get(name)!.keys())
  }
}

function cut(ofSteps: Map<number, unknown>, step: number): void {
  for (const key of ofSteps.keys()) if (key > step) ofSteps.delete(key)
}

interface Started {
  job: TrainingJob
  checkpoints: Checkpoint[]
}

function start(recording: Recording, changes: Partial<TrainArgument>, answers = true): Started {
  const checkpoints: Checkpoint[] = []
  const argument = { runId, spec, datasetFolders: [], threads: 1, ...changes }
  const job = new TrainingJob(engine, argument, {
    onBatch: (batch) => recording.add(batch),
    onSnapshot: (snapshot) => {
      recording.snapshots.set(snapshot.step, snapshot)
      queueMicrotask(() => job.snapshotStored())
    },
    onCheckpoint: (checkpoint) => {
      checkpoints.push(checkpoint)
      if (answers) queueMicrotask(() => job.checkpointStored())
    },
  })
  return { job, checkpoints }
}

const wait = (timeMs: number) => new Promise((resolve) => setTimeout(resolve, timeMs))

async function inOneGo(of: RunSpec): Promise<{ recording: Recording; outcome: TrainOutcome }> {
  const recording = new Recording()
  return { recording, outcome: await start(recording, { spec: of }).job.run() }
}

/** Lets a run be cut off again and again, a while after each checkpoint, until it ends. */
async function inPieces(of: RunSpec, asksAfterMs: number) {
  const recording = new Recording()
  const from: number[] = []
  for (let checkpoint: Checkpoint | undefined; ;) {
    const { job, checkpoints } = start(recording, { spec: of, ...(checkpoint && { checkpoint }) })
    const running = job.run()
    await Promise.race([running, recording.nextBatch()])
    await wait(asksAfterMs)
    await job.checkpoint()
    await wait(asksAfterMs / 3)
    job.stop()
    const outcome = await running
    if (outcome.reason !== 'stopped') return { recording, outcome, from }
    checkpoint = checkpoints.at(-1) ?? checkpoint
    if (!checkpoint) throw new Error('no checkpoint came')
    from.push(checkpoint.step)
    recording.rewind(checkpoint)
  }
}

function expectSame(actual: { recording: Recording; outcome: TrainOutcome }, expected: typeof actual): void {
  expect([...actual.recording.points.keys()].sort()).toEqual([...expected.recording.points.keys()].sort())
  for (const [name, points] of expected.recording.points) {
    const got = [...actual.recording.points.get(name)!]
    const wanted = [...points]
    const first = got.findIndex(([step, value], i) => step !== wanted[i]?.[0] || !Object.is(value, wanted[i]?.[1]))
    // A diff of so many numbers would take minutes to print.
    expect([name, got.length, first]).toEqual([name, wanted.length, -1])
  }
  expect(actual.recording.frames).toEqual(expected.recording.frames)
  expect(actual.recording.snapshots).toEqual(expected.recording.snapshots)
  expect({ ...actual.outcome, durationMs: 0 }).toEqual({ ...expected.outcome, durationMs: 0 })
}

// It comes no further in each of its pieces than the machine lets it.
describe('a run that is cut off again and again', { timeout: 120_000 }, () => {
  const halts = { snapshots: { every: 1, unit: 'step' }, fullGradientEvery: 1 } as const
  const plain = { ...spec.model, layers: spec.model.layers.filter(({ type }) => type === 'dense') }
  it.each<[string, Partial<RunSpec>, number]>([
    ['with everything recorded', {}, 150],
    ['that holds at every step anyway', { epochs: 60, record: halts }, 60],
    ['in float64, of epochs of many steps', { precision: 'float64', epochs: 200, batchSize: 2 }, 150],
    ['with L-BFGS', { model: plain, batchSize: 'full', epochs: 600, optimizer: { type: 'lbfgs', learningRate: 1, history: 5 } }, 100], // prettier-ignore
  ])('%s is in the end as in one go', async (_, changes, asksAfterMs) => {
    const changed = { ...spec, ...changes }
    const pieces = await inPieces(changed, asksAfterMs)
    expect(pieces.from.length).toBeGreaterThan(0)
    expect(pieces.from.toSorted((one, other) => one - other)).toEqual(pieces.from)
    expectSame(pieces, await inOneGo(changed))
  })

  it('comes to a second phase that is the same', async () => {
    const gradientPhase = {
      switchAt: { at: 'step', step: 6000 },
      method: 'lbfgs',
      targetNorm: 1e-9,
      maxSteps: 50,
    } as const
    const changed: RunSpec = { ...spec, model: plain, gradientPhase, record: {} }
    const pieces = await inPieces(changed, 100)
    expect(pieces.from.at(-1)).toBeLessThanOrEqual(6000)
    expectSame(pieces, await inOneGo(changed))
  })
})

describe('checkpoints', () => {
  const long = { ...spec, epochs: 10_000_000, record: {} }

  it('are made at a pace, each after what was recorded until then, with the time it took', async () => {
    const recording = new Recording()
    const { job, checkpoints } = start(recording, { spec: long, checkpointEveryMs: 20 })
    const running = job.run()
    await expect.poll(() => checkpoints.length, { timeout: 20_000 }).toBeGreaterThan(3)
    const { step, durationMs } = checkpoints.at(-1)!
    expect(recording.points.get('batchLoss')!.has(step)).toBe(true)
    expect(durationMs).toBeGreaterThan(checkpoints[0]!.durationMs)
    job.stop()
    await running
    const goesOn = start(new Recording(), { spec: long, checkpoint: checkpoints.at(-1)! })
    const later = goesOn.job.run()
    await wait(50)
    goesOn.job.stop()
    expect((await later).durationMs).toBeGreaterThan(durationMs)
  })

  it('wait until the lab has stored the last one, unless somebody asks', async () => {
    const { job, checkpoints } = start(new Recording(), { spec: long, checkpointEveryMs: 20 }, false)
    const running = job.run()
    await expect.poll(() => checkpoints.length, { timeout: 20_000 }).toBe(1)
    await wait(200)
    expect(checkpoints).toHaveLength(1)
    await job.checkpoint()
    expect(checkpoints).toHaveLength(2)
    job.stop()
    await running
  })

  it('are made of a paused run too, once for each place, and it stays paused', async () => {
    const recording = new Recording()
    const { job, checkpoints } = start(recording, { spec: long })
    const running = job.run()
    await expect.poll(() => recording.points.size).toBeGreaterThan(0)
    job.pause()
    await wait(200)
    await job.checkpoint()
    const [{ step }] = checkpoints as [Checkpoint]
    await job.checkpoint()
    await wait(100)
    expect(checkpoints).toHaveLength(1)
    expect(Math.max(...recording.points.get('batchLoss')!.keys())).toBe(step)
    job.resume()
    await expect.poll(() => Math.max(...recording.points.get('batchLoss')!.keys())).toBeGreaterThan(step)
    job.stop()
    await running
  })

  it('are not made where there is nothing to keep, and nobody waits for them', async () => {
    const gradientPhase = {
      switchAt: { at: 'step', step: 4 },
      method: 'adam',
      learningRate: 1e-9,
      targetNorm: 0,
      maxSteps: 10_000_000,
    } as const
    const recording = new Recording()
    const { job, checkpoints } = start(recording, { spec: { ...spec, gradientPhase }, checkpointEveryMs: 20 })
    await job.checkpoint()
    const running = job.run()
    await expect.poll(() => recording.points.get('gradientNorm')?.size ?? 0).toBeGreaterThan(100)
    await job.checkpoint()
    await wait(100)
    job.stop()
    await running
    await job.checkpoint()
    expect(checkpoints.filter(({ step }) => step > 4)).toEqual([])
  })

  it('of something else are refused before anything is recorded', async () => {
    const recording = new Recording()
    const checkpoint = { step: 3, epoch: 0, durationMs: 1, state: new Uint8Array(200) }
    await expect(start(recording, { checkpoint }).job.run()).rejects.toMatchObject({ code: 'checkpoint/unusable' })
    expect(recording.points.size).toBe(0)
  })
})
