import { describe, expect, it } from 'vitest'
import { Points } from '../../../electron/store/points'

describe('points', () => {
  it('turn to Float64 without loss when a Float64 comes', () => {
    const points = new Points(true)
    points.append({ firstStep: 5, steps: null, values: Float32Array.of(0.1, 0.2) })
    points.append({ firstStep: 7, steps: null, values: Float64Array.of(0.1) })
    points.append({ firstStep: 8, steps: null, values: Float32Array.of(0.3) })
    expect(points.stretch(0, 4)).toEqual({
      firstStep: 5,
      steps: null,
      values: Float64Array.of(Math.fround(0.1), Math.fround(0.2), 0.1, Math.fround(0.3)),
    })
  })

  it('go on counting steps when the first are dropped', () => {
    const regular = new Points(true)
    regular.append({ firstStep: 10, steps: null, values: Float32Array.of(1, 2, 3) })
    regular.dropFirst(2)
    expect([regular.count, regular.stepAt(0), regular.indexOf(11), regular.indexOf(12), regular.indexOf(13)]).toEqual([
      1, 12, 0, 0, 1,
    ])
    const irregular = new Points(false)
    irregular.append({ firstStep: 10, steps: Float64Array.of(10, 20, 30), values: Float32Array.of(1, 2, 3) })
    irregular.dropFirst(1)
    expect(irregular.stretch(0, 2)).toEqual({
      firstStep: 20,
      steps: Float64Array.of(20, 30),
      values: Float32Array.of(2, 3),
    })
  })
})
