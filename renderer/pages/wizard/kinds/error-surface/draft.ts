/** What "Error surface" adds to a draft. */
import { z } from 'zod'
import { directionChoices } from '../../../../../shared/analyses/error-surface'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { snapshotsDraftSchema } from '../snapshots-draft'

export const errorSurfaceShape = {
  snapshots: snapshotsDraftSchema,
  surface: z.object({
    directions: z.enum(directionChoices),
    dimensions: z.literal([1, 2]),
    normalization: z.enum(['filter', 'none']),
    span: z.tuple([loose, loose]),
    resolution: loose,
    seed: loose,
    set: z.enum(['training', 'test']),
    samples: loose.optional(),
  }),
}
export type ErrorSurfaceDraft = TaskDraft & z.infer<z.ZodObject<typeof errorSurfaceShape>>
