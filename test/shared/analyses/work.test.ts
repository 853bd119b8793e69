import { expect, test } from 'vitest'
import { analysisKinds } from '../../../shared/analyses/registry'
import type { AnalysedRun } from '../../../shared/analyses/kind'
import { fakeRun } from '../../support/fake-training'

/** A network of so many parameters that kept 11 snapshots. */
function kept(parameterCount: number, changes: Partial<AnalysedRun['spec']> = {}): AnalysedRun {
  const { spec } = fakeRun('r1')
  const record = { snapshots: { every: 1, unit: 'epoch' as const } }
  return { label: 'a', parameterCount, spec: { ...spec, epochs: 10, record, ...changes } }
}

function work(kind: 'weight-trajectory' | 'interpolation', spec: object, runs: AnalysedRun[]) {
  return analysisKinds[kind].work(analysisKinds[kind].schema.parse(spec), runs)
}

test('a walk beside a trajectory costs its points, not the parameters of the network again', () => {
  const flops = (parameterCount: number, randomWalk: boolean) =>
    work('weight-trajectory', { randomWalk }, [kept(parameterCount), kept(parameterCount)]).flops
  expect(flops(1e6, true) / flops(1e6, false)).toBeLessThan(1.1)
  expect(flops(100, true) / flops(100, false)).toBeGreaterThan(1.5)
  expect(flops(2e6, true) / flops(1e6, true)).toBeCloseTo(2, 1)
})

test('weights that are only evaluated cost half of it where they are of float32', () => {
  for (const kind of ['weight-trajectory', 'interpolation'] as const) {
    const [single, double] = (['float32', 'float64'] as const).map((precision) => {
      const runs = [kept(10, { precision }), kept(10, { precision })]
      return work(kind, {}, runs).gradients
    })
    expect(double! / single!).toBeCloseTo(2, 6)
  }
})
