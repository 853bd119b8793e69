/** A store on a disk that is full to the last byte: what a person deletes makes room, whatever else cannot be written. */
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OpenStore } from '../../../electron/store/open-store'
import { moveLog } from '../../../electron/store/purge-step'
import { Store } from '../../../electron/store/store'
import { mountedFolder } from '../../support/requirements'
import { batch, experimentId, newExperiment, runId } from './fixtures'
import { afterThisTest } from './open-store'

const [kept, unwanted] = [1, 2]
const values = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i))
const weights = (step: number) => ({
  step,
  epoch: step,
  parameters: Float32Array.from({ length: 1_000_000 }, (_, i) => Math.cos(i * step)),
})
const snapshots = 8

interface Disk {
  home: string
  path: string
  fill(): void
  freeMegabytes(): number
}

/** One on which a reserve is kept. */
function disk(): Disk | undefined {
  const folder = mountedFolder('size=160m')
  if (folder === undefined) return undefined
  afterThisTest(folder.unmount)
  return {
    home: join(folder.path, 'home'),
    path: folder.path,
    fill: () => void spawnSync('sh', ['-c', `cat /dev/zero >> '${folder.path}/filler' 2>/dev/null`]),
    freeMegabytes: () => {
      const { bavail, bsize } = statfsSync(folder.path)
      return (bavail * bsize) / 1e6
    },
  }
}

/** Two experiments, the second with weights that take most of the space. */
async function recorded({ home }: Disk, undoMs: number): Promise<Store> {
  const store = new Store({ flushIntervalMs: 3_600_000, undoMs })
  await store.open({ home, mode: 'write' })
  afterThisTest(() => store.close().catch(() => undefined))
  for (const number of [kept, unwanted]) {
    await store.createExperiment(newExperiment(number, 2))
    await store.append(batch(runId(number), values.length, [{ name: 'batchLoss', firstStep: 1, values }]))
  }
  for (let step = 1; step <= snapshots; step++) await store.saveSnapshot({ runId: runId(unwanted), ...weights(step) })
  await store.flush()
  truncateLog(store)
  return store
}

/** Otherwise a full disk takes as much more as the log was once long. */
function truncateLog(store: Store): void {
  moveLog((store as unknown as { current: OpenStore }).current.connection.database)
}

async function expectKept(store: Store): Promise<void> {
  const [series] = await store.readSeries({ runIds: [runId(kept)], names: ['batchLoss'] })
  expect(series!.data.values).toEqual(Float64Array.from(values))
}

/** Nothing can be written, and all can be read. */
async function expectFull(store: Store): Promise<void> {
  await expect(store.createExperiment(newExperiment(3, 500))).rejects.toMatchObject({ code: 'store/unwritable' })
  await expectKept(store)
}

it('takes what is deleted away, can bring it back for a while, and has its space after that', async () => {
  const full = disk()
  if (full === undefined) return
  const store = await recorded(full, 3_600_000)
  full.fill()
  await expectFull(store)
  const experiment = { experimentId: experimentId(unwanted) }
  await store.setExperimentDeleted({ ...experiment, deleted: true })
  expect((await store.listExperiments({})).map((one) => one.experimentId)).toEqual([experimentId(kept)])
  await store.setExperimentDeleted({ ...experiment, deleted: false })
  expect((await store.readSnapshot({ runId: runId(unwanted), step: snapshots }))!.parameters).toEqual(
    weights(snapshots).parameters,
  )
  await store.setExperimentDeleted({ ...experiment, deleted: true })
  // What was kept aside is still full for everything else.
  await expectFull(store)
  // It closes as ever: for good.
  await store.close()
  expect(full.freeMegabytes()).toBeGreaterThan(25)
  const next = new Store()
  await next.open({ home: full.home, mode: 'write' })
  await expectKept(next)
  expect((await next.check({ home: full.home })).problems).toEqual([])
  await next.close()
}, 60_000)

it('goes on by itself once nobody can want back what was deleted', async () => {
  const full = disk()
  if (full === undefined) return
  const store = await recorded(full, 0)
  full.fill()
  await expectFull(store)
  const more = batch(runId(kept, 1), values.length, [{ name: 'batchLoss', firstStep: 1, values }])
  await store.append(more)
  await expect(store.flush()).rejects.toMatchObject({ code: 'store/unwritable' })
  await store.setExperimentDeleted({ experimentId: experimentId(unwanted), deleted: true })
  await store.flush()
  expect(full.freeMegabytes()).toBeGreaterThan(25)
  await store.close()
  const report = await new Store().check({ home: full.home })
  expect([report.problems, report.counts.runs]).toEqual([[], 2])
}, 60_000)

it('gives the space of weights along the way back', async () => {
  const full = disk()
  if (full === undefined) return
  const store = await recorded(full, 0)
  full.fill()
  await expectFull(store)
  await store.deleteSnapshots({ runIds: [runId(unwanted)], keepLast: true })
  expect(full.freeMegabytes()).toBeGreaterThan(20)
  expect((await store.listSnapshots({ runId: runId(unwanted) })).map(({ step }) => step)).toEqual([snapshots])
  await store.createExperiment(newExperiment(3))
}, 60_000)

it('does so too where the disk was full before it was opened', async () => {
  const full = disk()
  if (full === undefined) return
  await (await recorded(full, 0)).close()
  for (const name of readdirSync(full.home)) if (/-(wal|shm)$/.test(name)) rmSync(join(full.home, name))
  full.fill()
  const store = new Store({ undoMs: 0 })
  afterThisTest(() => store.close().catch(() => undefined))
  expect(await store.open({ home: full.home, mode: 'write', orRead: true })).toMatchObject({ code: 'store/unwritable' })
  await expectKept(store)
  await store.setExperimentDeleted({ experimentId: experimentId(unwanted), deleted: true })
  await store.flush()
  expect(full.freeMegabytes()).toBeGreaterThan(25)
  await store.createExperiment(newExperiment(3))
}, 60_000)

it('refuses for good what is larger than the disk can ever take, and takes the rest', async () => {
  const folder = mountedFolder('size=24m')
  if (folder === undefined) return
  afterThisTest(folder.unmount)
  const store = new Store()
  await store.open({ home: join(folder.path, 'home'), mode: 'write' })
  afterThisTest(() => store.close())
  await store.createExperiment(newExperiment(kept))
  const large = { step: 1, epoch: 1, parameters: new Float32Array(7e6).fill(0.1) }
  const tooLarge = {
    code: 'store/too-large',
    message: expect.stringMatching(/^Weights of this run can never be kept here: they are 28 MB, .* has 25 MB in all/),
  }
  await expect(store.saveSnapshot({ runId: runId(kept), ...large })).rejects.toMatchObject(tooLarge)
  const state = { step: 1, epoch: 1, durationMs: 1, state: new Uint8Array(28e6).fill(1) }
  await expect(store.saveCheckpoint({ runId: runId(kept), ...state })).rejects.toMatchObject({
    code: 'store/too-large',
  })
  // Another program's bytes may go.
  truncateLog(store)
  spawnSync('sh', ['-c', `cat /dev/zero >> '${folder.path}/filler' 2>/dev/null`])
  const small = { step: 1, epoch: 1, parameters: new Float32Array(2e6).fill(0.1) }
  await expect(store.saveSnapshot({ runId: runId(kept), ...small })).rejects.toMatchObject({ code: 'store/unwritable' })
  rmSync(join(folder.path, 'filler'))
  await store.saveSnapshot({ runId: runId(kept), ...small })
  expect((await store.readSnapshot({ runId: runId(kept) }))!.parameters).toEqual(small.parameters)
  expect((store as unknown as { current: OpenStore }).current.damage).toBeNull()
}, 60_000)
