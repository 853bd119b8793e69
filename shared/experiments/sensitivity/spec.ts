/** The spec of "Sensitivity": a task, the batch sizes or learning rates to train with, and over how many samples the gradients are. */
import { z } from 'zod'
import { sensitivityAnalysisSchema } from '../../analyses/sensitivity'
import { denseModel } from '../model-groups'
import { taskShape, taskTraining } from '../task'
import { variationSchema } from '../variation'

export const sensitivitySchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'dataset', name: 'digits', trainSize: 4000, testSize: 1000 }),
  models: taskShape.models.default([denseModel('784-32-10', [32])]),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 10 }),
  /** What the trainings differ in. */
  vary: variationSchema({ least: 2, most: 24, tooFew: 'a sweep needs at least two values' }).prefault({
    what: 'batchSize',
    values: [8, 32, 128, 512, 2048],
  }),
  gradients: sensitivityAnalysisSchema.prefault({ samples: 1000 }),
})
export type SensitivityExperiment = z.infer<typeof sensitivitySchema>
export type SensitivityInput = z.input<typeof sensitivitySchema>
