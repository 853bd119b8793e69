/** The spec of "Gradient norm": a task, networks, and which gradients are measured along their training. */
import { z } from 'zod'
import { denseLayers, type ModelEntry } from '../model-groups'
import { gradientPhaseSchema, recordSchema } from '../run-spec'
import { taskShape, taskTraining } from '../task'

/** A tanh network of 251 parameters. */
const smallTanh: ModelEntry[] = [
  { label: '1-10-10-10-1', hidden: denseLayers([10, 10, 10], 'tanh'), initialization: 'glorot-uniform' },
]

/** Older runs cannot be asked: what this experiment draws is recorded while training. */
const { runs: _older, ...trained } = taskShape

export const gradientNormSchema = z.strictObject({
  ...trained,
  task: trained.task.prefault({ type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' }),
  models: trained.models.default(smallTanh),
  training: taskTraining({ learningRate: 0.005, batchSize: 32, epochs: 500 }),
  seeds: trained.seeds.default(3),
  gradient: z
    .strictObject({
      /** The gradient over the whole training set at every so many-th iteration; absent: never. */
      fullEvery: recordSchema.shape.fullGradientEvery,
      /** The parts of the gradient that belong to single layers, at every iteration. */
      perLayer: z.boolean().default(true),
    })
    .prefault({ fullEvery: 20 }),
  /** After some time the gradient norm is minimised instead of the loss. */
  gradientPhase: gradientPhaseSchema.optional(),
})
export type GradientNormSpec = z.infer<typeof gradientNormSchema>
export type GradientNormInput = z.input<typeof gradientNormSchema>
