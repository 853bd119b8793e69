/** The spec of "Error surface": what is learned, what is kept of the way, and the line or plane on which the loss is drawn. */
import { z } from 'zod'
import { surfaceSchema } from '../../analyses/error-surface'
import { denseLayers, type ModelEntry } from '../model-groups'
import { recordSchema } from '../run-spec'
import { taskShape } from '../task'

const smallTanh: ModelEntry = {
  label: '1-10-10-10-1',
  hidden: denseLayers([10, 10, 10], 'tanh'),
  initialization: 'glorot-uniform',
}

export const errorSurfaceSchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' }),
  models: taskShape.models.default([smallTanh]),
  training: z
    .strictObject({
      ...taskShape.training.shape,
      optimizer: taskShape.training.shape.optimizer.prefault({ type: 'adam', learningRate: 0.005 }),
      batchSize: taskShape.training.shape.batchSize.default(64),
      epochs: taskShape.training.shape.epochs.default(500),
    })
    .prefault({}),
  evaluateEveryEpochs: taskShape.evaluateEveryEpochs.default(10),
  seeds: taskShape.seeds.default(1),
  /** Points of the way that are kept. */
  snapshots: recordSchema.shape.snapshots.unwrap().prefault({ every: 10, unit: 'epoch' }),
  surface: surfaceSchema.prefault({}),
})
export type ErrorSurfaceExperiment = z.infer<typeof errorSurfaceSchema>
export type ErrorSurfaceInput = z.input<typeof errorSurfaceSchema>
