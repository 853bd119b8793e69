/** The setting in which trainings differ, and its values, as they are edited. */
import { z } from 'zod'
import { variedSettings, variedTitles, type VariedSetting } from '../../../../shared/experiments/variation'
import { loose } from '../loose'

export const variationDraftSchema = z.object({ what: z.enum(variedSettings), values: z.array(loose) })
export type VariationDraft = z.infer<typeof variationDraftSchema>

/** 'Batch size', 'Learning rate' */
export const variedOptions = variedSettings.map((value) => {
  const title = variedTitles[value]
  return { value, label: title.charAt(0).toUpperCase() + title.slice(1) }
})

/** Values of one setting mean nothing for the other: each has its own, the usual ones until they are edited. */
export function keptValues(usual: Record<VariedSetting, readonly number[]>) {
  const kept = new Map<VariedSetting, VariationDraft['values']>()
  return (variation: VariationDraft, next: VariedSetting): void => {
    if (variation.what === next) return
    kept.set(variation.what, variation.values)
    variation.what = next
    variation.values = kept.get(next) ?? [...usual[next]]
  }
}
