/**
 * What is learned, by which networks, trained how and how often: the part that experiments on optimization and generalization have in
 * common. Each adds keys of its own to this shape.
 */
import { z } from 'zod'
import { checkFunction } from '../data/function-data'
import { datasets, type DatasetName } from '../data/datasets'
import { isLabError, type Issue } from '../api/errors'
import { runIdSchema } from '../api/ids'
import { catalogEntry } from '../data/function-catalog'
import { checkModels, specError } from './check-models'
import type { PlannedRun } from './kind'
import { withoutLonelyBatch } from './lonely-batches'
import {
  checkRunCount,
  commonSettings,
  firstSeedSchema,
  groupsOf,
  labelSchema,
  modelEntriesSchema,
  networkOf,
  plannedRuns,
  seedsSchema,
  trainingSchema,
  type ModelEntry,
  type NetworkEnds,
  type Training,
} from './model-groups'
import { quickBreadth, quickDataShare, quickSizes, quickTraining } from './quick-look'
import { courseOf, type RunCourse } from './run-course'
import { plainText } from '../text/visible'
import { datasetDataSchema, functionDataSchema, type RunSpec } from './run-spec'

const bound = z.number().min(-1e6).max(1e6)

export const domainSchema = z.tuple([bound, bound]).refine(([from, to]) => to - from >= 1e-6, {
  message: 'the domain must end above where it starts',
})

/** What runs of long ago were trained on may have what new ones may not. */
export const expressionSchema = plainText(functionDataSchema.shape.expression)

export const functionTaskSchema = z.strictObject({
  type: z.literal('function'),
  /** mathjs expression in x. */
  expression: expressionSchema,
  /** Shown instead of the expression. */
  label: labelSchema.optional(),
  domain: domainSchema.default([-1, 1]),
  points: functionDataSchema.shape.points.default(256),
  noise: functionDataSchema.shape.noise.default(0),
  sampling: functionDataSchema.shape.sampling.default('grid'),
})

export const datasetTaskSchema = z.strictObject({
  type: z.literal('dataset'),
  name: datasetDataSchema.shape.dataset,
  /** Samples drawn, seeded; absent: all. */
  trainSize: datasetDataSchema.shape.trainSize,
  testSize: datasetDataSchema.shape.testSize,
})

export const taskSchema = z.discriminatedUnion('type', [functionTaskSchema, datasetTaskSchema])
export type Task = z.infer<typeof taskSchema>

/** Keys of every task spec; kinds put their own defaults on them. */
export const taskShape = {
  task: taskSchema,
  models: modelEntriesSchema,
  training: trainingSchema,
  /** The test set is evaluated after every so many epochs. */
  evaluateEveryEpochs: z.int().min(1).max(10_000_000).default(1),
  seeds: seedsSchema.default(1),
  firstSeed: firstSeedSchema.default(0),
  /** Runs from the history to ask instead of training anew; the keys about training then mean nothing. */
  runs: z.array(runIdSchema).min(1, 'at least one run is needed').max(10_000).optional(),
}

/** `training` of a kind: Adam, with these where a spec says nothing else. */
export function taskTraining(usual: { learningRate: number; batchSize: Training['batchSize']; epochs: number }) {
  const { shape } = trainingSchema
  return z
    .strictObject({
      ...shape,
      optimizer: shape.optimizer.prefault({ type: 'adam', learningRate: usual.learningRate }),
      batchSize: shape.batchSize.default(usual.batchSize),
      epochs: shape.epochs.default(usual.epochs),
    })
    .prefault({})
}

export interface TaskSpec {
  task: Task
  models: readonly ModelEntry[]
  training: Training
  evaluateEveryEpochs: number
  seeds: number
  firstSeed: number
}

/** 'MNIST', 'sinc', or the expression itself. */
export function taskLabel(task: Task): string {
  if (task.type === 'dataset') return datasets[task.name].title
  return task.label ?? catalogEntry(task.expression)?.title ?? task.expression.trim()
}

export function taskEnds(task: { type: 'function' } | { type: 'dataset'; name: DatasetName }): NetworkEnds {
  if (task.type === 'function') return { input: [1, 1, 1], outputs: 1 }
  const { shape, classes } = datasets[task.name]
  return { input: shape, outputs: classes.length }
}

/** @throws LabError `spec/invalid` under `task` for a function without a value somewhere, or more samples than the data set has. */
export function checkTask(task: Task): void {
  if (task.type === 'dataset') return checkSizes(task, ['task'])
  try {
    checkFunction(task.expression, task.domain, task.points)
  } catch (error) {
    if (!isLabError(error, 'spec/invalid')) throw error
    throw specError([{ path: ['task', 'expression'], message: `${task.expression} ${error.message}` }])
  }
}

/** @throws LabError `spec/invalid` for more samples than the data set has. */
export function checkSizes(
  dataset: { name: DatasetName; trainSize?: number; testSize?: number },
  path: Issue['path'],
): void {
  const { title, trainSize, testSize } = datasets[dataset.name]
  const issues: Issue[] = []
  const check = (key: 'trainSize' | 'testSize', most: number, what: string): void => {
    if ((dataset[key] ?? 0) <= most) return
    issues.push({ path: [...path, key], message: `${title} has only ${most.toLocaleString('en')} ${what} images` })
  }
  check('trainSize', trainSize, 'training')
  check('testSize', testSize, 'test')
  if (issues.length > 0) throw specError(issues)
}

function dataOf(task: Task): RunSpec['data'] {
  if (task.type === 'function') {
    const { expression, domain, points, noise, sampling } = task
    return { type: 'function', expression, domain, points, noise, sampling }
  }
  const { name, trainSize, testSize } = task
  return {
    type: 'dataset',
    dataset: name,
    ...(trainSize === undefined ? {} : { trainSize }),
    ...(testSize === undefined ? {} : { testSize }),
  }
}

const noSweep = { optimizers: [], learningRates: [] }

/** What a kind adds to each of its runs. */
export type RunExtras = Pick<RunSpec, 'record' | 'gradientPhase'>

/** Each model with all its seeds, in this order. @throws LabError `spec/invalid` with the paths of what cannot be. */
export function planTask(spec: TaskSpec, extras: RunExtras = {}): PlannedRun[] {
  const { task, models, training } = spec
  checkTask(task)
  const ends = taskEnds(task)
  checkModels({ models, training, sweep: noSweep }, ends, sampleCounts(task).samples)
  const groups = groupsOf(models, training, noSweep)
  checkRunCount(groups.length * spec.seeds)
  return plannedRuns(groups, spec, taskLabel(task), false, ({ entry, optimizer }, seed) => ({
    model: networkOf(entry, ends),
    data: dataOf(task),
    loss: task.type === 'function' ? 'mean-squared-error' : 'softmax-cross-entropy',
    optimizer,
    ...commonSettings(training),
    evaluateEveryEpochs: spec.evaluateEveryEpochs,
    ...extras,
    seed,
  }))
}

/** Functions need few points to look like themselves. */
const quickPoints = 256

function smallerTask(task: Task, share: number): Task {
  if (task.type === 'function') {
    return { ...task, points: Math.max(2, Math.ceil(Math.min(task.points, quickPoints) * share)) }
  }
  const all = datasets[task.name]
  const part = (key: 'trainSize' | 'testSize'): number =>
    Math.ceil(Math.min(task[key] ?? all[key], quickSizes[task.name][key]) * share)
  return { ...task, trainSize: part('trainSize'), testSize: part('testSize') }
}

function withSamples(task: Task, change: (samples: number) => number): Task {
  const samples = change(sampleCounts(task).samples)
  return task.type === 'function' ? { ...task, points: samples } : { ...task, trainSize: samples }
}

/** Samples that a task trains on and is tested with. */
export function sampleCounts(task: Task): { samples: number; testSamples: number } {
  if (task.type === 'function') return { samples: task.points, testSamples: 0 }
  const { trainSize, testSize } = datasets[task.name]
  return { samples: task.trainSize ?? trainSize, testSamples: task.testSize ?? testSize }
}

/** The steps of a training, without another phase. */
export function trainedCourse({ task, training }: Pick<TaskSpec, 'task' | 'training'>): RunCourse {
  return courseOf(commonSettings(training), sampleCounts(task).samples)
}

/**
 * Shrinks data, repeats and epochs until all runs take less than a minute; every other key stays.
 * @param leastSeeds repeats that the kind needs, if so many were asked for
 * @param variants how often each seed of a model is trained
 * @param batchSizes of all trainings, where the spec's own is not the only one
 */
export function quickTask<Spec extends TaskSpec>(
  spec: Spec,
  {
    leastSeeds = 1,
    variants = 1,
    batchSizes = [spec.training.batchSize],
  }: { leastSeeds?: number; variants?: number; batchSizes?: readonly Training['batchSize'][] } = {},
): Spec {
  const ends = taskEnds(spec.task)
  checkModels({ ...spec, sweep: noSweep }, ends, sampleCounts(spec.task).samples)
  const breadth = quickBreadth({ facets: [''], models: spec.models, sweep: noSweep, seeds: spec.seeds })
  const { models } = breadth
  const seeds = Math.max(breadth.seeds, Math.min(spec.seeds, leastSeeds))
  const work = { training: spec.training, models, sweep: noSweep, ends, repeats: seeds * variants }
  const share = quickDataShare({ ...work, ...sampleCounts(smallerTask(spec.task, 1)) })
  const task = withSamples(smallerTask(spec.task, share), (samples) => withoutLonelyBatch(samples, batchSizes))
  const quick = quickTraining({ ...work, ...sampleCounts(task) }, sampleCounts(spec.task).samples)
  const most = Math.max(1, Math.floor(quick.training.epochs / 10))
  return { ...spec, task, seeds, ...quick, evaluateEveryEpochs: Math.min(spec.evaluateEveryEpochs, most) }
}
