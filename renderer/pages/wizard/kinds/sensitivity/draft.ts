/** What "Sensitivity" adds to a draft. */
import { z } from 'zod'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { variationDraftSchema } from '../variation-draft'

export const sensitivityShape = {
  vary: variationDraftSchema,
  gradients: z.object({ samples: loose.optional() }),
}
export type SensitivityDraft = TaskDraft & z.infer<z.ZodObject<typeof sensitivityShape>>
