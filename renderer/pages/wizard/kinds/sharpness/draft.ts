/** What "Sharpness" adds to a draft. */
import { z } from 'zod'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { variationDraftSchema } from '../variation-draft'

export const sharpnessShape = {
  vary: variationDraftSchema,
  measure: z.object({
    epsilon: loose,
    relativeEpsilon: loose,
    samples: loose,
    ascent: z.object({ starts: loose, steps: loose }),
    lanczosSteps: loose,
    probes: loose,
  }),
}
export type SharpnessDraft = TaskDraft & z.infer<z.ZodObject<typeof sharpnessShape>>
