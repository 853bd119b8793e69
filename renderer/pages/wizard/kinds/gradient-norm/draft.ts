/** What "Gradient norm" adds to a draft. */
import { z } from 'zod'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { methodDraftSchema, phaseDraftShape } from '../gradient-phase-draft'

export const gradientNormShape = {
  gradient: z.object({ fullEvery: loose.optional(), perLayer: z.boolean() }),
  gradientPhase: z.object({ ...phaseDraftShape, method: methodDraftSchema }).optional(),
}
export type GradientNormDraft = TaskDraft & z.infer<z.ZodObject<typeof gradientNormShape>>
