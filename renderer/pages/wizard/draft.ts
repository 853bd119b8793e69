/**
 * What the wizard edits: a spec whose numbers may still be text that is none, so that bad input stays where it was typed. Plain data; it
 * is kept in localStorage until the experiment is started.
 */
import { z } from 'zod'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { initializations, activations, denseLayerSchema } from '../../../shared/models/model'
import { optimizerTypes } from '../../../shared/models/optimizer'
import { datasetNames } from '../../../shared/data/datasets'

/** A number, or what was typed instead of one. */
const loose = z.union([z.number(), z.string()])

const optimizerDraftSchema = z.object({
  type: z.enum(optimizerTypes),
  learningRate: loose.optional(),
  momentum: loose.optional(),
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

const layerDraftSchema = z.object({
  type: denseLayerSchema.shape.type,
  units: loose,
  activation: z.enum(activations),
})
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

/** The spec that a draft stands for, to be parsed by the kind's schema: fields that were emptied and need not be there are left out. */
export function specOf(draft: Draft): unknown {
  return JSON.parse(
    JSON.stringify(draft, (key, value: unknown) => (optionalKeys.has(key) && value === '' ? undefined : value)),
  )
}

const optionalKeys = new Set(['maxSteps', 'trainSize', 'testSize'])
