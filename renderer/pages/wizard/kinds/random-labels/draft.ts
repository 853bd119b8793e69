/** What "Random labels" adds to a draft. */
import { z } from 'zod'
import { labelChanges } from '../../../../../shared/data/random-labels'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'

export const randomLabelsShape = {
  labels: z.object({ shares: z.array(loose), how: z.enum(labelChanges), seed: loose.optional() }),
}
export type RandomLabelsDraft = TaskDraft & z.infer<z.ZodObject<typeof randomLabelsShape>>
