/**
 * What the wizard edits: a spec whose numbers may still be text that is none, so that bad input stays where it was typed. Plain data; it
 * is kept in localStorage until the experiment is started.
 */
import { z } from 'zod'
import { runIdSchema } from '../../../shared/api/ids'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { initializations, activations, elementwiseActivations } from '../../../shared/models/model'
import { optimizerTypes, precisions } from '../../../shared/models/optimizer'
import { scheduleTraits, scheduleTypes, type ScheduleSetting } from '../../../shared/models/schedule'
import { datasetNames } from '../../../shared/data/datasets'
import { ownDrafts } from './kinds/own-drafts'
import { loose } from './loose'

const scheduleSettings = scheduleTypes.flatMap((type) => Object.keys(scheduleTraits(type).titles) as ScheduleSetting[])

const scheduleDraftSchema = z.object({
  type: z.enum(scheduleTypes),
  warmUpSteps: loose.optional(),
  unit: z.enum(['step', 'epoch']).optional(),
  ...(Object.fromEntries(scheduleSettings.map((name) => [name, loose.optional()])) as {
    [Name in ScheduleSetting]: z.ZodOptional<typeof loose>
  }),
})
export type ScheduleDraft = z.infer<typeof scheduleDraftSchema>

const optimizerDraftSchema = z.object({
  type: z.enum(optimizerTypes),
  learningRate: loose.optional(),
  weightDecay: loose.optional(),
  schedule: scheduleDraftSchema.optional(),
  momentum: loose.optional(),
  nesterov: z.boolean().optional(),
  alpha: loose.optional(),
  beta1: loose.optional(),
  beta2: loose.optional(),
  epsilon: loose.optional(),
  history: loose.optional(),
  damping: loose.optional(),
  decrease: loose.optional(),
  increase: loose.optional(),
})
export type OptimizerDraft = z.infer<typeof optimizerDraftSchema>

/** A size such as 3, or [3, 5], or what was typed instead of one. */
const looseSize = z.union([loose, z.tuple([z.number(), z.number()])])
export type SizeDraft = z.infer<typeof looseSize>

const elementwise = z.enum(elementwiseActivations)
const window = { size: looseSize, stride: looseSize.optional(), padding: looseSize }

const plainLayerDrafts = [
  z.object({ type: z.literal('dense'), units: loose, activation: z.enum(activations) }),
  z.object({
    type: z.literal('conv2d'),
    filters: loose,
    kernel: looseSize,
    stride: looseSize,
    padding: looseSize,
    activation: elementwise,
  }),
  z.object({ type: z.literal('max-pool'), ...window }),
  z.object({ type: z.literal('average-pool'), ...window }),
  z.object({ type: z.literal('flatten') }),
  z.object({ type: z.literal('dropout'), rate: loose }),
  z.object({ type: z.literal('batch-norm'), epsilon: loose, momentum: loose, activation: elementwise }),
] as const
const plainLayerDraftSchema = z.discriminatedUnion('type', plainLayerDrafts)
export type PlainLayerDraft = z.infer<typeof plainLayerDraftSchema>

const layerDraftSchema = z.discriminatedUnion('type', [
  ...plainLayerDrafts,
  z.object({ type: z.literal('residual'), layers: z.array(plainLayerDraftSchema), activation: elementwise }),
])
export type LayerDraft = z.infer<typeof layerDraftSchema>

const modelDraftSchema = z.object({
  label: z.string(),
  hidden: z.array(layerDraftSchema),
  initialization: z.enum(initializations),
  optimizer: optimizerDraftSchema.optional(),
})
export type ModelDraft = z.infer<typeof modelDraftSchema>

const commonShape = {
  models: z.array(modelDraftSchema),
  training: z.object({
    optimizer: optimizerDraftSchema,
    batchSize: loose,
    epochs: loose,
    maxSteps: loose.optional(),
    precision: z.enum(precisions).optional(),
  }),
  seeds: loose,
  firstSeed: loose,
}
const sweepSchema = z.object({ optimizers: z.array(z.enum(optimizerTypes)), learningRates: z.array(loose) })
export type SweepDraft = z.infer<typeof sweepSchema>

const targetSchema = z.object({ expression: z.string(), label: z.string().optional() })
export type TargetDraft = z.infer<typeof targetSchema>

/** Where and how a function is sampled. */
const samplesSchema = z.object({
  domain: z.tuple([loose, loose]),
  points: loose,
  noise: loose,
  sampling: z.enum(['grid', 'random']),
})
export type SamplesDraft = z.infer<typeof samplesSchema>

/** A data set and how much of it. */
const imagesSchema = z.object({
  name: z.enum(datasetNames),
  trainSize: loose.optional(),
  testSize: loose.optional(),
})
export type ImagesDraft = z.infer<typeof imagesSchema>

const functionDraftSchema = z.object({
  ...commonShape,
  sweep: sweepSchema,
  targets: z.array(targetSchema),
  data: samplesSchema,
})
export type FunctionDraft = z.infer<typeof functionDraftSchema>

const datasetDraftSchema = z.object({
  ...commonShape,
  sweep: sweepSchema,
  dataset: imagesSchema,
  alsoOn: z.array(z.enum(datasetNames)).default([]),
  evaluateEveryEpochs: loose,
})
export type DatasetDraft = z.infer<typeof datasetDraftSchema>

/** One function, or one data set. */
export const taskChoiceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('function'), ...targetSchema.shape, ...samplesSchema.shape }),
  z.object({ type: z.literal('dataset'), ...imagesSchema.shape }),
])
export type TaskChoice = z.infer<typeof taskChoiceSchema>

const taskDraftSchema = z.object({
  ...commonShape,
  task: taskChoiceSchema,
  evaluateEveryEpochs: loose,
  /** Older runs to ask; absent: new ones are trained. */
  runs: z.array(runIdSchema).optional(),
})
/** Of every kind with a task; each adds keys of its own. */
export type TaskDraft = z.infer<typeof taskDraftSchema>

export type Draft = FunctionDraft | DatasetDraft | TaskDraft

function draftSchema(kind: ExperimentKindId): z.ZodType<Draft> {
  if (kind === 'simulate-function') return functionDraftSchema
  if (kind === 'train-on-task') return datasetDraftSchema
  const own: z.ZodRawShape = ownDrafts[kind]
  return z.object({ ...own, ...taskDraftSchema.shape })
}

/** A draft of a spec, or of a stored draft; null for what has another shape (stored by another version, say). */
export function readDraft(kind: ExperimentKindId, value: unknown): Draft | null {
  const result = draftSchema(kind).safeParse(value)
  return result.success ? structuredClone(result.data) : null
}

export function isFunctionDraft(draft: Draft): draft is FunctionDraft {
  return 'targets' in draft
}

export function isTaskDraft(draft: Draft): draft is TaskDraft {
  return 'task' in draft
}

/** Whether networks learn a function of x; else they learn to tell images apart. */
export function learnsFunction(draft: Draft): boolean {
  return isTaskDraft(draft) ? draft.task.type === 'function' : isFunctionDraft(draft)
}

/** The spec (or layer) that a draft stands for, to be parsed by its schema: fields that were emptied and need not be there are left out. */
export function specOf(draft: Draft | LayerDraft): unknown {
  return JSON.parse(
    JSON.stringify(draft, (key, value: unknown) => (optionalKeys.has(key) && value === '' ? undefined : value)),
  )
}

/** What has a default, or need not be there at all. */
const optionalKeys = new Set(['maxSteps', 'trainSize', 'testSize', 'weightDecay', 'warmUpSteps', 'stride', 'padding'])
