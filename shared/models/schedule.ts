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
export type ScheduleType = Schedule['type']
export const scheduleTypes = scheduleSchema.options.map(({ shape }) => shape.type.value)

/** Settings that only some schedules have. */
type OwnSetting<One extends Schedule> = Exclude<keyof One, 'type' | 'unit' | 'warmUpSteps'>
export type ScheduleSetting = Schedule extends infer One ? (One extends Schedule ? OwnSetting<One> : never) : never

/** Whatever tells one type from another: an entry for each, or it does not compile. */
interface ScheduleTraits<One extends Schedule> {
  /** In a form. */
  title: string
  /** After `time` steps or epochs, whichever it counts; without the warm-up. */
  factor(schedule: One, time: number): number
  /** Settings that are lengths in steps or epochs: a shorter training has shorter ones. */
  lengths: readonly OwnSetting<One>[]
  /** '' for what does nothing. */
  text(schedule: One): string
  /** Its settings in a form, in their order, by title. */
  titles: Record<OwnSetting<One>, string>
  /** What a form begins with in a training of so many epochs. */
  usual(epochs: number): One
}

const traits: { [Type in ScheduleType]: ScheduleTraits<Extract<Schedule, { type: Type }>> } = {
  constant: {
    title: 'constant',
    factor: () => 1,
    lengths: [],
    text: () => '',
    titles: {},
    usual: () => ({ type: 'constant' }),
  },
  step: {
    title: 'in steps',
    factor: ({ factor, every }, time) => factor ** Math.floor(time / every),
    lengths: ['every'],
    text: ({ factor, every, unit }) => `times ${factor} every ${every} ${unit}s`,
    titles: { factor: 'Times', every: 'After every' },
    usual: (epochs) => ({ type: 'step', unit: 'epoch', every: Math.max(1, Math.ceil(epochs / 3)), factor: 0.1 }),
  },
  cosine: {
    title: 'cosine',
    factor: ({ length, final }, time) =>
      final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, time / length))),
    lengths: ['length'],
    text: ({ length, unit, final }) => `cosine over ${length} ${unit}s${final > 0 ? ` to ${final}` : ''}`,
    titles: { length: 'Over', final: 'Down to (share)' },
    usual: (epochs) => ({ type: 'cosine', unit: 'epoch', length: epochs, final: 0 }),
  },
}

/** Those of a schedule's own type, for code that does not ask which it is. */
export function scheduleTraits(type: ScheduleType) {
  return traits[type] as unknown as ScheduleTraits<Schedule> & {
    lengths: readonly ScheduleSetting[]
    titles: Partial<Record<ScheduleSetting, string>>
  }
}

/** The factor for the step after `steps` completed steps, in epoch number `epochs` (completed ones). */
export function scheduleFactor(schedule: Schedule | undefined, steps: number, epochs: number): number {
  if (!schedule) return 1
  const { warmUpSteps = 0 } = schedule
  const warm = steps < warmUpSteps ? (steps + 1) / warmUpSteps : 1
  const time = 'unit' in schedule && schedule.unit === 'epoch' ? epochs : steps
  return warm * scheduleTraits(schedule.type).factor(schedule, time)
}

/** The same way in less time: `shares` of the epochs and of the steps are left, at least one of each. */
export function shorterSchedule(schedule: Schedule, shares: Record<'epoch' | 'step', number>): Schedule {
  const shorter = (count: number, per: 'epoch' | 'step') => Math.max(1, Math.round(count * Math.min(1, shares[per])))
  const per = 'unit' in schedule ? schedule.unit : 'step'
  const settings = schedule as Schedule & Partial<Record<ScheduleSetting, number>>
  const lengths = scheduleTraits(schedule.type).lengths.map((name) => [name, shorter(settings[name]!, per)])
  const warmUp = schedule.warmUpSteps ? { warmUpSteps: shorter(schedule.warmUpSteps, 'step') } : {}
  return { ...schedule, ...warmUp, ...Object.fromEntries(lengths) }
}

/** 'cosine over 200 epochs to 0.1', 'times 0.5 every 30 steps', 'warm-up of 100 steps' */
export function scheduleText(schedule: Schedule): string {
  const { warmUpSteps = 0 } = schedule
  const warmUp = warmUpSteps > 0 ? `warm-up of ${warmUpSteps} steps` : ''
  return [scheduleTraits(schedule.type).text(schedule), warmUp].filter((part) => part !== '').join(', ')
}
