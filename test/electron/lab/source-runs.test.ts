import { expect, it } from 'vitest'
import { withNamedSources } from '../../../electron/lab/source-runs'
import type { AnalysisId, ExperimentId } from '../../../shared/api/ids'
import type { AnalysisSummary, ExperimentDetail, RunSummary } from '../../../shared/api/records'
import { makeDetail, makeRun, runIdOf } from '../../renderer/fixtures'
import { finished } from '../../support/made-analyses'

const other = 'x00000002' as ExperimentId

function detailOf(sourceRuns: RunSummary[], labels: string[] = []): ExperimentDetail {
  const analyses = labels.map((label, position): AnalysisSummary => {
    return {
      analysisId: `a0000000${position}` as AnalysisId,
      experimentId: 'x00000009' as ExperimentId,
      position,
      kind: 'interpolation',
      label,
      group: label,
      groupIndex: position,
      facet: '',
      spec: {},
      runIds: [],
      otherData: false,
      ...finished,
    }
  })
  return { ...makeDetail([]), analyses, sourceRuns }
}

function withBatch(position: number, batchSize: number | 'full', changes: Partial<RunSummary> = {}): RunSummary {
  const run = makeRun(position, changes)
  return { ...run, spec: { ...run.spec, batchSize } }
}

const shown = (detail: ExperimentDetail) =>
  withNamedSources(detail).sourceRuns.map(({ group, label, groupIndex }) => [group, label, groupIndex])

it('runs of different experiments that are called alike are groups of their own, named by what they differ in', () => {
  const runs = [
    withBatch(0, 10),
    withBatch(1, 10),
    withBatch(2, 500, { experimentId: other, label: 'Shallow, seed 0' }),
    withBatch(3, 'full', { experimentId: 'x00000003' as ExperimentId, label: 'Shallow, seed 0' }),
  ]
  expect(shown(detailOf(runs))).toEqual([
    ['Shallow, batch 10', 'Shallow, batch 10, seed 0', 0],
    ['Shallow, batch 10', 'Shallow, batch 10, seed 1', 0],
    ['Shallow, batch 500', 'Shallow, batch 500, seed 0', 1],
    ['Shallow, full batch', 'Shallow, full batch, seed 0', 2],
  ])
})

it('groups that differ in a constant of their optimizer, in their data or in their numbers say so', () => {
  const trained = (position: number, changes: Partial<RunSummary['spec']>) => {
    const run = makeRun(position, { experimentId: `x0000001${position}` as ExperimentId, label: 'Shallow, seed 0' })
    return { ...run, spec: { ...run.spec, ...changes } }
  }
  const sgd = { type: 'sgd', learningRate: 0.1, momentum: 0 } as const
  const groups = (...changes: Partial<RunSummary['spec']>[]) =>
    shown(detailOf(changes.map((one, i) => trained(i, one)))).map(([group]) => group)
  expect(groups({ optimizer: sgd }, { optimizer: { ...sgd, weightDecay: 0.01 } })).toEqual([
    'Shallow, SGD 0.1',
    'Shallow, SGD 0.1, weight decay 0.01',
  ])
  expect(groups({}, { precision: 'float64', maxSteps: 10 })).toEqual([
    'Shallow, float32',
    'Shallow, at most 10 steps, float64',
  ])
})

it('groups that differ in nothing are counted', () => {
  const runs = [makeRun(0), makeRun(0, { experimentId: other })]
  expect(shown(detailOf(runs))).toEqual([
    ['Shallow', 'Shallow, seed 0', 0],
    ['Shallow (2)', 'Shallow (2), seed 0', 1],
  ])
})

it('groups of one experiment stay as they are, with their colours', () => {
  const deep = makeRun(7, { group: 'Deep', label: 'Deep, seed 0', groupIndex: 4 })
  expect(shown(detailOf([deep, makeRun(1)]))).toEqual([
    ['Deep', 'Deep, seed 0', 4],
    ['Shallow', 'Shallow, seed 1', 0],
  ])
  const elsewhere = makeRun(2, { facet: 'cos x' })
  expect(shown(detailOf([makeRun(1), elsewhere])).map(([group]) => group)).toEqual(['Shallow, sin x', 'Shallow, cos x'])
})

it('analyses name their runs, as far as these are still there', () => {
  const labels = [`${runIdOf(0)} → ${runIdOf(1)}`, `Run ${runIdOf(1)}`, `Runs ${runIdOf(0)}, r0000000z`]
  const { analyses } = withNamedSources(detailOf([makeRun(0), makeRun(1)], labels))
  const expected = ['Shallow, seed 0 → Shallow, seed 1', 'Shallow, seed 1', 'Runs Shallow, seed 0, r0000000z']
  expect(analyses.map(({ label }) => label)).toEqual(expected)
  expect(analyses.map(({ group }) => group)).toEqual(expected)
})

it('an experiment with runs of its own is as it is stored', () => {
  const detail = makeDetail([makeRun(0)])
  expect(withNamedSources(detail)).toBe(detail)
})
