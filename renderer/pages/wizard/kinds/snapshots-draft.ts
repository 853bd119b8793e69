/** When the weights of a run are kept, as it is edited. */
import { z } from 'zod'
import { loose } from '../loose'

export const snapshotsDraftSchema = z.object({ every: loose, unit: z.enum(['epoch', 'step']) })
export type SnapshotsDraft = z.infer<typeof snapshotsDraftSchema>
