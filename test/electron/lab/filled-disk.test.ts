/** A real lab on a disk that fills while it trains and is emptied again: in the end its runs are what they would have been without. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import type { SeriesName } from '../../../shared/experiments/run-spec'
import { mountedFolder } from '../../support/requirements'
import { openRealLab } from '../../support/real-lab'

const kind = 'simulate-function'
const spec = {
  models: [{ label: 'wide', hidden: 'dense 100, dense 100' }],
  training: { epochs: 1000, batchSize: 64 },
  seeds: 2,
}

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function open(home: string): Promise<Lab> {
  const lab = await openRealLab(home, { cores: 1, goesOn: true })
  cleanUps.push(() => lab.close())
  return lab
}

async function finished(lab: Lab): Promise<unknown> {
  await vi.waitFor(
    async () => expect((await lab.listRuns()).map(({ status }) => status)).toEqual(['finished', 'finished']),
    { timeout: 200_000, interval: 100 },
  )
  const runs = await lab.listRuns()
  const names: SeriesName[] = ['batchLoss', 'gradientNorm', 'trainLoss', 'testLoss']
  const series = await lab.readSeries({ runIds: runs.map(({ runId }) => runId), names })
  const weights = await Promise.all(runs.map(({ runId }) => lab.store.readSnapshot({ runId })))
  return [runs.map(({ steps, epochs }) => [steps, epochs]), series.map(({ name, data }) => [name, data]), weights]
}

it('holds the queue while its disk is full, says so, and finishes bit for bit', async () => {
  const folder = mountedFolder('size=64m')
  if (folder === undefined) return
  cleanUps.push(folder.unmount)
  const lab = await open(join(folder.path, 'home'))
  const { experimentId } = await lab.startExperiment({ kind, spec })
  await vi.waitFor(async () => expect((await lab.listRuns())[0]!.steps).toBeGreaterThan(100), { timeout: 60_000 })
  spawnSync('sh', ['-c', `cat /dev/zero > '${folder.path}/filler' 2>/dev/null`])
  await vi.waitFor(() => expect(lab.storeProblem).toMatchObject({ code: 'store/unwritable' }), { timeout: 60_000 })
  expect(await lab.about()).toMatchObject({ storeProblem: { message: expect.stringContaining('the disk is full') } })
  for (const refused of [
    () => lab.startExperiment({ kind, spec }),
    () => lab.stopExperiment({ experimentId }),
    () => lab.retryExperiment({ experimentId }),
  ])
    await expect(refused()).rejects.toMatchObject({ code: 'store/unwritable' })
  // It can be read, and nothing of it has ended or begun.
  expect((await lab.getExperiment({ experimentId })).runs.map(({ status }) => status)).toEqual(['running', 'queued'])
  rmSync(join(folder.path, 'filler'))
  const disturbed = await finished(lab)

  const home = mkdtempSync(join(tmpdir(), 'basin-undisturbed-'))
  cleanUps.push(() => rmSync(home, { recursive: true }))
  const undisturbed = await open(home)
  await undisturbed.startExperiment({ kind, spec })
  expect(await finished(undisturbed)).toEqual(disturbed)
}, 500_000)
