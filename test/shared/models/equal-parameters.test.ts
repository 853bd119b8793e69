import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  equalParameterModels,
  equalParameterWidths,
  widthShapes,
  type WidthQuestion,
} from '../../../shared/models/equal-parameters'
import { denseParameterCount } from '../../../shared/models/model'

const question: fc.Arbitrary<WidthQuestion> = fc.record({
  inputSize: fc.constantFrom(1, 2, 784, 3072),
  outputSize: fc.constantFrom(1, 10),
  budget: fc.integer({ min: 1, max: 500_000 }),
  depth: fc.integer({ min: 1, max: 12 }),
  shape: fc.constantFrom(...widthShapes),
})

describe('networks with a given number of parameters', () => {
  it('finds 1-190-1 for 571 parameters and one layer', () => {
    const found = equalParameterWidths({ inputSize: 1, outputSize: 1, budget: 571, depth: 1, shape: 'constant' })
    expect(found).toEqual({ depth: 1, widths: [190], count: 571, difference: 0 })
  })

  it('hits 571 exactly with five, seven and ten layers', () => {
    const found = equalParameterModels({ inputSize: 1, outputSize: 1, budget: 571, shape: 'constant' }, [5, 7, 10])
    expect(found.map(({ depth, difference }) => [depth, difference])).toEqual([
      [5, 0],
      [7, 0],
      [10, 0],
    ])
  })

  it('comes as near as a search through all pairs of similar widths', () => {
    for (let budget = 40; budget < 3000; budget += 37) {
      const found = equalParameterWidths({ inputSize: 1, outputSize: 1, budget, depth: 2, shape: 'constant' })
      let base = 1
      while (denseParameterCount([1, base + 1, base + 1, 1]) <= budget) base++
      const leeway = Math.max(2, Math.floor(0.15 * base))
      let nearest = Infinity
      for (let a = Math.max(1, base - leeway); a <= base + leeway; a++) {
        for (let b = Math.max(1, base - leeway); b <= base + leeway; b++) {
          nearest = Math.min(nearest, Math.abs(denseParameterCount([1, a, b, 1]) - budget))
        }
      }
      expect(Math.abs(found.difference)).toBeLessThanOrEqual(nearest)
    }
  })

  it('answers with widths of the asked depth and their true count', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { widths, count, difference } = equalParameterWidths(asked)
        expect(widths).toHaveLength(asked.depth)
        expect(widths.every((width) => Number.isInteger(width) && width >= 1)).toBe(true)
        expect(count).toBe(denseParameterCount([asked.inputSize, ...widths, asked.outputSize]))
        expect(difference).toBe(count - asked.budget)
      }),
    )
  })

  it('comes nearer than any other number of units in a single layer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 190_000 }), fc.integer({ min: 1, max: 20 }), (budget, outputSize) => {
        const { widths, difference } = equalParameterWidths({
          inputSize: 1,
          outputSize,
          budget,
          depth: 1,
          shape: 'constant',
        })
        for (const width of [Math.max(1, widths[0]! - 1), widths[0]! + 1]) {
          expect(Math.abs(denseParameterCount([1, width, outputSize]) - budget)).toBeGreaterThanOrEqual(
            Math.abs(difference),
          )
        }
      }),
    )
  })

  it('keeps constant layers alike and tapered ones narrowing', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { widths } = equalParameterWidths(asked)
        if (asked.shape === 'tapered') expect(widths).toEqual([...widths].sort((a, b) => b - a))
        else
          expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(Math.max(4, 0.4 * Math.max(...widths)))
      }),
    )
  })

  it('is the smallest network where the budget is too small for any', () => {
    expect(
      equalParameterWidths({ inputSize: 784, outputSize: 10, budget: 100, depth: 3, shape: 'tapered' }).widths,
    ).toEqual([1, 1, 1])
  })

  it('refuses what is no question', () => {
    const asked: WidthQuestion = { inputSize: 1, outputSize: 1, budget: 571, depth: 2, shape: 'constant' }
    expect(() => equalParameterWidths({ ...asked, depth: 0 })).toThrow('depth must be a positive whole number')
    expect(() => equalParameterWidths({ ...asked, budget: 1.5 })).toThrow('budget must be a positive whole number')
  })
})
