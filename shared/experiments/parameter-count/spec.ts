/** The spec of "Parameter count": one task, and networks of many sizes, given one by one or solved from numbers of parameters. */
import { z } from 'zod'
import { widthShapes } from '../../models/equal-parameters'
import { denseLayers, refuseRepeats, type ModelEntry } from '../model-groups'
import { taskShape, taskTraining } from '../task'

const family: ModelEntry[] = [{ label: 'Two hidden layers', hidden: denseLayers([64, 64]), initialization: 'pytorch' }]

const defaultCounts = [2000, 4000, 8000, 15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 960_000]

/** Older runs cannot be asked: what is drawn is recorded while training. */
const { runs: _older, ...trained } = taskShape

export const parameterCountSchema = z.strictObject({
  ...trained,
  task: trained.task.prefault({ type: 'dataset', name: 'digits', trainSize: 1000, testSize: 1000 }),
  /** The sizes; or, with `sizes.counts`, families: each is trained at every count, only its widths change. */
  models: trained.models.default(family),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 10 }),
  seeds: trained.seeds.default(3),
  sizes: z
    .strictObject({
      /** Numbers of parameters; the widths that come nearest to each are solved for. Empty: the models as they are. */
      counts: z
        .array(z.int().min(1).max(100_000_000))
        .max(24)
        .superRefine((counts, context) => {
          refuseRepeats(counts.map(String), context, (index) => [index], 'is there twice')
        })
        .default(defaultCounts),
      /** How the widths of one network relate: alike, or narrowing to a quarter. */
      widths: z.enum(widthShapes).default('constant'),
    })
    .prefault({}),
})
export type ParameterCountSpec = z.infer<typeof parameterCountSchema>
export type ParameterCountInput = z.input<typeof parameterCountSchema>
