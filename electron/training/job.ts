/**
 * One training job: builds the session, trains in as few pieces as what is kept along the way allows, minimises the gradient norm where
 * that is asked for, and passes on what there is to record. It begins at the beginning or goes on from a checkpoint.
 */
import { courseOf, isFullGradientDue, isSnapshotDue, nextHalt, precisionOf } from '../../shared/experiments/run-course'
import type { RunCourse } from '../../shared/experiments/run-course'
import type { GradientPhase } from '../../shared/experiments/run-spec'
import { initialParameters } from '../../shared/models/initialization'
import { euclideanNorm } from '../../shared/math/vectors'
import { bufferCount } from '../../shared/models/model'
import { randomKey } from '../../shared/random'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import type { GradientPhaseOutcome } from '../../shared/api/records'
import type { Checkpoint, RunBatch, Snapshot } from '../../shared/api/store-api'
import type { TrainArgument, TrainOutcome } from '../../shared/api/training-api'
import type { Engine, EngineSession, TrainOptions, TrainResult } from '../engines/engine'
import { BatchRecorder } from './batch-recorder'
import { checkpointEveryMs, CheckpointPace } from './checkpoint-pace'
import { probeEpochs } from './probe-schedule'
import { dropoutKey, sessionOptions } from './session-setup'
import { SnapshotStream } from './snapshot-stream'
import { threadsFor } from '../../shared/experiments/threads'
import { runSamples, type RunSamples } from '../datasets/run-samples'

/** Eight reports a second: what a live chart needs, and nothing that training feels. */
const progressEveryMs = 125

/** What is larger is not kept: it would travel through three processes every time. */
const mostCheckpointBytes = 2 ** 28

export interface JobListener {
  onBatch(batch: RunBatch): void
  /** Each is answered by `snapshotStored` of the job. */
  onSnapshot(snapshot: Snapshot): void
  /** Each is answered by `checkpointStored` of the job. */
  onCheckpoint(checkpoint: Checkpoint): void
}

/** What a job works with once it has its samples. */
interface Work {
  session: EngineSession
  course: RunCourse
  samples: RunSamples
  recorder: BatchRecorder
}

/** Where ordinary training stands. */
type Place = Pick<TrainResult, 'step' | 'epoch'>

const beginning: Place = { step: 0, epoch: 0 }

/** How a piece of training that goes on no further came to its end. */
type Ending = Place & { reason: Exclude<TrainResult['reason'], 'held'> }

export class TrainingJob {
  readonly #snapshots: SnapshotStream
  readonly #checkpoints: CheckpointPace
  #session: EngineSession | undefined
  #stopped = false
  #paused = false
  #wake: (() => void) | undefined
  #activeMs: number
  #activeSince = performance.now()

  constructor(
    private readonly engine: Engine,
    private readonly argument: TrainArgument,
    private readonly listener: JobListener,
  ) {
    this.#snapshots = new SnapshotStream((snapshot) => listener.onSnapshot(snapshot))
    this.#checkpoints = new CheckpointPace(
      argument.checkpoint?.step ?? 0,
      argument.checkpointEveryMs ?? checkpointEveryMs,
      () => this.#interrupt(),
      (checkpoint) => listener.onCheckpoint(checkpoint),
    )
    this.#activeMs = argument.checkpoint?.durationMs ?? 0
  }

  async run(): Promise<TrainOutcome> {
    const { runId, spec, datasetFolders, dataSha256, threads, start, checkpoint } = this.argument
    const samples = await runSamples(spec, datasetFolders, dataSha256)
    const session = this.engine.createSession({ ...sessionOptions(spec), threads: threadsFor(spec, threads) })
    this.#session = session
    try {
      session.setSamples('training', samples.training)
      session.setSamples('test', samples.test)
      if (samples.probe) session.setProbe(samples.probe)
      session.setParameters(start?.parameters ?? initialParameters(spec.model, spec.seed))
      if (start?.buffers) session.setBuffers(start.buffers)
      if (checkpoint) restore(session, checkpoint)
      this.#activeSince = performance.now()
      const recorder = new BatchRecorder(checkpoint ?? beginning, progressEveryMs, (batch) =>
        this.listener.onBatch({ runId, durationMs: this.#durationMs(), ...batch }),
      )
      const course = courseOf(spec, samples.training.inputs.length / spec.model.inputSize)
      const ended = await this.#trainAndDescend({ session, course, samples, recorder })
      recorder.flush()
      return { ...ended, durationMs: this.#durationMs() }
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
    this.#wake?.()
  }

  stop(): void {
    this.#stopped = true
    this.#session?.stop()
    this.#snapshots.release()
    this.#wake?.()
  }

  /** The lab has done with a snapshot. */
  snapshotStored(): void {
    this.#snapshots.stored()
  }

  /** Resolves when a checkpoint of now is on its way, or there can be none. */
  checkpoint(): Promise<void> {
    return this.#checkpoints.ask()
  }

  /** The lab has done with a checkpoint. */
  checkpointStored(): void {
    this.#checkpoints.stored()
  }

  async #trainAndDescend(work: Work): Promise<Omit<TrainOutcome, 'durationMs'>> {
    const { gradientPhase: phase } = this.argument.spec
    this.#checkpoints.begin()
    const { reason, step, epoch } = await this.#train(work).finally(() => this.#checkpoints.end())
    if (!phase || reason === 'stopped' || reason === 'diverged') {
      // A run that ends where it was told to end has finished.
      return { reason: reason === 'reached' ? 'finished' : reason, step, epoch, ...this.#weights(work.session) }
    }
    const outcome = await this.#descend(work, phase, { step, epoch })
    if (outcome === 'stopped') return { reason: 'stopped', step, epoch, ...this.#weights(work.session) }
    return {
      reason: outcome.reason === 'stopped' ? 'stopped' : 'finished',
      step: step + outcome.steps,
      epoch,
      gradientPhase: outcome,
      ...this.#weights(work.session, 'float64'),
    }
  }

  /** Ordinary training, held where something is to be kept. */
  async #train(work: Work): Promise<Ending> {
    const { session, course, samples, recorder } = work
    const { spec, checkpoint } = this.argument
    const options = this.#trainOptions(course, samples)
    for (let { step, epoch } = checkpoint ?? beginning; ;) {
      // Before anything else that is due here, which then comes again.
      const place = { step, epoch }
      this.#keepCheckpoint(work, place)
      if (isSnapshotDue(spec, course, step)) await this.#keepSnapshot(session, recorder, { step, epoch })
      const mayGoOn = () => this.#mayGoOn(() => this.#keepCheckpoint(work, place))
      if (!(await mayGoOn())) return { reason: 'stopped', step, epoch }
      if (step === course.ordinarySteps) return { reason: 'finished', step, epoch }
      if (isFullGradientDue(spec, course, step)) {
        const norm = await fullGradientNorm(session)
        if (norm === 'canceled' || !(await mayGoOn())) return { reason: 'stopped', step, epoch }
        recorder.addPoints({
          name: 'fullGradientNorm',
          steps: Float64Array.of(step + 1),
          values: Float64Array.of(norm),
        })
      }
      const halt = nextHalt(spec, course, step)
      const piece: TrainOptions = {
        ...options,
        epochs: spec.epochs - epoch,
        maxSteps: halt - step,
        // What a snapshot's network was worth is known wherever the weights are kept between two epochs.
        evaluateFirst: step === 0 && spec.record?.snapshots !== undefined,
        evaluateLast:
          halt === course.ordinarySteps || (halt % course.stepsPerEpoch === 0 && isSnapshotDue(spec, course, halt)),
      }
      const result = await session.train(piece, (progress) => recorder.add(progress))
      if (result.reason === 'reached' && spec.record?.snapshots) await this.#keepSnapshot(session, recorder, result)
      ;({ step, epoch } = result)
      const { reason } = result
      if (reason !== 'finished' && reason !== 'held') return { reason, step, epoch }
    }
  }

  #trainOptions(course: RunCourse, { training, probe }: RunSamples): TrainOptions {
    const { spec } = this.argument
    const switchAt = spec.gradientPhase?.switchAt
    const isFull = spec.batchSize === 'full'
    return {
      epochs: spec.epochs,
      batchSize: spec.batchSize === 'full' ? training.inputs.length / spec.model.inputSize : spec.batchSize,
      shuffleKey: isFull ? undefined : randomKey(spec.seed, 'shuffle'),
      dropoutKey: dropoutKey(spec),
      untilGradientNorm: switchAt?.at === 'gradient-norm' ? switchAt.norm : undefined,
      evaluateEveryEpochs: spec.evaluateEveryEpochs,
      layerGradients: spec.record?.layerGradients ?? false,
      probeEpochs: probe ? probeEpochs(Math.ceil(course.ordinarySteps / course.stepsPerEpoch)) : new Uint32Array(0),
      progressEveryMs,
    }
  }

  /** The second phase, whose steps count on from those of the first. `stopped`: before it knew anything. */
  async #descend(
    { session, course, samples, recorder }: Work,
    { method, learningRate, targetNorm, maxSteps }: GradientPhase,
    { step: switchStep, epoch }: Place,
  ): Promise<GradientPhaseOutcome | 'stopped'> {
    if (!(await this.#mayGoOn())) return 'stopped'
    const { reason, steps, loss, gradientNorm } = await session.minimizeGradientNorm(
      { method, learningRate, targetNorm, maxSteps, progressEveryMs },
      (progress) =>
        recorder.add({
          ...progress,
          step: switchStep + progress.step,
          epoch,
          firstStep: switchStep + progress.firstStep,
        }),
    )
    if (reason === 'stopped' && steps === 0) return 'stopped'
    const step = switchStep + steps
    if (reason !== 'stopped' && steps > 0) {
      // No step of training, but the evaluation before it: on a thread that can be stopped.
      const evaluation = { epochs: 0, evaluateEveryEpochs: 0, evaluateFirst: true, probeEpochs: new Uint32Array(0) }
      await session.train({ ...this.#trainOptions(course, samples), ...evaluation }, (progress) =>
        recorder.add({ ...progress, step, epoch, testSteps: progress.testSteps.fill(step) }),
      )
      // The evaluation was cut short.
      if (this.#stopped) return { switchStep, reason: 'stopped', steps, loss, gradientNorm }
      if (samples.probe) recorder.addFrame({ step, epoch, values: session.predict(samples.probe) })
    }
    return { switchStep, reason, steps, loss, gradientNorm }
  }

  async #keepSnapshot(session: EngineSession, recorder: BatchRecorder, { step, epoch }: Place): Promise<void> {
    await this.#snapshots.room()
    if (this.#stopped) return
    // Curves first: no snapshot is ahead of its run.
    recorder.flush()
    this.#snapshots.send({ step, epoch, ...this.#weights(session) })
  }

  /** Where one is due. The session is idle, between two steps. */
  #keepCheckpoint({ session, recorder }: Work, { step, epoch }: Place): void {
    if (this.#stopped) return
    this.#checkpoints.keep(step, () => {
      const state = session.getState(mostCheckpointBytes)
      if (!state) return undefined
      // Curves first: no checkpoint is ahead of its run.
      recorder.flush()
      return { step, epoch, durationMs: this.#durationMs(), state }
    })
  }

  /** Has training come to where a checkpoint can be taken. */
  #interrupt(): void {
    this.#session?.hold()
    this.#wake?.()
  }

  /** In what the run computes in, unless more is asked for. */
  #weights(
    session: EngineSession,
    precision = precisionOf(this.argument.spec),
  ): Pick<Snapshot, 'parameters' | 'buffers'> {
    const parameters = precision === 'float64' ? session.getParameters64() : session.getParameters()
    return { parameters, ...(bufferCount(this.argument.spec.model) > 0 && { buffers: session.getBuffers() }) }
  }

  /** Waits while paused. False: stopped. @param whileWaiting - called before, and whenever something else than going on is wanted */
  async #mayGoOn(whileWaiting?: () => void): Promise<boolean> {
    while (this.#paused && !this.#stopped) {
      whileWaiting?.()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return !this.#stopped
  }

  /** Time spent training, pauses left out. */
  #durationMs(): number {
    return this.#paused ? this.#activeMs : this.#activeMs + performance.now() - this.#activeSince
  }
}

/** @throws LabError `checkpoint/unusable` */
function restore(session: EngineSession, { state }: Checkpoint): void {
  try {
    session.setState(state)
  } catch (error) {
    throw new LabError('checkpoint/unusable', `The training cannot go on from where it was: ${errorMessage(error)}`)
  }
}

/** Of the mean loss over the whole training set, of the network as it is evaluated. */
async function fullGradientNorm(session: EngineSession): Promise<number | 'canceled'> {
  try {
    const { gradient } = await session.curvature.lossAndGradient({ set: 'training' })
    return euclideanNorm(gradient)
  } catch (error) {
    if (isLabError(error, 'engine/canceled')) return 'canceled'
    throw error
  }
}
