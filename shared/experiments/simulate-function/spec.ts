/** The spec of "Simulate a function": functions to learn, networks, training, repeats. */
import { z } from 'zod'
import { functionDataSchema } from '../run-spec'
import { domainSchema, expressionSchema } from '../task'
import {
  denseLayers,
  firstSeedSchema,
  labelSchema,
  modelEntriesSchema,
  refuseRepeats,
  seedsSchema,
  sweepSchema,
  trainingSchema,
  type ModelEntry,
} from '../model-groups'
import { catalogEntry } from '../../data/function-catalog'

export const targetSchema = z.strictObject({
  /** mathjs expression in x. */
  expression: expressionSchema,
  /** Shown instead of the expression. */
  label: labelSchema.optional(),
})
export type Target = z.infer<typeof targetSchema>

/** What a target is called: its label, its name in the catalog, or the expression itself. */
export function targetLabel(target: Target): string {
  return target.label ?? catalogEntry(target.expression)?.title ?? target.expression.trim()
}

export const maxTargets = 12

/** A deep and a shallow network of exactly 571 parameters. Tanh with Glorot's weights: no seed dies, as a narrow ReLU network may. */
const deepAndShallow: ModelEntry[] = [
  { label: 'Deep', hidden: denseLayers([5, 10, 10, 10, 10, 10, 5], 'tanh'), initialization: 'glorot-uniform' },
  { label: 'Shallow', hidden: denseLayers([190], 'tanh'), initialization: 'glorot-uniform' },
]

export const simulateFunctionSchema = z.strictObject({
  targets: z
    .array(targetSchema)
    .min(1, 'at least one function is needed')
    .max(maxTargets)
    .superRefine((targets, context) => {
      const pathOf = (index: number): (string | number)[] => [
        index,
        targets[index]!.label === undefined ? 'expression' : 'label',
      ]
      refuseRepeats(targets.map(targetLabel), context, pathOf, 'is there twice')
    })
    .default([{ expression: 'sin(6*pi*x^2)' }]),
  data: z
    .strictObject({
      domain: domainSchema.default([-1, 1]),
      points: functionDataSchema.shape.points.default(2048),
      noise: functionDataSchema.shape.noise.default(0),
      sampling: functionDataSchema.shape.sampling.default('grid'),
    })
    .prefault({}),
  models: modelEntriesSchema.default(deepAndShallow),
  training: z
    .strictObject({
      optimizer: trainingSchema.shape.optimizer.prefault({ type: 'adam', learningRate: 0.002 }),
      batchSize: trainingSchema.shape.batchSize.default(128),
      epochs: trainingSchema.shape.epochs.default(4000),
      maxSteps: trainingSchema.shape.maxSteps,
      precision: trainingSchema.shape.precision,
    })
    .prefault({}),
  sweep: sweepSchema.prefault({}),
  seeds: seedsSchema.default(5),
  firstSeed: firstSeedSchema.default(0),
})
export type SimulateFunctionSpec = z.infer<typeof simulateFunctionSchema>
export type SimulateFunctionInput = z.input<typeof simulateFunctionSchema>
