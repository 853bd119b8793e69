/** The contract of a training process: one job at a time, streaming what it records to the lab that started it. */
import type { RunSpec } from '../experiments/run-spec'
import type { RunId } from './ids'
import type { GradientPhaseOutcome } from './records'
import type { ServedMethods } from './rpc'
import type { Checkpoint, RunBatch, Snapshot } from './store-api'

export interface TrainingApi {
  /** What the engine of this process is. @throws `engine/unavailable`. */
  engineInfo(argument: Record<string, never>): Promise<{ name: string; simd: string; threads: number }>
  /** Resolves when the run has ended and everything it recorded was sent. @throws what made it fail (`dataset/missing`, ...). */
  train(argument: TrainArgument): Promise<TrainOutcome>
  pause(argument: { runId: RunId }): Promise<void>
  resume(argument: { runId: RunId }): Promise<void>
  stop(argument: { runId: RunId }): Promise<void>
  /** Answers each `onSnapshot` when it is stored, or could not be: a run never has more than two of them under way. */
  snapshotStored(argument: { runId: RunId }): Promise<void>
  /** Resolves when a checkpoint of now is on its way, or there can be none: before the first step, in a gradient phase. */
  checkpoint(argument: { runId: RunId }): Promise<void>
  /** Answers each `onCheckpoint` when it is stored, or could not be. */
  checkpointStored(argument: { runId: RunId }): Promise<void>
  /** Times a few steps of a run's network and batch on made-up data, for about `budgetMs`. Milliseconds per step. */
  measureStep(argument: { spec: RunSpec; budgetMs: number }): Promise<{ stepMs: number }>
}

export interface TrainArgument {
  runId: RunId
  spec: RunSpec
  /** Where data sets are looked for, in this order. */
  datasetFolders: string[]
  /** Content that its data set must have; absent or null: whatever is there. @throws `dataset/changed` of `train` */
  dataSha256?: string | null
  /** Cores that this run may have. Its numbers are the same with any. */
  threads: number
  /** Weights to start from instead of those of the seed. */
  start?: Pick<Snapshot, 'parameters' | 'buffers'>
  /** Where an earlier training of this run was, to go on from. @throws `checkpoint/unusable` of `train`, before anything is recorded */
  checkpoint?: Checkpoint
  /** Shortest time between two checkpoints that nobody asked for; absent: half a minute. */
  checkpointEveryMs?: number
}

export interface TrainOutcome {
  reason: 'finished' | 'stopped' | 'diverged'
  step: number
  epoch: number
  durationMs: number
  /** Final weights, flat; in what the run computes in, and in float64 after a gradient phase. */
  parameters: Float32Array | Float64Array
  /** Running statistics of batch normalisation [bufferCount], where the network has any. */
  buffers?: Float64Array
  /** How the gradient phase ended, where the run came to it. */
  gradientPhase?: GradientPhaseOutcome
}

/** What a training process calls on its lab. */
export interface TrainingClientApi {
  onBatch(batch: RunBatch): void
  /** Weights along the run; those at its end are in its outcome. */
  onSnapshot(snapshot: Snapshot & { runId: RunId }): void
  /** After everything that was recorded until its step. */
  onCheckpoint(checkpoint: Checkpoint & { runId: RunId }): void
}

/** The lab is the one client; it has parsed what came from outside. */
export const trainingMethods: ServedMethods<TrainingApi> = {
  engineInfo: 'trusted',
  train: 'trusted',
  pause: 'trusted',
  resume: 'trusted',
  stop: 'trusted',
  snapshotStored: 'trusted',
  checkpoint: 'trusted',
  checkpointStored: 'trusted',
  measureStep: 'trusted',
}
