import { expect, it } from 'vitest'
import { isIn, nearestTarget, nextTarget } from '../../../../renderer/components/charts/pointing'
import { figureDrawing } from '../../../../shared/figures/chart'
import { madeScatter } from '../../../support/made-figure'

const { targets, plots } = figureDrawing(
  madeScatter([
    { x: [0, 1, 2], y: [0, 1, 2] },
    { key: 'B', x: [1], y: [1] },
  ]),
  { theme: 'light', width: 500, height: 300 },
)

it('the nearest point within reach is meant, and of two on each other the upper one', () => {
  const [first, second] = targets
  expect(nearestTarget(targets, first!.x + 5, first!.y - 4, 18)).toBe(first)
  expect(nearestTarget(targets, first!.x + 25, first!.y, 18)).toBeUndefined()
  expect(nearestTarget(targets, second!.x, second!.y, 18)).toMatchObject({ key: 'B', index: 0 })
  expect(nearestTarget([], 0, 0, 18)).toBeUndefined()
})

it('keys go from point to point and round', () => {
  const walk = (by: 1 | -1) => {
    const seen: string[] = []
    let at = nextTarget(targets, undefined, by)
    for (let i = 0; i < 5; i++, at = nextTarget(targets, at, by)) seen.push(`${at!.key}${at!.index}`)
    return seen.join(' ')
  }
  expect(walk(1)).toBe('A0 A1 A2 B0 A0')
  expect(walk(-1)).toBe('B0 A2 A1 A0 B0')
  expect(nextTarget(targets, { key: 'gone', index: 0 }, 1)).toBe(targets[0])
})

it('a plot ends at its edges', () => {
  const [plot] = plots
  expect(isIn(plot!, plot!.left, plot!.top)).toBe(true)
  expect(isIn(plot!, plot!.left - 1, plot!.top)).toBe(false)
  expect(isIn(plot!, plot!.left, plot!.top + plot!.height + 1)).toBe(false)
})
