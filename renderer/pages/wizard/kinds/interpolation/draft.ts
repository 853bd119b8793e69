/** What "Interpolation" adds to a draft. */
import { z } from 'zod'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { variationDraftSchema } from '../variation-draft'

export const interpolationShape = {
  differ: variationDraftSchema,
  between: loose,
  alphas: z.object({ from: loose, to: loose, count: loose, spacing: z.enum(['even', 'ends']) }),
}
export type InterpolationDraft = TaskDraft & z.infer<z.ZodObject<typeof interpolationShape>>
