/** The spec of "Critical points": what is learned, how the gradient norm is minimised after the loss, and what is asked of the point reached. */
import { z } from 'zod'
import { neighboursSchema, spectrumChoices, toleranceSchema } from '../../analyses/critical-point'
import { denseLayers, refuseRepeats, type ModelEntry } from '../model-groups'
import { gradientMethods, gradientPhaseSchema } from '../run-spec'
import { taskShape, taskTraining } from '../task'

export const searchSchema = z.strictObject({
  /** When the loss is left and the gradient norm taken up, at the latest when the epochs are over. */
  switchAt: gradientPhaseSchema.shape.switchAt.prefault({ at: 'step', step: 1000 }),
  /** Each model is trained once with each, for each seed. */
  methods: z
    .array(z.enum(gradientMethods))
    .min(1, 'at least one method is needed')
    .superRefine((methods, context) => refuseRepeats(methods, context, (index) => [index], 'is there twice'))
    .default(['newton']),
  /** Of Adam on the gradient norm; absent: 0.001. */
  learningRate: gradientPhaseSchema.shape.learningRate,
  targetNorm: gradientPhaseSchema.shape.targetNorm.default(1e-5),
  maxSteps: gradientPhaseSchema.shape.maxSteps.default(300),
})

/** 251 parameters; tanh, because a Hessian needs second derivatives that ReLU has not. */
const smallTanh: ModelEntry = {
  label: '1-10-10-10-1',
  hidden: denseLayers([10, 10, 10], 'tanh'),
  initialization: 'glorot-uniform',
}

export const criticalPointSchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' }),
  models: taskShape.models.default([smallTanh]),
  training: taskTraining({ learningRate: 0.01, batchSize: 'full', epochs: 1000 }),
  evaluateEveryEpochs: taskShape.evaluateEveryEpochs.default(100),
  seeds: taskShape.seeds.default(100),
  search: searchSchema.prefault({}),
  /** An eigenvalue counts as zero where it is at most this share of the largest in magnitude. */
  tolerance: toleranceSchema.default(1e-8),
  neighbours: neighboursSchema.prefault({}),
  spectrum: z.enum(spectrumChoices).default('exact'),
})
export type CriticalPointExperiment = z.infer<typeof criticalPointSchema>
export type CriticalPointInput = z.input<typeof criticalPointSchema>
