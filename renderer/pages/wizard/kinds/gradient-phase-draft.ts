/** A second phase that minimises the gradient norm, as it is edited. */
import { z } from 'zod'
import { gradientMethods } from '../../../../shared/experiments/run-spec'
import { loose } from '../loose'

export const switchDraftSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('step'), step: loose }),
  z.object({ at: z.literal('epoch'), epoch: loose }),
  z.object({ at: z.literal('gradient-norm'), norm: loose }),
])
export type SwitchDraft = z.infer<typeof switchDraftSchema>

/** What all methods need. */
export const phaseDraftShape = {
  switchAt: switchDraftSchema,
  learningRate: loose.optional(),
  targetNorm: loose,
  maxSteps: loose,
}
export type PhaseDraft = z.infer<z.ZodObject<typeof phaseDraftShape>>

export const methodDraftSchema = z.enum(gradientMethods)
