/** Learning-rate schedules: factors on the optimiser's learning rate along a training. */
import { z } from 'zod'

const unit = z.enum(['step', 'epoch'])
const share = z.number().min(0).max(1)

/**
 * What becomes of the learning rate; `unit` says what time is counted in. A warm-up of n steps multiplies the first n steps by
 * 1/n, 2/n, ..., and the rest of the schedule counts from the first step all the same.
 */
export const scheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('constant'), warmUpSteps: z.int().min(0).optional() }),
  /** Times `factor` after every so many steps or epochs (PyTorch's StepLR). */
  z.strictObject({
    type: z.literal('step'),
    unit: unit.default('epoch'),
    every: z.int().min(1),
    factor: z.number().positive().max(1).default(0.1),
    warmUpSteps: z.int().min(0).optional(),
  }),
  /**
   * Half a cosine from 1 to `final` over `length` steps or epochs, then `final` (Loshchilov and Hutter 2017, without restarts;
   * PyTorch's CosineAnnealingLR up to its length).
   */
  z.strictObject({
    type: z.literal('cosine'),
    unit: unit.default('epoch'),
    length: z.int().min(1),
    final: share.default(0),
    warmUpSteps: z.int().min(0).optional(),
  }),
])
export type Schedule = z.infer<typeof scheduleSchema>

/** The factor for the step after `steps` completed steps, in epoch number `epochs` (completed ones). */
export function scheduleFactor(schedule: Schedule | undefined, steps: number, epochs: number): number {
  if (!schedule) return 1
  const { warmUpSteps = 0 } = schedule
  const warm = steps < warmUpSteps ? (steps + 1) / warmUpSteps : 1
  if (schedule.type === 'constant') return warm
  const time = schedule.unit === 'step' ? steps : epochs
  if (schedule.type === 'step') return warm * schedule.factor ** Math.floor(time / schedule.every)
  const way = Math.min(1, time / schedule.length)
  return warm * (schedule.final + (1 - schedule.final) * 0.5 * (1 + Math.cos(Math.PI * way)))
}

/** The same way in less time: `shares` of the epochs and of the steps are left, at least one of each. */
export function shorterSchedule(schedule: Schedule, shares: Record<'epoch' | 'step', number>): Schedule {
  const shorter = (count: number, per: 'epoch' | 'step') => Math.max(1, Math.round(count * Math.min(1, shares[per])))
  const warmUp = schedule.warmUpSteps ? { warmUpSteps: shorter(schedule.warmUpSteps, 'step') } : {}
  if (schedule.type === 'step') return { ...schedule, ...warmUp, every: shorter(schedule.every, schedule.unit) }
  if (schedule.type === 'cosine') return { ...schedule, ...warmUp, length: shorter(schedule.length, schedule.unit) }
  return { ...schedule, ...warmUp }
}
