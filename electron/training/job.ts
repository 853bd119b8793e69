/** One training job: builds the session, trains, turns the engine's progress into batches for the store. */
import { batchSamples, type RunSpec } from '../../shared/experiments/run-spec'
import { initialParameters } from '../../shared/models/initialization'
import { bufferCount, unitCount, type Layer } from '../../shared/models/model'
import { needsFullBatch, withLearningRate, type Optimizer } from '../../shared/models/optimizer'
import { randomKey, type RandomKey } from '../../shared/random'
import type { RunBatch, SeriesBatch } from '../../shared/api/store-api'
import type { TrainArgument, TrainOutcome } from '../../shared/api/training-api'
import type { Engine, EngineSession, SessionOptions, TrainProgress } from '../engines/engine'
import { probeEpochs } from './probe-schedule'
import { threadsFor } from './threads'
import { blankSamples, runSamples } from '../datasets/run-samples'

/** Eight reports a second: what a live chart needs, and nothing that training feels. */
const progressEveryMs = 125

export class TrainingJob {
  #session: EngineSession | undefined
  #stopped = false
  #paused = false
  #activeMs = 0
  #activeSince = performance.now()

  constructor(
    private readonly engine: Engine,
    private readonly argument: TrainArgument,
    private readonly onBatch: (batch: RunBatch) => void,
  ) {}

  async run(): Promise<TrainOutcome> {
    const { spec, datasetFolders, threads } = this.argument
    const samples = await runSamples(spec, datasetFolders)
    const session = this.engine.createSession({ ...sessionOptions(spec), threads: threadsFor(spec, threads) })
    this.#session = session
    try {
      session.setSamples('training', samples.training)
      session.setSamples('test', samples.test)
      if (samples.probe) session.setProbe(samples.probe)
      session.setParameters(initialParameters(spec.model, spec.seed))
      this.#activeSince = performance.now()
      const trainingSize = samples.training.inputs.length / spec.model.inputSize
      const training = session.train(
        {
          epochs: spec.epochs,
          maxSteps: spec.maxSteps,
          batchSize: spec.batchSize === 'full' ? trainingSize : spec.batchSize,
          shuffleKey: spec.batchSize === 'full' ? undefined : randomKey(spec.seed, 'shuffle'),
          dropoutKey: dropoutKey(spec),
          evaluateEveryEpochs: spec.evaluateEveryEpochs,
          probeEpochs: samples.probe ? probeEpochs(spec.epochs) : new Uint32Array(0),
          progressEveryMs,
        },
        (progress) => this.onBatch(this.#batch(progress)),
      )
      // Asked for while the samples were read: a session that does not train yet would not remember it.
      if (this.#paused) session.pause()
      if (this.#stopped) session.stop()
      const { reason, step, epoch } = await training
      // A run that ends where it was told to end has finished.
      const ended = { reason: reason === 'reached' ? 'finished' : reason, step, epoch } as const
      const buffers = bufferCount(spec.model) > 0 ? { buffers: session.getBuffers() } : {}
      return { ...ended, durationMs: this.#durationMs(), parameters: session.getParameters(), ...buffers }
    } finally {
      this.#session = undefined
      session.dispose()
    }
  }

  pause(): void {
    if (this.#paused) return
    this.#activeMs = this.#durationMs()
    this.#paused = true
    this.#session?.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#activeSince = performance.now()
    this.#session?.resume()
  }

  stop(): void {
    this.#stopped = true
    this.#session?.stop()
  }

  /** Time spent training, pauses left out. */
  #durationMs(): number {
    return this.#paused ? this.#activeMs : this.#activeMs + performance.now() - this.#activeSince
  }

  #batch(progress: TrainProgress): RunBatch {
    return {
      runId: this.argument.runId,
      steps: progress.step,
      epochs: progress.epoch,
      durationMs: this.#durationMs(),
      series: seriesBatches(progress),
      frames: progress.probes,
    }
  }
}

/** Empty series are left out, and so is the accuracy of what has no classes. */
function seriesBatches(progress: TrainProgress): SeriesBatch[] {
  const { firstStep, epochSteps, testSteps } = progress
  const hasClasses = progress.trainAccuracy.some((share) => !Number.isNaN(share))
  const testHasClasses = progress.testAccuracy.some((share) => !Number.isNaN(share))
  const batches: SeriesBatch[] = [
    { name: 'batchLoss', firstStep, values: progress.batchLoss },
    { name: 'gradientNorm', firstStep, values: progress.gradientNorm },
    { name: 'trainLoss', steps: epochSteps, values: progress.trainLoss },
    { name: 'testLoss', steps: testSteps, values: progress.testLoss },
  ]
  if (hasClasses) batches.push({ name: 'trainAccuracy', steps: epochSteps, values: progress.trainAccuracy })
  if (testHasClasses) batches.push({ name: 'testAccuracy', steps: testSteps, values: progress.testAccuracy })
  return batches.filter((batch) => batch.values.length > 0)
}

/** Timing a step must not take more memory than a few hundred megabytes; a larger batch takes its multiple of the time. */
const mostTimedSamples = 4096
const mostTimedUnits = 1 << 26

/** Made-up data must not diverge, or there would be little to time. What searches along a line does not. */
function timedOptimizer(optimizer: Optimizer): Optimizer {
  return needsFullBatch(optimizer.type) ? optimizer : withLearningRate(optimizer, 1e-7)
}

function dropoutKey({ model, seed }: RunSpec): RandomKey | undefined {
  const drops = (layers: readonly Layer[]): boolean =>
    layers.some((layer) => layer.type === 'dropout' || (layer.type === 'residual' && drops(layer.layers)))
  return drops(model.layers) ? randomKey(seed, 'dropout') : undefined
}

function sessionOptions({ model, loss, optimizer, precision }: RunSpec): SessionOptions {
  return { model, loss, optimizer, ...(precision && { precision }) }
}

/** Times steps of a run's network and batch on made-up data, for about `budgetMs` after a warm-up of a tenth. */
export async function measureStep(engine: Engine, spec: RunSpec, budgetMs: number): Promise<{ stepMs: number }> {
  const batch = batchSamples(spec)
  const batchSize = Math.max(1, Math.min(batch, mostTimedSamples, Math.floor(mostTimedUnits / unitCount(spec.model))))
  const session = engine.createSession({ ...sessionOptions(spec), optimizer: timedOptimizer(spec.optimizer) })
  try {
    session.setSamples('training', blankSamples(spec, batchSize))
    session.setParameters(initialParameters(spec.model, spec.seed))
    const trainFor = async (timeMs: number) => {
      const timer = setTimeout(() => session.stop(), timeMs)
      const start = performance.now()
      const { step } = await session.train(
        {
          epochs: 1e7,
          batchSize,
          dropoutKey: dropoutKey(spec),
          evaluateEveryEpochs: 0,
          probeEpochs: new Uint32Array(0),
          progressEveryMs: 1000,
        },
        () => undefined,
      )
      clearTimeout(timer)
      return { step, elapsedMs: performance.now() - start }
    }
    const warm = await trainFor(budgetMs / 10)
    const measured = await trainFor(budgetMs)
    return { stepMs: (measured.elapsedMs / Math.max(1, measured.step - warm.step)) * (batch / batchSize) }
  } finally {
    session.dispose()
  }
}
