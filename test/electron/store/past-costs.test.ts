import { expect, test } from 'vitest'
import type { AnalysisId } from '../../../shared/api/ids'
import { newExperiment, runId } from './fixtures'
import { openStore } from './open-store'

test('what finished runs and analyses took can be read, oldest first; what was known before took no time', async () => {
  const store = await openStore()
  const [first, second] = [newExperiment(1, 3), newExperiment(2)]
  const planned = { kind: 'sensitivity', group: '', groupIndex: 0, facet: '' } as const
  const analyses = [0, 1, 2].map((position) => ({
    ...planned,
    analysisId: `a0000000${position}` as AnalysisId,
    position,
    label: `Question ${position}`,
    spec: { samples: 10 + position },
    runIds: [runId(1, 1), runId(1, 0)],
  }))
  await store.createExperiment({ ...first, analyses })
  await store.createExperiment(second)
  const steps = (run: ReturnType<typeof runId>, count: number) =>
    store.append({ runId: run, steps: count, epochs: 1, durationMs: 100 * count, series: [], frames: [] })
  for (const [run, count] of [
    [runId(1, 0), 7],
    [runId(1, 1), 8],
    [runId(2), 9],
  ] as const)
    await steps(run, count)
  await store.updateRun({ runId: runId(1, 0), status: 'finished', durationMs: 700 })
  await store.updateRun({ runId: runId(1, 1), status: 'stopped', durationMs: 800 })
  await store.updateRun({ runId: runId(2), status: 'finished', durationMs: 900 })
  const provenance = (cached: boolean) => ({ engine: { name: 'native', simd: '' }, version: '1', runs: [], cached })
  for (const [position, { analysisId }] of analyses.entries()) {
    const result = Uint8Array.of(1)
    const rest = { summary: {}, provenance: provenance(position === 1), identity: `${position}` }
    await store.saveResult({ analysisId, result, ...rest })
    const status = position === 2 ? ('failed' as const) : ('finished' as const)
    await store.updateAnalysis({ analysisId, status, durationMs: 50 + position })
  }
  expect(await store.readPastCosts()).toEqual({
    runs: [
      { spec: first.runs[0]!.spec, steps: 7, durationMs: 700, siblings: 3 },
      { spec: second.runs[0]!.spec, steps: 9, durationMs: 900, siblings: 1 },
    ],
    analyses: [
      {
        kind: 'sensitivity',
        spec: { samples: 10 },
        asked: first.runs[1]!.spec,
        runs: 2,
        durationMs: 50,
        siblings: 3,
      },
    ],
  })
})
