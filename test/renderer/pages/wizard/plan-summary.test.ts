import { describe, expect, it } from 'vitest'
import { experimentKinds } from '../../../../shared/experiments/registry'
import { runIdOf } from '../../fixtures'
import { summarizePlan } from '../../../../renderer/pages/wizard/plan-summary'

const { schema, plan } = experimentKinds['simulate-function']

describe('the summary of a plan', () => {
  it('says of how many models and seeds it is made, with each size once', () => {
    const summary = summarizePlan(plan(schema.parse({ seeds: 5 })), 'function')
    expect(summary).toEqual({
      runs: 10,
      runsText: '10 (2 models, 5 seeds)',
      analyses: 0,
      groups: [
        { groupIndex: 0, label: 'Deep', architecture: '1-5-10-10-10-10-10-5-1', parameterCount: 571 },
        { groupIndex: 1, label: 'Shallow', architecture: '1-190-1', parameterCount: 571 },
      ],
    })
  })

  it('counts functions and the models of a sweep', () => {
    const spec = schema.parse({
      targets: [{ expression: 'x' }, { expression: 'x^2' }],
      sweep: { optimizers: ['sgd', 'adam'], learningRates: [] },
      seeds: 1,
    })
    const summary = summarizePlan(plan(spec), 'function')
    expect(summary.runsText).toBe('8 (2 functions, 4 settings of 2 models, 1 seed)')
    expect(summary.groups.map((group) => group.groupIndex)).toEqual([0, 1, 2, 3])
  })

  it('counts analyses, also those of older runs alone', () => {
    const place = { kind: 'critical-point', label: 'a', group: 'a', groupIndex: 0, facet: '', spec: {} } as const
    const analyses = [runIdOf(1), runIdOf(2)].map((runId) => ({ ...place, runs: [runId] }))
    expect(summarizePlan({ runs: [], analyses }, 'function')).toEqual({
      runs: 0,
      runsText: 'none',
      analyses: 2,
      groups: [],
    })
  })
})
