/** What "Weight trajectories" adds to a draft. */
import { z } from 'zod'
import type { TaskDraft } from '../../draft'
import { snapshotsDraftSchema } from '../snapshots-draft'

export const weightTrajectoryShape = {
  snapshots: snapshotsDraftSchema,
  layers: z.array(z.string()),
  biases: z.boolean(),
  randomWalk: z.boolean(),
}
export type WeightTrajectoryDraft = TaskDraft & z.infer<z.ZodObject<typeof weightTrajectoryShape>>
