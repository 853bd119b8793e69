/**
 * What training and analysis see of a compute engine. One engine session holds one model, its data and its optimiser state.
 * Shapes: N samples, I inputs, O outputs, P parameters. All arrays are row-major, samples first.
 */
import type { Curvature } from './curvature'
import type { Loss, Optimizer } from '../../shared/models/optimizer'
import type { Model } from '../../shared/models/model'
import type { RandomKey } from '../../shared/random'

export interface EngineInfo {
  name: 'native'
  /** Instruction set chosen at run time: 'avx512' | 'avx2' | 'baseline'. */
  simd: string
  threads: number
}

export interface Engine {
  readonly info: EngineInfo
  /** @throws LabError `engine/bad-model` naming the layer, when the model cannot be built. */
  createSession(options: SessionOptions): EngineSession
  /**
   * Eigenvalues (ascending) and on demand eigenvectors of a symmetric matrix [n, n], in float64 on a thread of its own.
   * @throws LabError `engine/bad-data` where it is not square, not symmetric or not finite; `engine/canceled` within 50 ms of an abort
   */
  symmetricEigen(matrix: Float64Array, options?: SymmetricEigenOptions): Promise<SymmetricEigen>
}

export interface SymmetricEigenOptions {
  /** Default: false. */
  vectors?: boolean
  /** Default: 1. */
  threads?: number
  signal?: AbortSignal
}

export interface SymmetricEigen {
  /** [n], ascending */
  values: Float64Array
  /** [n, n], row k belonging to values[k] */
  vectors?: Float64Array
}

/** What training computes in. Curvature is always float64. */
export type Precision = 'float32' | 'float64'

export interface SessionOptions {
  model: Model
  loss: Loss
  optimizer: Optimizer
  /** Default: float32. */
  precision?: Precision
  /** Threads that share each step; results do not depend on their number, nor on timing. Default: 1. */
  threads?: number
}

/** Samples and what they should become: `values` [N, O] for mean squared error, `labels` [N] (class indices) for cross-entropy. */
export interface Samples {
  /** [N, I] */
  inputs: Float32Array
  values?: Float32Array
  labels?: Uint8Array
}

export type SampleSet = 'training' | 'test'

export interface EngineSession {
  readonly parameterCount: number
  /** Copies the samples in. @throws LabError `engine/bad-data` for shapes that do not fit, labels out of range or values that are not finite. */
  setSamples(set: SampleSet, samples: Samples): void
  /** Takes over another session's samples of a set without a copy; they stay alive as long as one of both needs them. */
  shareSamples(set: SampleSet, from: EngineSession): void
  /** Inputs [M, I] at which `train` predicts along the way (a function's plot). */
  setProbe(inputs: Float32Array): void
  /** A copy of the flat parameters [P] (parameterLayout), rounded to float32 where the session computes in float64. Not while training. */
  getParameters(): Float32Array
  /** The same without loss. */
  getParameters64(): Float64Array
  setParameters(parameters: Float32Array | Float64Array): void
  /** Running means and variances of batch normalisation [bufferCount]. A new session has means 0 and variances 1. */
  getBuffers(): Float64Array
  setBuffers(buffers: Float64Array): void
  /**
   * All that `train` goes on from, as bytes: parameters, the optimiser's numbers, running statistics, where it is in the epoch. Random
   * numbers are keyed by step and epoch. Not while training. Undefined where it takes more than `mostBytes`.
   */
  getState(mostBytes: number): Uint8Array | undefined
  /**
   * Goes on from there: with the same samples, options and instruction set, `train` then gives the same bits as the session that it was
   * taken from. @throws LabError `engine/bad-data` for what is damaged, or was taken with another model, precision, optimiser or number
   * of training samples; then nothing has changed.
   */
  setState(state: Uint8Array): void
  /** Mean loss and, for classification, accuracy over a whole set. */
  evaluate(set: SampleSet): Evaluation
  /** Outputs [M, O] for inputs [M, I] (logits for cross-entropy). */
  predict(inputs: Float32Array): Float32Array
  /** Gradient [P] of the mean loss over the whole set, in evaluation mode (dropout off, running statistics). */
  gradient(set: SampleSet): Float32Array
  /** What curvature.ts describes; float64, in evaluation mode. One at a time, and not while training. */
  readonly curvature: Curvature
  /**
   * Minimises half the squared gradient norm of the mean loss over the training set (its gradient is H g) in float64, from the present
   * parameters, which it replaces. Progress reports have steps, batchLoss and gradientNorm alone.
   */
  minimizeGradientNorm(
    options: GradientNormOptions,
    onProgress: (progress: TrainProgress) => void,
  ): Promise<GradientNormResult>
  /**
   * Trains on a thread of its own; the promise settles when training has ended, for whatever reason.
   * Goes on from where the last `train` of this session ended (step and epoch count on).
   * Not re-entrant.
   */
  train(options: TrainOptions, onProgress: (progress: TrainProgress) => void): Promise<TrainResult>
  /** Each takes effect within 50 ms, on a computation of `curvature` too. Harmless when nothing runs. */
  pause(): void
  resume(): void
  /**
   * Ends `train` after the step under way, at least one after it began, with everything told that is due by then: another call goes on as
   * if it had not ended. Also where it is paused, by one step. A question of curvature goes on.
   */
  hold(): void
  /** Ends training; a computation of `curvature` is rejected with `engine/canceled`. */
  stop(): void
  /** Frees the native memory now rather than at garbage collection. */
  dispose(): void
}

export interface Evaluation {
  loss: number
  /** Share of right answers in [0, 1]; NaN where there are no classes. */
  accuracy: number
}

export interface TrainOptions {
  /** Epochs to complete in this call; an epoch that an earlier call left in the middle counts as one. */
  epochs: number
  /** Ends training after this many steps of this call even if epochs are left. */
  maxSteps?: number
  /** Samples in a batch; at least the whole set means full batch. The last batch of an epoch may be smaller. */
  batchSize: number
  /**
   * Shuffles as `epochOrder` of shared/random.ts; absent: the samples keep their order. A full batch keeps it always: its sum
   * is over the same samples.
   */
  shuffleKey?: RandomKey
  /** Key of the dropout masks (dropoutMask of shared/random.ts); needed where a layer drops. */
  dropoutKey?: RandomKey
  /** Ends training before the update of a step whose gradient norm is below this; absent: never. */
  untilGradientNorm?: number
  /** Evaluate the test set after every so many epochs, and at the end unless stopped or diverged; 0: never. */
  evaluateEveryEpochs: number
  /** Also before the first step of this call. Default: false. */
  evaluateFirst?: boolean
  /** Whether also at the end of this call, whatever its epoch. Default: true. */
  evaluateLast?: boolean
  /** Report the norm of each layer's part of the gradient too. Default: false. */
  layerGradients?: boolean
  /** Predict at the probe after these epochs (ascending, 0 = before the first step). */
  probeEpochs: Uint32Array
  /** Wall time between two progress reports. */
  progressEveryMs: number
}

/** Everything new since the last report. Concatenating all reports gives the whole course, nothing dropped. */
export interface TrainProgress {
  /** Steps and epochs completed so far. */
  step: number
  epoch: number
  /** Step number of batchLoss[0] and gradientNorm[0]; steps count from 1. */
  firstStep: number
  /** Loss of each step's batch, before its update. */
  batchLoss: Float32Array
  /** Euclidean norm of each step's batch gradient, before its update. */
  gradientNorm: Float32Array
  /** With `layerGradients`: norms of the parts of that gradient, [steps, layers with parameters] in the order of parameterLayout. */
  layerGradientNorm?: Float32Array
  /** For each epoch completed: mean of its batch losses weighted by samples, and share of right answers while training (NaN without classes). */
  epochSteps: Float64Array
  trainLoss: Float64Array
  trainAccuracy: Float64Array
  /** For each evaluation of the test set. */
  testSteps: Float64Array
  testLoss: Float64Array
  testAccuracy: Float64Array
  /** Predictions at the probe, [M, O] each. */
  probes: { step: number; epoch: number; values: Float32Array }[]
}

export interface TrainResult {
  /** `diverged`: a batch loss or gradient norm was no longer finite at step `step`; its parameters are kept as they were. `reached`: untilGradientNorm. `held`: by `hold`. */
  reason: 'finished' | 'stopped' | 'diverged' | 'reached' | 'held'
  step: number
  epoch: number
}

export interface GradientNormOptions {
  /**
   * `adam`, `lbfgs`: on ½‖g‖². `newton`: H d = -g solved through the eigenvalues of the exact Hessian, damped until ‖g‖ falls.
   * `levenberg-marquardt`: (H² + λ) d = -H g. The last two are for small networks.
   */
  method: 'adam' | 'lbfgs' | 'newton' | 'levenberg-marquardt'
  /** Of Adam; default 1e-3. */
  learningRate?: number
  /** Ends when the gradient norm is at most this. */
  targetNorm: number
  maxSteps: number
  progressEveryMs: number
}

export interface GradientNormResult {
  /** `stalled`: steps of this method lower the gradient norm no more; newton and levenberg-marquardt: 25 together by less than 2 %. */
  reason: 'reached' | 'finished' | 'stalled' | 'stopped' | 'diverged'
  steps: number
  loss: number
  gradientNorm: number
}
