import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  errorSurfaceAnalysis,
  strideIndices,
  surfaceSchema,
  surfaceStrides,
} from '../../../shared/analyses/error-surface'
import type { AnalysedRun } from '../../../shared/analyses/kind'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import { parameterCount } from '../../../shared/models/model'

describe('from coarse to fine', () => {
  it('begins with about a dozen points along each axis', () => {
    expect(surfaceStrides(51)).toEqual([4, 2, 1])
    expect(surfaceStrides(13)).toEqual([1])
    expect(strideIndices(51, 4)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 50])
  })

  it('ends with all, has both ends from the start, and keeps what it has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 501 }), (resolution) => {
        const stages = surfaceStrides(resolution).map((stride) => strideIndices(resolution, stride))
        for (const stage of stages) expect([stage[0], stage.at(-1)]).toEqual([0, resolution - 1])
        stages.slice(1).forEach((stage, i) => {
          expect(stages[i]!.every((index) => stage.includes(index))).toBe(true)
        })
        expect(stages[0]!.length).toBeLessThanOrEqual(27)
        expect(stages.at(-1)).toEqual([...Array(resolution).keys()])
      }),
    )
  })
})

describe('runs that are asked together', () => {
  const runs = (spec: object): AnalysedRun[] =>
    experimentKinds['error-surface']
      .plan(parseSpec('error-surface', spec))
      .runs.map(({ label, spec: run }) => ({ label, spec: run, parameterCount: parameterCount(run.model) }))
  const line = surfaceSchema.parse({ directions: 'runs', dimensions: 1 })

  it('are as many as the line or plane goes through', () => {
    expect(() => errorSurfaceAnalysis.check(line, runs({ seeds: 2 }))).not.toThrow()
    expect(() => errorSurfaceAnalysis.check(line, runs({ seeds: 3 }))).toThrow('2 runs are needed, not 3')
    expect(() => errorSurfaceAnalysis.check(surfaceSchema.parse({}), runs({ seeds: 2 }))).toThrow(
      'one run is needed, not 2',
    )
  })

  it('have one architecture and one task; first weights may differ', () => {
    const [first] = runs({})
    const [other] = runs({ models: [{ label: 'Wide', hidden: 'dense 30 tanh' }] })
    expect(() => errorSurfaceAnalysis.check(line, [first!, other!])).toThrow(
      '1-10-10-10-1, seed 0 and Wide, seed 0 are networks of unlike architectures: there is no way from one to the other',
    )
    const [cosine] = runs({ task: { type: 'function', expression: 'cos(x)' } })
    expect(() => errorSurfaceAnalysis.check(line, [first!, cosine!])).toThrow(/learned different tasks/)
    const drawnElsewhere = structuredClone(first!)
    drawnElsewhere.spec.model.initialization = 'pytorch'
    expect(() => errorSurfaceAnalysis.check(line, [first!, drawnElsewhere])).not.toThrow()
  })
})
