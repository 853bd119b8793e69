import { describe, expect, it } from 'vitest'
import {
  scheduleFactor,
  scheduleSchema,
  scheduleText,
  scheduleTraits,
  scheduleTypes,
  shorterSchedule,
} from '../../../shared/models/schedule'

describe('a learning-rate schedule', () => {
  it('falls by steps, along a cosine, and warms up', () => {
    const step = scheduleSchema.parse({ type: 'step', every: 2, factor: 0.5 })
    expect([0, 1, 2, 3, 4].map((epoch) => scheduleFactor(step, 100 * epoch, epoch))).toEqual([1, 1, 0.5, 0.5, 0.25])
    const cosine = scheduleSchema.parse({ type: 'cosine', unit: 'step', length: 10, final: 0.2 })
    const along = [0, 5, 10, 50].map((steps) => scheduleFactor(cosine, steps, 0))
    expect(along).toEqual([1, expect.closeTo(0.6, 12), expect.closeTo(0.2, 12), expect.closeTo(0.2, 12)])
    const warm = scheduleSchema.parse({ type: 'constant', warmUpSteps: 4 })
    expect([0, 1, 3, 4].map((steps) => scheduleFactor(warm, steps, 0))).toEqual([0.25, 0.5, 1, 1])
  })

  it('goes the same way in a shorter training', () => {
    const shares = { epoch: 0.2, step: 0.01 }
    const cosine = scheduleSchema.parse({ type: 'cosine', length: 15, warmUpSteps: 500 })
    expect(shorterSchedule(cosine, shares)).toEqual({ ...cosine, length: 3, warmUpSteps: 5 })
    const step = scheduleSchema.parse({ type: 'step', unit: 'step', every: 50 })
    expect(shorterSchedule(step, shares)).toEqual({ ...step, every: 1 })
    expect(shorterSchedule(step, { epoch: 1, step: 3 })).toEqual(step)
  })

  it.each(scheduleTypes)(
    '%s has a title for each setting of its own, begins as a valid one, and is whole at first',
    (type) => {
      const { titles, usual } = scheduleTraits(type)
      const own = Object.keys(scheduleSchema.options.find(({ shape }) => shape.type.value === type)!.shape)
      const common = ['type', 'unit', 'warmUpSteps']
      expect(Object.keys(titles).sort()).toEqual(own.filter((name) => !common.includes(name)).sort())
      const begun = usual(30)
      expect(scheduleSchema.parse(begun)).toEqual(begun)
      expect(scheduleFactor(begun, 0, 0)).toBe(1)
      expect(shorterSchedule(begun, { epoch: 0.1, step: 0.1 })).toEqual(usual(3))
      expect(scheduleText(begun) === '').toBe(type === 'constant')
    },
  )
})
