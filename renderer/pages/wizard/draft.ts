/**
 * What the wizard edits: a spec whose numbers may still be text that is none, so that bad input stays where it was typed. Plain data; it
 * is kept in localStorage until the experiment is started.
 */
import { z } from 'zod'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { initializations, activations, elementwiseActivations } from '../../../shared/models/model'
import { optimizerTypes, precisions } from '../../../shared/models/optimizer'
import { datasetNames } from '../../../shared/data/datasets'

/** A number, or what was typed instead of one. */
const loose = z.union([z.number(), z.string()])

const scheduleDraftSchema = z.object({
  type: z.enum(['constant', 'step', 'cosine']),
  warmUpSteps: loose.optional(),
  unit: z.enum(['step', 'epoch']).optional(),
  every: loose.optional(),
  factor: loose.optional(),
  length: loose.optional(),
  final: loose.optional(),
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

const commonDraftSchema = z.object({
  models: z.array(modelDraftSchema),
  training: z.object({
    optimizer: optimizerDraftSchema,
    batchSize: loose,
    epochs: loose,
    maxSteps: loose.optional(),
    precision: z.enum(precisions).optional(),
  }),
  sweep: z.object({ optimizers: z.array(z.enum(optimizerTypes)), learningRates: z.array(loose) }),
  seeds: loose,
  firstSeed: loose,
})

const functionDraftSchema = commonDraftSchema.extend({
  targets: z.array(z.object({ expression: z.string(), label: z.string().optional() })),
  data: z.object({
    domain: z.tuple([loose, loose]),
    points: loose,
    noise: loose,
    sampling: z.enum(['grid', 'random']),
  }),
})
export type FunctionDraft = z.infer<typeof functionDraftSchema>

const taskDraftSchema = commonDraftSchema.extend({
  dataset: z.object({ name: z.enum(datasetNames), trainSize: loose.optional(), testSize: loose.optional() }),
  evaluateEveryEpochs: loose,
})
export type TaskDraft = z.infer<typeof taskDraftSchema>

export type Draft = FunctionDraft | TaskDraft

const draftSchemas: Record<ExperimentKindId, z.ZodType<Draft>> = {
  'simulate-function': functionDraftSchema,
  'train-on-task': taskDraftSchema,
}

/** A draft of a spec, or of a stored draft; null for what has another shape (stored by another version, say). */
export function readDraft(kind: ExperimentKindId, value: unknown): Draft | null {
  const result = draftSchemas[kind].safeParse(value)
  return result.success ? structuredClone(result.data) : null
}

export function isFunctionDraft(draft: Draft): draft is FunctionDraft {
  return 'targets' in draft
}

/** The spec (or layer) that a draft stands for, to be parsed by its schema: fields that were emptied and need not be there are left out. */
export function specOf(draft: Draft | LayerDraft): unknown {
  return JSON.parse(
    JSON.stringify(draft, (key, value: unknown) => (optionalKeys.has(key) && value === '' ? undefined : value)),
  )
}

/** What has a default, or need not be there at all. */
const optionalKeys = new Set(['maxSteps', 'trainSize', 'testSize', 'weightDecay', 'warmUpSteps', 'stride', 'padding'])
