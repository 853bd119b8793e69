/** What "Parameter count" adds to a draft. */
import { z } from 'zod'
import { widthShapes } from '../../../../../shared/models/equal-parameters'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'

export const parameterCountShape = {
  sizes: z.object({ counts: z.array(loose), widths: z.enum(widthShapes) }),
}
export type ParameterCountDraft = TaskDraft & z.infer<z.ZodObject<typeof parameterCountShape>>
