/** The spec of "Weight trajectories": a task, networks trained from several starts, when their weights are kept, which of them are looked at. */
import { z } from 'zod'
import { denseLayers, type ModelEntry } from '../model-groups'
import { recordSchema } from '../run-spec'
import { taskShape, taskTraining } from '../task'

/** A dense network for 28 by 28 pixels and ten classes, of 25,818 parameters. */
const smallDense: ModelEntry[] = [{ label: '784-32-16-10', hidden: denseLayers([32, 16]), initialization: 'pytorch' }]

const snapshots = recordSchema.shape.snapshots.unwrap()

export const weightTrajectorySchema = z.strictObject({
  ...taskShape,
  task: taskShape.task.prefault({ type: 'dataset', name: 'digits', trainSize: 4000, testSize: 1000 }),
  models: taskShape.models.default(smallDense),
  training: taskTraining({ learningRate: 0.001, batchSize: 64, epochs: 24 }),
  seeds: taskShape.seeds.default(8),
  /** When weights are kept, besides those at the start and at the end. */
  snapshots: z
    .strictObject({ every: snapshots.shape.every.default(3), unit: snapshots.shape.unit.default('epoch') })
    .prefault({}),
  /** Layers looked at beside the whole model, by their names in parameterLayout: 'layer0' is the first. */
  layers: z
    .array(
      z.string().regex(/^layer\d+(\.\d+)?$/, "a layer is written as 'layer0' or, within a residual block, 'layer2.1'"),
    )
    .max(20)
    .refine((names) => new Set(names).size === names.length, 'a layer is there twice')
    .default(['layer0']),
  /** Whether biases count as coordinates like weights do. */
  biases: z.boolean().default(true),
  /** A random walk with steps of the same lengths beside each projection. */
  randomWalk: z.boolean().default(true),
})
export type WeightTrajectorySpec = z.infer<typeof weightTrajectorySchema>
export type WeightTrajectoryInput = z.input<typeof weightTrajectorySchema>
