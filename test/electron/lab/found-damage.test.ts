/** What a lab does when something in its database turns out to be damaged while it is open: with real worker processes. */
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import { Seal } from '../../../electron/store/seal'
import type { ExperimentId } from '../../../shared/api/ids'
import { openRealLab } from '../../support/real-lab'
import { smallSurface as small } from '../../support/small-surface'

let home: string
let lab: Lab

const detail = (experimentId: ExperimentId) => lab.getExperiment({ experimentId })
const ends = (experimentId: ExperimentId) =>
  vi.waitFor(() => expect(lab.isActive(experimentId)).toBe(false), { timeout: 60_000 })

async function answered(spec: object) {
  const { experimentId } = await lab.startExperiment({ kind: 'error-surface', spec })
  await ends(experimentId)
  const { runs, analyses } = await detail(experimentId)
  return { experimentId, runs, analysis: analyses[0]! }
}

/** A lab with an answered question whose stored result has another byte since, which opening does not look for. */
async function openDamaged(cores: number) {
  lab = await openRealLab(home, { cores })
  const asked = await answered(small)
  await lab.close()
  const file = join(home, 'basin.db')
  const database = new Database(file)
  const result = database.prepare('SELECT result FROM analyses').pluck().get() as Buffer
  result[result.length - 1]! ^= 4
  database.prepare('UPDATE analyses SET result = ?').run(result)
  database.close()
  new Seal(file).renew()
  lab = await openRealLab(home, { cores })
  expect(lab.storeProblem).toBeNull()
  return asked
}

beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'basin-found-damage-'))))

afterEach(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

it('computes an answer again that is not what was stored', async () => {
  const { runs, analysis } = await openDamaged(2)
  const again = (await answered({ ...small, runs: runs.map(({ runId }) => runId) })).analysis
  expect(again).toMatchObject({
    status: 'finished',
    error: null,
    summary: analysis.summary,
    provenance: { cached: false },
  })
  expect(await lab.readResult({ analysisId: again.analysisId })).not.toBeNull()
  // Found it was all the same.
  expect(lab.storeProblem).toMatchObject({ code: 'store/damaged', message: expect.stringContaining(home) })
  expect((await lab.about()).storeProblem).toEqual(lab.storeProblem)
})

it('records what trains to its end; nothing that waits begins, and nothing is started, begun again or changed', async () => {
  const { experimentId: first, analysis } = await openDamaged(1)
  const told: unknown[] = []
  lab.onEvent((event) => event.type === 'store-problem' && told.push(event.problem))
  const training = { ...small.training, epochs: 40_000 }
  const { experimentId } = await lab.startExperiment({
    kind: 'error-surface',
    spec: { ...small, training, snapshots: undefined, surface: { directions: 'random', resolution: 13 }, seeds: 2 },
  })
  const statuses = async () => (await detail(experimentId)).runs.map(({ status }) => status)
  await vi.waitFor(async () => expect(await statuses()).toEqual(['running', 'queued']), { timeout: 20_000 })

  const damaged = { code: 'store/damaged' }
  await expect(lab.readResult({ analysisId: analysis.analysisId })).rejects.toMatchObject(damaged)
  await vi.waitFor(async () => expect(await statuses()).toEqual(['running', 'interrupted']))
  expect(told).toMatchObject([damaged])
  const { runs: waiting } = await detail(experimentId)
  for (const change of [
    () => lab.startExperiment({ kind: 'error-surface', spec: small }),
    () => lab.retryRuns({ runIds: [waiting[1]!.runId] }),
    () => lab.retryExperiment({ experimentId: first, retrain: true }),
    () => lab.pauseExperiment({ experimentId }),
  ])
    await expect(change()).rejects.toMatchObject(damaged)

  await ends(experimentId)
  const { runs, analyses } = await detail(experimentId)
  expect(runs).toMatchObject([
    { status: 'finished', epochs: 40_000 },
    { status: 'interrupted', error: expect.stringContaining('is damaged'), startedAt: null },
  ])
  for (const { status, error } of analyses)
    expect({ status, error }).toMatchObject({ status: 'interrupted', error: damaged })
}, 120_000)
