/** The spec of "Error surface": what is learned, what is kept of the way, and the line or plane on which the loss is drawn. */
import { z } from 'zod'
import { surfaceSchema } from '../../analyses/error-surface'
import { denseLayers, type ModelEntry } from '../model-groups'
import { recordSchema } from '../run-spec'
import { taskShape, taskTraining } from '../task'

const smallTanh: ModelEntry = {
  label: '1-10-10-10-1',
  hidden: denseLayers([10, 10, 10], 'tanh'),
  initialization: 'glorot-uniform',
}

export const errorSurfaceSchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' }),
  models: taskShape.models.default([smallTanh]),
  training: taskTraining({ learningRate: 0.005, batchSize: 64, epochs: 500 }),
  evaluateEveryEpochs: taskShape.evaluateEveryEpochs.default(10),
  seeds: taskShape.seeds.default(1),
  /** Points of the way that are kept. */
  snapshots: recordSchema.shape.snapshots.unwrap().prefault({ every: 10, unit: 'epoch' }),
  surface: surfaceSchema.prefault({}),
})
export type ErrorSurfaceExperiment = z.infer<typeof errorSurfaceSchema>
export type ErrorSurfaceInput = z.input<typeof errorSurfaceSchema>
