/**
 * The ways that trainings of one network took through the space of its weights, projected to the principal components of all their
 * snapshots together (Lorch 2016; Li et al. 2018, section 7). Computed in electron/analysis/weight-trajectory.ts.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import type { RunId } from '../api/ids'
import { courseOf, precisionOf, snapshotCount } from '../experiments/run-course'
import { seedSchema, trainingSize, type RunSpec } from '../experiments/run-spec'
import { parameterCount, parameterLayout } from '../models/model'
import type { AnalysedRun, AnalysisKind } from './kind'
import { evaluation, plainLoop, snapshotsOf, sumOfWork, testSize, type Work } from './work'

export const weightTrajectorySchema = z.strictObject({
  /** Layers looked at beside the whole model, by their names in parameterLayout. */
  layers: z.array(z.string().min(1)).max(20).default([]),
  /** Whether biases count as coordinates like weights do. */
  biases: z.boolean().default(true),
  /** A random walk with steps of the same lengths beside each projection. */
  randomWalk: z.boolean().default(true),
  /** Of the random walk. */
  seed: seedSchema.default(0),
})
export type WeightTrajectoryQuestion = z.infer<typeof weightTrajectorySchema>

/** Snapshots of all runs, S in all, run by run and ascending by step. */
export interface TrajectoryPoints {
  /** [S] index into `runs` of the result. */
  run: Float64Array
  step: Float64Array
  epoch: Float64Array
  /** On the test set; NaN: not evaluated yet. */
  loss: Float64Array
  /** Share of right answers on the test set; NaN also where there are no classes. */
  accuracy: Float64Array
}

/** Points along the first three principal components; where there are fewer components the others are 0. */
export interface Projected {
  /** [S, 3] */
  coordinates: Float64Array
  /** Shares of the variance, largest first, at most ten; empty where nothing varies. */
  explained: number[]
}

export interface LayerProjection extends Projected {
  /** A layer by its name; null: the whole model. */
  layer: string | null
  /** Coordinates of a point before the projection. */
  parameters: number
  randomWalk?: Projected
}

export interface WeightTrajectoryResult {
  runs: { runId: RunId; label: string; seed: number }[]
  points: TrajectoryPoints
  /** The whole model, then the layers asked for. */
  projections: LayerProjection[]
  /** Runs that are not in the projection, and why. */
  leftOut: { runId: RunId; label: string; reason: string }[]
}

/** All snapshots are in memory at once, with the weights of each in the precision they were trained in. */
export const mostTrajectoryBytes = 4e9
/** The components come from a matrix of snapshots by snapshots. */
export const mostTrajectorySnapshots = 1000

/** @throws LabError `spec/invalid` at `snapshots.every` for more snapshots than fit into memory or can be projected together. */
export function checkTrajectorySize(specs: readonly RunSpec[]): void {
  const counts = specs.map((spec) => snapshotCount(spec, courseOf(spec, trainingSize(spec))))
  const count = counts.reduce((sum, each) => sum + each, 0)
  const bytes = specs.reduce(
    (sum, spec, i) => sum + counts[i]! * parameterCount(spec.model) * (precisionOf(spec) === 'float64' ? 8 : 4),
    0,
  )
  const help = 'keep weights less often, or train less often'
  const refuse = (message: string): never => {
    throw new LabError('spec/invalid', message, [{ path: ['snapshots', 'every'], message }])
  }
  if (count > mostTrajectorySnapshots) {
    const [have, most] = [count, mostTrajectorySnapshots].map((number) => number.toLocaleString('en'))
    refuse(`these trainings make ${have} snapshots, and at most ${most} can be projected together; ${help}`)
  }
  if (bytes > mostTrajectoryBytes) {
    const [have, most] = [bytes, mostTrajectoryBytes].map((number) => (number / 1e9).toFixed(1))
    refuse(`the snapshots of these trainings take ${have} GB of memory, and at most ${most} GB are used; ${help}`)
  }
}

/** What must be the same for points to be of one space. */
function spaceOf({ spec }: AnalysedRun): string {
  const { inputSize, inputShape, layers } = spec.model
  return JSON.stringify({ inputSize, inputShape, layers })
}

function refuse(message: string, path: (string | number)[]): never {
  throw new LabError('spec/invalid', message, [{ path, message }])
}

function checkRuns(question: WeightTrajectoryQuestion, runs: readonly AnalysedRun[]): void {
  const [first, ...others] = runs
  if (!first) return refuse('at least one run is needed', ['runs'])
  const other = others.find((run) => spaceOf(run) !== spaceOf(first))
  if (other) {
    const counts = [first, other].map((run) => run.parameterCount.toLocaleString('en'))
    const sizes = counts[0] === counts[1] ? '' : ` (${counts[1]} and ${counts[0]} parameters)`
    refuse(`${other.label} has another network than ${first.label}${sizes}: their weights are not of one space`, [
      'runs',
    ])
  }
  const without = runs.find(({ spec }) => !spec.record?.snapshots)
  if (without) {
    refuse(`${without.label} kept only the weights it ended with: a trajectory needs snapshots along the training`, [
      'runs',
    ])
  }
  const names = parameterLayout(first.spec.model).map(({ name }) => name)
  question.layers.forEach((layer, index) => {
    if (!names.includes(layer)) {
      refuse(`${first.label} has no weights in ${layer}; there are ${names.join(', ')}`, ['layers', index])
    }
  })
  checkTrajectorySize(runs.map(({ spec }) => spec))
}

/** Eigenvectors of a symmetric matrix outside the core, in operations for each of its rows cubed. */
const operationsOfEigenvectors = 9

/** The Gram matrix of all snapshots and its eigenvectors, both again for a walk, in as many dimensions as it has points; and the test set at each. */
function trajectoryWork({ randomWalk, layers }: WeightTrajectoryQuestion, runs: readonly AnalysedRun[]): Work {
  const { spec, parameterCount } = runs[0]!
  const snapshots = runs.reduce((sum, run) => sum + snapshotsOf(run.spec), 0)
  const projection = operationsOfEigenvectors + (randomWalk ? operationsOfEigenvectors + 1 : 0)
  const projections = (1 + layers.length) * projection * snapshots ** 3
  return sumOfWork(
    evaluation(spec, snapshots * testSize(spec)),
    plainLoop(snapshots ** 2 * parameterCount + projections),
  )
}

export const weightTrajectoryAnalysis: AnalysisKind<WeightTrajectoryQuestion> = {
  kind: 'weight-trajectory',
  title: 'Weight trajectories',
  schema: weightTrajectorySchema,
  snapshots: 'all',
  check: checkRuns,
  work: trajectoryWork,
}
