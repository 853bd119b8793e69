import { describe, expect, it } from 'vitest'
import type { RunId } from '../../../shared/api/ids'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'

const kinds = Object.values(experimentKinds)
const runs = ['r00000001', 'r00000002', 'r00000003'] as RunId[]

describe('asking older runs', () => {
  it.each(kinds.filter(({ asksRuns }) => asksRuns))('$kind analyses them and trains nothing', (kind) => {
    for (const preset of kind.presets) {
      const spec = parseSpec(kind.kind, { ...(preset.spec as object), runs })
      const plan = kind.plan(spec)
      expect(plan.runs).toEqual([])
      const asked = new Set(plan.analyses?.flatMap((analysis) => analysis.runs))
      expect([...asked].sort()).toEqual(runs)
      expect(kind.plan(kind.quick(spec)).runs).toEqual([])
      expect(kind.name(spec)).toContain('3 runs')
    }
  })

  it.each(kinds.filter(({ asksRuns }) => !asksRuns))('$kind refuses them', ({ kind, presets }) => {
    expect(() => parseSpec(kind, { ...(presets[0].spec as object), runs })).toThrow(/runs: unknown key/)
  })
})
