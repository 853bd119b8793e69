import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultAngle, projection, turned, type BoxPoint } from '../../../shared/figures/projection'

const frame = { left: 30, top: 20, width: 400, height: 300 }
const angles = fc.record({
  azimuth: fc.double({ min: -7, max: 7, noNaN: true }),
  elevation: fc.double({ min: -1.48, max: 1.48, noNaN: true }),
})
const coordinate = fc.double({ min: -1, max: 1, noNaN: true })
const point = fc.tuple(coordinate, coordinate, coordinate)

it('the whole box is inside its frame from every side', () => {
  fc.assert(
    fc.property(angles, point, (angle, at) => {
      const [x, y] = projection(angle, frame).pixel(at)
      expect(x).toBeGreaterThanOrEqual(frame.left - 1e-9)
      expect(x).toBeLessThanOrEqual(frame.left + frame.width + 1e-9)
      expect(y).toBeGreaterThanOrEqual(frame.top - 1e-9)
      expect(y).toBeLessThanOrEqual(frame.top + frame.height + 1e-9)
    }),
  )
})

it('points on a line of sight fall onto one pixel, the one towards the eye nearer', () => {
  fc.assert(
    fc.property(angles, point, fc.double({ min: 0.01, max: 1, noNaN: true }), (angle, at, step) => {
      const view = projection(angle, frame)
      const [x, y, z] = view.towards
      // Heights are drawn lower than they are: the line of sight is steeper in the box.
      const nearer: BoxPoint = [at[0] + step * x, at[1] + step * y, at[2] + (step * z) / 0.72]
      const [first, second] = [view.pixel(at), view.pixel(nearer)]
      expect(second[0]).toBeCloseTo(first[0], 6)
      expect(second[1]).toBeCloseTo(first[1], 6)
      expect(view.depth(nearer) - view.depth(at)).toBeCloseTo(step, 9)
    }),
  )
})

it('from the front, x runs to the right and z up', () => {
  const view = projection({ azimuth: -Math.PI / 2, elevation: 0 }, frame)
  const [center, right, up] = ([[0, 0, 0], [1, 0, 0], [0, 0, 1]] as const).map((at) => view.pixel(at)) // prettier-ignore
  expect(center).toEqual([230, 170])
  expect(right![0]).toBeGreaterThan(center![0])
  expect(right![1]).toBeCloseTo(center![1], 9)
  expect(up![0]).toBeCloseTo(center![0], 9)
  expect(up![1]).toBeLessThan(center![1])
})

it('turning never stands the box on its head', () => {
  expect(turned(defaultAngle, 0, 10).elevation).toBeLessThan(Math.PI / 2)
  expect(turned(defaultAngle, 0, -10).elevation).toBeGreaterThan(-Math.PI / 2)
  expect(turned(turned(defaultAngle, 1, 0.1), -1, -0.1)).toEqual({
    azimuth: expect.closeTo(defaultAngle.azimuth, 12),
    elevation: expect.closeTo(defaultAngle.elevation, 12),
  })
})
