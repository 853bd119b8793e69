/** The spec of "Train on an actual task": a data set of images, networks, training, repeats. */
import { z } from 'zod'
import { datasetNames } from '../../data/datasets'
import { datasetDataSchema } from '../run-spec'
import {
  denseLayers,
  firstSeedSchema,
  modelEntriesSchema,
  seedsSchema,
  sweepSchema,
  trainingSchema,
  type ModelEntry,
} from '../model-groups'

/** Dense networks for 28 by 28 pixels and ten classes: 25,450, 25,437 and 25,445 parameters. */
export const threeDepths: ModelEntry[] = [
  { label: 'Shallow', hidden: denseLayers([32]), initialization: 'pytorch' },
  { label: 'Medium', hidden: denseLayers([31, 26]), initialization: 'pytorch' },
  { label: 'Deep', hidden: denseLayers([30, 26, 21, 16]), initialization: 'pytorch' },
]

export const trainOnTaskSchema = z.strictObject({
  dataset: z
    .strictObject({
      name: datasetDataSchema.shape.dataset.default('digits'),
      /** Samples drawn for training, seeded; absent: all. */
      trainSize: datasetDataSchema.shape.trainSize,
      testSize: datasetDataSchema.shape.testSize,
    })
    .prefault({}),
  /** Other data sets that the same networks learn too, side by side; sizes are those of `dataset`. */
  alsoOn: z.array(datasetDataSchema.shape.dataset).max(datasetNames.length).default([]),
  models: modelEntriesSchema.default(threeDepths),
  training: z
    .strictObject({
      optimizer: trainingSchema.shape.optimizer.prefault({ type: 'adam', learningRate: 0.001 }),
      batchSize: trainingSchema.shape.batchSize.default(64),
      epochs: trainingSchema.shape.epochs.default(10),
      maxSteps: trainingSchema.shape.maxSteps,
      precision: trainingSchema.shape.precision,
    })
    .prefault({}),
  evaluateEveryEpochs: z.int().min(1).max(10_000_000).default(1),
  sweep: sweepSchema.prefault({}),
  seeds: seedsSchema.default(1),
  firstSeed: firstSeedSchema.default(0),
})
export type TrainOnTaskSpec = z.infer<typeof trainOnTaskSchema>
export type TrainOnTaskInput = z.input<typeof trainOnTaskSchema>
