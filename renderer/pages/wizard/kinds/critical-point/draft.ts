/** What "Critical points" adds to a draft. */
import { z } from 'zod'
import { spectrumChoices } from '../../../../../shared/analyses/critical-point'
import type { TaskDraft } from '../../draft'
import { loose } from '../../loose'
import { methodDraftSchema, phaseDraftShape } from '../gradient-phase-draft'

export const criticalPointShape = {
  search: z.object({ ...phaseDraftShape, methods: z.array(methodDraftSchema) }),
  tolerance: loose,
  neighbours: z.object({ count: loose, radius: loose }),
  spectrum: z.enum(spectrumChoices),
}
export type CriticalPointDraft = TaskDraft & z.infer<z.ZodObject<typeof criticalPointShape>>
