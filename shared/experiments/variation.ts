/** Trainings that differ in one setting, batch size or learning rate: each model with each value, with all its seeds. */
import { z } from 'zod'
import type { Issue } from '../api/errors'
import { layerIssues } from '../models/model'
import { specError } from './check-models'
import type { PlannedRun } from './kind'
import { lonelyBatchIssues } from './lonely-batches'
import { checkRunCount, networkOf, refuseRepeats } from './model-groups'
import { learningRateOf, needsFullBatch, optimizerTitles, withLearningRate, type Optimizer } from '../models/optimizer'
import { planTask, quickTask, sampleCounts, taskEnds, type Task, type TaskSpec } from './task'
import type { RunSpec } from './run-spec'

export const variedSettings = ['batchSize', 'learningRate'] as const
export type VariedSetting = (typeof variedSettings)[number]

export const variedTitles: Record<VariedSetting, string> = { batchSize: 'batch size', learningRate: 'learning rate' }

export interface Variation {
  what: VariedSetting
  values: readonly number[]
}

/** Instead of what `training` says; numbers that repeat and broken batches are refused. */
export function variationSchema({ least, most, tooFew }: { least: number; most: number; tooFew: string }) {
  return z
    .strictObject({
      what: z.enum(variedSettings),
      values: z.array(z.number().positive().max(1e6)).min(least, tooFew).max(most),
    })
    .superRefine(({ what, values }, context) => {
      refuseRepeats(
        values.map(String),
        context,
        (index) => ['values', index],
        `this ${variedTitles[what]} is there twice`,
      )
      // Whoever changes `what` alone still has the batch sizes.
      const areSizes = values.every(Number.isInteger) && Math.max(...values) >= 100
      if (what === 'learningRate' && areSizes)
        context.addIssue({ code: 'custom', path: ['values'], message: 'these are batch sizes, not learning rates' })
      if (what !== 'batchSize') return
      values.forEach((value, index) => {
        if (Number.isInteger(value)) return
        context.addIssue({ code: 'custom', path: ['values', index], message: 'batch size must be a whole number' })
      })
    })
}

/** 'batch 64', 'learning rate 0.001' */
export function valueLabel(what: VariedSetting, value: number): string {
  return what === 'batchSize' ? `batch ${value.toLocaleString('en')}` : `learning rate ${value}`
}

/** What a run was trained with; null where its optimiser has no such setting. */
export function valueOf(spec: RunSpec, what: VariedSetting): number | null {
  if (what === 'learningRate') return learningRateOf(spec.optimizer)
  return spec.batchSize === 'full' ? null : spec.batchSize
}

/** A spec with one of the values in the place of its own. */
export function withValue<Spec extends TaskSpec>(spec: Spec, what: VariedSetting, value: number): Spec {
  const { training, models } = spec
  if (what === 'batchSize') return { ...spec, training: { ...training, batchSize: value } }
  const at = (optimizer: Optimizer): Optimizer => withLearningRate(optimizer, value)
  return {
    ...spec,
    training: { ...training, optimizer: at(training.optimizer) },
    models: models.map((entry) => (entry.optimizer ? { ...entry, optimizer: at(entry.optimizer) } : entry)),
  }
}

/** What batch normalisation has against trainings with this batch size, by network; layers that do not fit have none. */
export function lonelyBatches({ task, training, models }: TaskSpec, batchSize: number): Issue[] {
  const ends = taskEnds(task)
  const whole = models.filter((entry) => layerIssues(networkOf(entry, ends)).length === 0)
  return lonelyBatchIssues(whole, { ...training, batchSize }, ends, sampleCounts(task).samples)
}

/**
 * @throws LabError `spec/invalid` at `key` for a batch larger than the data or too small for batch normalisation, or optimisers without
 * such a setting.
 */
function checkVariation(spec: TaskSpec, { what, values }: Variation, key: string): void {
  const { task, training, models } = spec
  const types = [training.optimizer, ...models.flatMap(({ optimizer }) => optimizer ?? [])].map(({ type }) => type)
  const fixed = types.find(needsFullBatch)
  if (fixed) {
    const why = what === 'batchSize' ? 'takes the whole training set in each step' : 'chooses its steps itself'
    throw specError([
      { path: [key, 'what'], message: `${optimizerTitles[fixed]} ${why}: its ${variedTitles[what]} cannot be varied` },
    ])
  }
  if (what !== 'batchSize') return
  const { samples } = sampleCounts(task)
  const issues = values.flatMap((value, index) => {
    const path = [key, 'values', index]
    if (value <= samples) return lonelyBatches(spec, value).map(({ message }) => ({ path, message }))
    const [batch, all] = [value, samples].map((count) => count.toLocaleString('en'))
    return [{ path, message: `a batch of ${batch} is larger than the ${all} training samples` }]
  })
  if (issues.length > 0) throw specError(issues)
}

/**
 * The runs of all values, by model, then value, then seed; position = (model · values + value) · seeds + seed.
 * @param key of the variation in the spec, for errors
 * @throws LabError `spec/invalid`
 */
export function planVariation(spec: TaskSpec, variation: Variation, key: string): PlannedRun[] {
  const { what, values } = variation
  checkVariation(spec, variation, key)
  checkRunCount(spec.models.length * values.length * spec.seeds)
  const plans = values.map((value) => planTask(withValue(spec, what, value)))
  return spec.models.flatMap((entry, model) =>
    values.flatMap((value, index) => {
      const group = `${spec.models.length > 1 ? `${entry.label}, ` : ''}${valueLabel(what, value)}`
      const groupIndex = model * values.length + index
      return plans[index]!.slice(model * spec.seeds, (model + 1) * spec.seeds).map((run) => ({
        ...run,
        group,
        groupIndex,
        label: `${group}, seed ${run.spec.seed}`,
      }))
    }),
  )
}

/** Values that still make sense with fewer samples: no batch larger than those, and still as many as are needed. */
function fittingValues({ what, values }: Variation, task: Task): number[] {
  if (what !== 'batchSize') return [...values]
  const { samples } = sampleCounts(task)
  const fitting = [...new Set(values.map((value) => Math.min(value, samples)))]
  return fitting.length > 1 ? fitting : [Math.ceil(samples / 2), samples]
}

/**
 * The quick look at a variation: trainings as short as the value that takes the most steps needs, and values that fit fewer samples.
 * @param variants trainings of each model and seed
 */
export function quickVariation<Spec extends TaskSpec>(
  spec: Spec,
  vary: Variation,
  variants: number,
): { quick: Spec; values: number[] } {
  const { training } = spec
  // Small batches take the most steps.
  const batchSize = vary.what === 'batchSize' ? Math.min(...vary.values) : training.batchSize
  const quick = quickTask(
    { ...spec, training: { ...training, batchSize } },
    {
      variants,
      ...(vary.what === 'batchSize' && { batchSizes: vary.values }),
    },
  )
  return {
    quick: { ...quick, training: { ...quick.training, batchSize: training.batchSize } },
    values: fittingValues(vary, quick.task),
  }
}

/** 'batch 64 to 1,024' */
export function variationText({ what, values }: Variation): string {
  const ends = [Math.min(...values), Math.max(...values)]
  return ends.map((value, index) => (index === 0 ? valueLabel(what, value) : value.toLocaleString('en'))).join(' to ')
}
