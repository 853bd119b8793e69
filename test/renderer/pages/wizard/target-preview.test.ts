import { describe, expect, it } from 'vitest'
import { experimentKinds } from '../../../../shared/experiments/registry'
import { readDraft, type FunctionDraft, type SamplesDraft } from '../../../../renderer/pages/wizard/draft'
import { curvePath, plotFrame, roundTicks } from '../../../../renderer/pages/wizard/function-plot'
import { expressionReading, previewData, previewTarget } from '../../../../renderer/pages/wizard/target-preview'

function samplesWith(changes: Partial<SamplesDraft>): SamplesDraft {
  const draft = readDraft('simulate-function', experimentKinds['simulate-function'].presets[0].spec) as FunctionDraft
  return { ...draft.data, ...changes }
}

const size = { width: 200, height: 100, top: 0, right: 0, bottom: 0, left: 0 }

describe('the preview of a function', () => {
  it('draws the curve over the domain, with the limit at a removable singularity', () => {
    const data = previewData(samplesWith({ domain: [-2, 2] }), 'sin(x)/x')!
    const { curve, samples } = previewTarget(data)!
    expect([curve.x[0], curve.x[curve.x.length - 1]]).toEqual([-2, 2])
    expect(Math.max(...Array.from(curve.y))).toBeCloseTo(1, 4)
    expect(samples).toBeUndefined()
  })

  it('shows points to train on where they say more than the curve', () => {
    const data = previewData(samplesWith({ noise: 0.1, points: 5000 }), 'x')!
    expect(previewTarget(data)!.samples!.x).toHaveLength(400)
    expect(previewTarget(previewData(samplesWith({ sampling: 'random', points: 9 }), 'x')!)!.samples!.x).toHaveLength(9)
  })

  it('waits for a domain', () => {
    expect(previewData(samplesWith({ domain: [1, 'x'] }), 'x')).toBeNull()
    expect(previewData(samplesWith({ domain: [1, 1] }), 'x')).toBeNull()
  })

  it('says what an expression is read as, or why it cannot be', () => {
    expect(expressionReading('sin(5πx)')).toEqual({ reading: 'sin(5 * pi * x)' })
    expect(expressionReading('sin(x')).toEqual({ problem: expect.stringMatching(/does not parse/) as string })
    expect(expressionReading('y + 1')).toEqual({ problem: expect.stringMatching(/unknown name 'y'/) as string })
    expect(previewTarget(previewData(samplesWith({}), 'sin(x')!)).toBeNull()
  })

  it('draws nothing where there are two readings', () => {
    const both = 'can be read as (pi / 2) * x or as pi / (2 * x): write the one that is meant'
    expect(expressionReading('pi/2 x')).toEqual({ problem: both })
    expect(previewTarget(previewData(samplesWith({}), 'pi/2 x')!)).toBeNull()
  })
})

describe('the small plot', () => {
  it('lifts the pen at jumps and where there is no value', () => {
    const x = [0, 1, 2, 3, 4, 5]
    const frame = plotFrame({ x, y: [0, 0, 1, 1, NaN, 1] }, undefined, [0, 5], size)
    expect(curvePath({ x, y: [0, 0, 1, 1, NaN, 1] }, frame).match(/M/g)).toHaveLength(3)
  })

  it('holds a constant function, too', () => {
    const frame = plotFrame({ x: [0, 1], y: [3, 3] }, undefined, [0, 1], size)
    expect(frame.toY(3)).toBeCloseTo(50, 6)
  })

  it('has ticks at round numbers inside the range', () => {
    expect(roundTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1])
    expect(roundTicks(0.3, 0.9, 3)).toEqual([0.4, 0.6000000000000001, 0.8])
    expect(roundTicks(0, 40_000, 4)).toEqual([0, 10_000, 20_000, 30_000, 40_000])
  })
})
