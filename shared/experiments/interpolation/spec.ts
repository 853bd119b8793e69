/** The spec of "Interpolation": a task, two trainings that differ in one thing, and the points between and beyond them. */
import { z } from 'zod'
import { interpolationAnalysisSchema } from '../../analyses/interpolation'
import { denseLayers, type ModelEntry } from '../model-groups'
import { taskShape, taskTraining } from '../task'
import { variationSchema } from '../variation'

const smallDense: ModelEntry[] = [{ label: '784-32-10', hidden: denseLayers([32]), initialization: 'pytorch' }]

export const interpolationSchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'dataset', name: 'digits', trainSize: 4000, testSize: 1000 }),
  models: taskShape.models.default(smallDense),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 20 }),
  /** What the two trainings differ in: the first at α = 0, the second at α = 1. */
  differ: variationSchema({ least: 2, most: 2, tooFew: 'two values are needed' }).prefault({
    what: 'batchSize',
    values: [16, 512],
  }),
  /** Networks also trained at values evenly between the two, to compare with those that were interpolated. */
  between: z.int().min(0).max(20).default(0),
  alphas: interpolationAnalysisSchema.prefault({}),
})
export type InterpolationExperiment = z.infer<typeof interpolationSchema>
export type InterpolationInput = z.input<typeof interpolationSchema>
