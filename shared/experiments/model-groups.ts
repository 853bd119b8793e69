/**
 * What the specs of all training experiments have in common: networks to compare, how they are trained, a sweep over optimisers and
 * learning rates, repeats; and how these become the groups of a plan.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import { parseLayers } from '../models/layer-text'
import {
  initializations,
  layerSchema,
  shapeSize,
  type Activation,
  type Layer,
  type Model,
  type Shape,
} from '../models/model'
import { plainText } from '../text/visible'
import { optimizerLabels } from '../models/optimizer-label'
import {
  needsFullBatch,
  optimizerSchema,
  optimizerTypes,
  precisions,
  withLearningRate,
  withType,
  type Optimizer,
  type OptimizerType,
} from '../models/optimizer'
import type { PlannedRun } from './kind'
import { seedSchema, type RunSpec } from './run-spec'

/** Runs of one experiment. More is a slip, and more than the lab answers for in one go. */
export const maxRuns = 10_000

export const maxModels = 24
/** With the output layer, a network has one more. */
export const maxHiddenLayers = 99

export const maxLabelLength = 80
export const labelSchema = plainText(z.string().trim().min(1).max(maxLabelLength))

/** Layers, or a text that names them: 'conv 16 3x3 pad 1, pool 2, dense 128'. */
const hiddenSchema = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value
  const result = parseLayers(value)
  if ('layers' in result) return result.layers
  context.addIssue({ code: 'custom', message: result.problem, input: value })
  return z.NEVER
}, z.array(layerSchema).max(maxHiddenLayers))

export const modelEntrySchema = z.strictObject({
  label: labelSchema,
  /** Hidden layers; the output layer comes from what is learned. None: a linear model. */
  hidden: hiddenSchema,
  initialization: z.enum(initializations).default('pytorch'),
  /** Instead of the one in `training`. */
  optimizer: optimizerSchema.optional(),
})
export type ModelEntry = z.infer<typeof modelEntrySchema>

export const modelEntriesSchema = z
  .array(modelEntrySchema)
  .min(1, 'at least one model is needed')
  .max(maxModels)
  .superRefine((models, context) => {
    refuseRepeats(
      models.map((model) => model.label),
      context,
      (index) => [index, 'label'],
      'another model has this label',
    )
  })

export const sweepSchema = z
  .strictObject({
    optimizers: z.array(z.enum(optimizerTypes)).max(optimizerTypes.length).default([]),
    learningRates: z.array(z.number().positive().max(1e6)).max(24).default([]),
  })
  .superRefine(({ optimizers, learningRates }, context) => {
    refuseRepeats(optimizers, context, (index) => ['optimizers', index], 'is there twice')
    refuseRepeats(learningRates.map(String), context, (index) => ['learningRates', index], 'is there twice')
  })
export type Sweep = z.infer<typeof sweepSchema>

export const trainingSchema = z.strictObject({
  optimizer: optimizerSchema,
  /** `full`: the whole training set in each step. */
  batchSize: z.union([z.int().min(1).max(1_000_000), z.literal('full')], "batch size must be a whole number or 'full'"),
  epochs: z.int().min(1).max(10_000_000),
  /** Ends each run early, whatever the epochs say. */
  maxSteps: z.int().min(1).optional(),
  /** What is computed in; absent: float32. */
  precision: z.enum(precisions).optional(),
})
export type Training = z.infer<typeof trainingSchema>

export const seedsSchema = z.int().min(1).max(1000)
export const firstSeedSchema = seedSchema.max(0xffff_ffff - 1000)

/** Refuses the second of two equal texts, at its path. */
export function refuseRepeats(
  texts: readonly string[],
  context: z.core.$RefinementCtx,
  pathOf: (index: number) => (string | number)[],
  message: string,
): void {
  texts.forEach((text, index) => {
    if (texts.indexOf(text) < index) context.addIssue({ code: 'custom', path: pathOf(index), message })
  })
}

/** One curve of a plot: a model trained one way, with all its seeds. */
export interface Group {
  label: string
  entry: ModelEntry
  optimizer: Optimizer
}

/**
 * The optimisers a model is trained with: its own or the common one, times the sweep. An empty axis keeps what it was; another type keeps
 * the settings that both have. Learning rates are swept for optimisers that step along the gradient; the full-batch ones choose their
 * steps themselves.
 */
function sweptOptimizers(base: Optimizer, sweep: Sweep): Optimizer[] {
  const types = sweep.optimizers.length > 0 ? sweep.optimizers : [base.type]
  return types.flatMap((type) => {
    const optimizer = type === base.type ? base : optimizerSchema.parse(withType(base, type))
    return needsFullBatch(type) || sweep.learningRates.length === 0
      ? [optimizer]
      : sweep.learningRates.map((rate) => withLearningRate(optimizer, rate))
  })
}

/** How often a sweep trains a model whose own optimiser is of this type. */
export function sweptCount(
  own: OptimizerType,
  { optimizers, learningRates }: { optimizers: readonly OptimizerType[]; learningRates: readonly unknown[] },
): number {
  const types = optimizers.length > 0 ? optimizers : [own]
  return types.reduce((sum, type) => sum + (needsFullBatch(type) ? 1 : Math.max(1, learningRates.length)), 0)
}

/** Models times sweep, in this order. Their labels say every setting in which the optimisers differ. */
export function groupsOf(models: readonly ModelEntry[], training: Training, sweep: Sweep): Group[] {
  const sweeps = sweep.optimizers.length + sweep.learningRates.length > 0
  const groups = models.flatMap((entry) =>
    sweptOptimizers(entry.optimizer ?? training.optimizer, sweep).map((optimizer) => ({ entry, optimizer })),
  )
  const labelOf = optimizerLabels(groups.map(({ optimizer }) => optimizer))
  return groups.map(({ entry, optimizer }) => ({
    label: sweeps ? `${entry.label}, ${labelOf(optimizer)}` : entry.label,
    entry,
    optimizer,
  }))
}

/** What the networks of a task see and what they give: the shape of one input and the number of outputs. */
export interface NetworkEnds {
  input: Shape
  outputs: number
}

/** A network with its output layer, which is linear. */
export function networkOf(
  entry: Pick<ModelEntry, 'hidden' | 'initialization'>,
  { input, outputs }: NetworkEnds,
): Model {
  const output: Layer = { type: 'dense', units: outputs, activation: 'linear' }
  const hasPlaces = input[1] * input[2] > 1
  return {
    inputSize: shapeSize(input),
    ...(hasPlaces && { inputShape: input }),
    layers: [...entry.hidden, output],
    initialization: entry.initialization,
  }
}

export interface Repeats {
  seeds: number
  firstSeed: number
}

/** The parts of a training that every run of it has. */
export function commonSettings(training: Training): Pick<RunSpec, 'epochs' | 'maxSteps' | 'batchSize' | 'precision'> {
  const { optimizer: _own, ...common } = training
  return common
}

/** One facet's runs: its groups, each with all seeds. `facetInLabel`: the experiment has several facets. */
export function plannedRuns(
  groups: readonly Group[],
  repeats: Repeats,
  facet: string,
  facetInLabel: boolean,
  specOf: (group: Group, seed: number) => RunSpec,
): PlannedRun[] {
  return groups.flatMap((group, groupIndex) =>
    Array.from({ length: repeats.seeds }, (_, repeat) => {
      const seed = repeats.firstSeed + repeat
      const label = [group.label, ...(facetInLabel ? [facet] : []), `seed ${seed}`].join(', ')
      return { label, group: group.label, groupIndex, facet, spec: specOf(group, seed) }
    }),
  )
}

/** @throws LabError `spec/invalid` for more runs than a lab keeps together. */
export function checkRunCount(count: number): void {
  if (count <= maxRuns) return
  const message = `this makes ${count.toLocaleString('en')} runs; at most ${maxRuns.toLocaleString('en')} are possible`
  throw new LabError('spec/invalid', message, [{ path: ['seeds'], message }])
}

/** Dense layers of these widths, the shorthand of presets. */
export function denseLayers(widths: readonly number[], activation: Activation = 'relu'): Layer[] {
  return widths.map((units) => ({ type: 'dense', units, activation }))
}

/** A dense network with PyTorch's first weights, the shorthand of presets. */
export function denseModel(label: string, widths: readonly number[], activation: Activation = 'relu'): ModelEntry {
  return { label, hidden: denseLayers(widths, activation), initialization: 'pytorch' }
}

/** The words under which a model's networks are told apart: '2 models', '3 models, 2 optimizers'. */
export function countText(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}
