/** The spec of "Random labels": images, networks, and which shares of the training labels say nothing about them. */
import { z } from 'zod'
import { labelSettingsSchema, labelShareSchema } from '../../data/random-labels'
import { denseLayers, refuseRepeats, type ModelEntry } from '../model-groups'
import { taskShape, taskTraining } from '../task'

/** 269,322 parameters for 28 by 28 pixels and ten classes. */
const twoLayers: ModelEntry[] = [
  { label: '784-256-256-10', hidden: denseLayers([256, 256]), initialization: 'pytorch' },
]

/** Older runs cannot be asked: their labels are what they were. */
const { runs: _older, ...trained } = taskShape

export const randomLabelsSchema = z.strictObject({
  ...trained,
  task: trained.task.prefault({ type: 'dataset', name: 'digits', trainSize: 1000, testSize: 1000 }),
  models: trained.models.default(twoLayers),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 60 }),
  labels: z
    .strictObject({
      /** Of the training images, from 0 to 1, whose labels are random; every model is trained with each. */
      shares: z
        .array(labelShareSchema)
        .min(1, 'at least one share is needed')
        .max(24)
        .superRefine((shares, context) => {
          refuseRepeats(shares.map(String), context, (index) => [index], 'is there twice')
        })
        .default([0, 0.5, 1]),
      how: labelSettingsSchema.shape.how.default('permute'),
      /** Of the labels; absent: the seed of each run, so that repeats have other labels. */
      seed: labelSettingsSchema.shape.seed,
    })
    .prefault({}),
})
export type RandomLabelsSpec = z.infer<typeof randomLabelsSchema>
export type RandomLabelsInput = z.input<typeof randomLabelsSchema>
