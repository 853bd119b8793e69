/** Analyses in a whole lab with real worker processes: of a plan's own runs, of older ones, of runs whose weights are gone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import type { ExperimentId } from '../../../shared/api/ids'
import { collectResults } from '../../../shared/experiments/collect-results'
import type { SurfaceResult } from '../../../shared/analyses/error-surface'
import { openRealLab } from '../../support/real-lab'
import { smallSurface as small } from '../../support/small-surface'

let home: string
let lab: Lab

async function start(spec: object): Promise<ExperimentId> {
  const { experimentId } = await lab.startExperiment({ kind: 'error-surface', spec })
  return experimentId
}

const detail = (experimentId: ExperimentId) => lab.getExperiment({ experimentId })
const ends = (experimentId: ExperimentId) =>
  vi.waitFor(() => expect(lab.isActive(experimentId)).toBe(false), { timeout: 20_000 })

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-analyses-'))
  lab = await openRealLab(home)
})

afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

it('follow the runs of their plan, are answered once, and miss weights that were deleted until the run is trained again', async () => {
  const first = await start(small)
  await ends(first)
  const { runs, analyses, experiment } = await detail(first)
  expect(experiment).toMatchObject({ runCounts: { finished: 1 }, analysisCounts: { finished: 1 } })
  expect(analyses[0]).toMatchObject({ status: 'finished', share: 1, error: null, runIds: [runs[0]!.runId] })
  expect(analyses[0]!.provenance).toMatchObject({
    version: '1.2.3',
    cached: false,
    runs: [{ runId: runs[0]!.runId, steps: [0, 10, 20, 30, 40] }],
  })
  const { analyses: results } = await collectResults(lab, first)
  expect((results[0]!.result as SurfaceResult).values).toHaveLength(13 * 13)

  const asking = { ...small, runs: [runs[0]!.runId] }
  const again = await start(asking)
  await ends(again)
  const known = await detail(again)
  expect(known.runs).toEqual([])
  expect(known.sourceRuns.map(({ runId }) => runId)).toEqual([runs[0]!.runId])
  expect(known.analyses[0]).toMatchObject({ status: 'finished', provenance: { cached: true } })

  await lab.deleteSnapshots({ experimentId: first })
  const late = await start({ ...asking, surface: { ...small.surface, resolution: 15 } })
  await ends(late)
  expect((await detail(late)).analyses[0]).toMatchObject({ status: 'failed', error: { code: 'snapshot/missing' } })
  await lab.retryExperiment({ experimentId: late, retrain: true })
  await ends(late)
  expect((await detail(late)).analyses[0]).toMatchObject({ status: 'finished', error: null })
  expect((await detail(first)).runs[0]).toMatchObject({ status: 'finished', steps: 40 })
}, 60_000)

it('are refused before anything is written where runs cannot be asked', async () => {
  const before = (await lab.listExperiments({})).length
  await expect(start({ ...small, runs: ['rzzzzzzzz'] })).rejects.toMatchObject({ code: 'run/not-found' })
  expect(await lab.listExperiments({})).toHaveLength(before)
})

it('stop with their experiment and go on from there', async () => {
  const fine = { ...small, surface: { ...small.surface, resolution: 401 } }
  const experimentId = await start(fine)
  await vi.waitFor(async () => expect((await detail(experimentId)).analyses[0]).toMatchObject({ status: 'running' }), {
    timeout: 20_000,
  })
  await lab.stopExperiment({ experimentId })
  await ends(experimentId)
  expect((await detail(experimentId)).analyses[0]).toMatchObject({ status: 'stopped', error: null })
  await lab.retryExperiment({ experimentId })
  await vi.waitFor(() => expect(lab.isActive(experimentId)).toBe(false), { timeout: 120_000 })
  expect((await detail(experimentId)).analyses[0]).toMatchObject({ status: 'finished' })
}, 180_000)

it('are asked again of a run that is started again while others of its experiment are under way', async () => {
  const experimentId = await start({
    ...small,
    task: { ...small.task, points: 512 },
    models: [{ label: 'Net', hidden: 'dense 32 tanh' }],
    training: { ...small.training, epochs: 20_000 },
    snapshots: { every: 5000, unit: 'epoch' },
    seeds: 4,
  })
  const runIds = (await detail(experimentId)).runs.map(({ runId }) => runId)
  const last = runIds.at(-1)!
  // Two train, two wait: one for a person, one is taken away before it has any weights to ask about.
  await lab.pauseRuns({ runIds: runIds.slice(2, 3) })
  await lab.stopRuns({ runIds: [last] })
  const stateOfLast = async () => {
    const { runs, analyses } = await detail(experimentId)
    const { status, error } = analyses.find((one) => one.runIds[0] === last)!
    return { run: runs.at(-1)!.status, analysis: status, error: error?.code }
  }
  const becomes = (state: object) =>
    vi.waitFor(async () => expect(await stateOfLast()).toEqual(state), { timeout: 60_000 })
  await becomes({ run: 'stopped', analysis: 'failed', error: 'snapshot/missing' })
  await lab.retryRuns({ runIds: [last] })
  await becomes({ run: 'finished', analysis: 'finished', error: undefined })
  expect((await detail(experimentId)).runs[2]!.status).toBe('paused')
  await lab.stopExperiment({ experimentId })
  await ends(experimentId)
}, 120_000)
