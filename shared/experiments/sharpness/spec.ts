/** The spec of "Sharpness": a task, trainings over several batch sizes or learning rates, and how each minimum is measured. */
import { z } from 'zod'
import { sharpnessSettingsSchema } from '../../analyses/sharpness'
import { denseModel, type ModelEntry } from '../model-groups'
import { taskShape, taskTraining } from '../task'
import { variationSchema } from '../variation'

const smallDense: ModelEntry[] = [denseModel('784-32-10', [32])]

export const sharpnessSchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'dataset', name: 'digits', trainSize: 1000, testSize: 2000 }),
  models: taskShape.models.default(smallDense),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 100 }),
  seeds: taskShape.seeds.default(2),
  /** What the trainings differ in. */
  vary: variationSchema({ least: 2, most: 24, tooFew: 'a sweep needs at least two values' }).prefault({
    what: 'batchSize',
    values: [8, 16, 32, 64, 128, 256],
  }),
  measure: sharpnessSettingsSchema.prefault({}),
})
export type SharpnessExperiment = z.infer<typeof sharpnessSchema>
export type SharpnessInput = z.input<typeof sharpnessSchema>
