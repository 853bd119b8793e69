import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placedLabels, type LabelWish } from '../../../shared/figures/label-places'
import { textWidth } from '../../../shared/figures/numbers'

const frame = { left: 0, top: 0, right: 300, bottom: 200 }
const look = { size: 10, radius: 5 }

it('texts never cover each other, a point, or the edge', () => {
  const wish = fc.record({
    text: fc.constantFrom('97.1', '8', 'accuracy'),
    at: fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200 })),
  })
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes: LabelWish[]) => {
      const placed = placedLabels(wishes, wishes.map(({ at }) => at), frame, look) // prettier-ignore
      placed.forEach(({ text, center: [x, y] }, index) => {
        const half = textWidth(text, look.size) / 2
        expect(x - half).toBeGreaterThanOrEqual(0)
        expect(x + half).toBeLessThanOrEqual(300)
        for (const { at } of wishes) expect(Math.abs(at[0] - x) < half && Math.abs(at[1] - y) < 5).toBe(false)
        for (const other of placed.slice(index + 1)) {
          const apart = half + textWidth(other.text, look.size) / 2
          expect(Math.abs(other.center[0] - x) < apart - 1e-9 && Math.abs(other.center[1] - y) < 10).toBe(false)
        }
      })
    }),
  )
})

it('a text goes to the right of its point where there is room, otherwise elsewhere, otherwise nowhere', () => {
  const at = [100, 100] as const
  const [alone] = placedLabels([{ text: '8', at }], [at], frame, look)
  expect(alone!.center[0]).toBeGreaterThan(100)
  expect(alone!.center[1]).toBe(100)
  const [atEdge] = placedLabels([{ text: '8', at: [299, 100] }], [[299, 100]], frame, look)
  expect(atEdge!.center[0]).toBeLessThan(299)
  const crowd = Array.from({ length: 400 }, (_, i) => [80 + 2 * (i % 20), 80 + 2 * Math.floor(i / 20)] as const)
  expect(placedLabels([{ text: '8', at }], crowd, frame, look)).toEqual([])
})
