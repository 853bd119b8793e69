import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { LabError } from '../../../shared/api/errors'
import { Guard } from '../../../electron/store/guard'
import { Store } from '../../../electron/store/store'
import { batch, newExperiment, runId } from './fixtures'
import { afterThisTest, openStore, temporaryFolder } from './open-store'

const point = (step: number) => [{ name: 'batchLoss' as const, firstStep: step, values: Float32Array.of(step) }]

/** A store with a run at step 1 that is written, and what it says when it stops. */
async function recording(home: string): Promise<{ store: Store; reasons: LabError[] }> {
  const reasons: LabError[] = []
  const store = await openStore(home, 'write', {
    flushIntervalMs: 3_600_000,
    onStopped: (reason) => reasons.push(reason),
  })
  await store.createExperiment(newExperiment(1))
  await store.append(batch(runId(1), 1, point(0)))
  await store.updateRun({ runId: runId(1), durationMs: 1 })
  return { store, reasons }
}

it.each([
  ['the lock', 'lock.db'],
  ['the database', 'basin.db'],
  ['the log of the database', 'basin.db-wal'],
])('a store that loses %s writes nothing more, and says so once', async (_, name) => {
  const home = temporaryFolder()
  const { store, reasons } = await recording(home)
  rmSync(join(home, name))
  const lost = { code: 'store/lost', message: expect.stringContaining(join(home, name)) }
  await expect(store.append(batch(runId(1), 2, point(1)))).rejects.toMatchObject(lost)
  await expect(
    store.renameExperiment({ experimentId: newExperiment(1).experimentId, name: 'x' }),
  ).rejects.toMatchObject(lost)
  await store.close()
  expect(reasons).toEqual([expect.objectContaining(lost)])
})

it('a store whose folder was moved away leaves what it had written there', async () => {
  const home = join(temporaryFolder(), 'home')
  const { store } = await recording(home)
  renameSync(home, `${home}-moved`)
  await expect(store.append(batch(runId(1), 2, point(1)))).rejects.toMatchObject({ code: 'store/lost' })
  await store.close()
  const moved = await openStore(`${home}-moved`, 'read')
  expect((await moved.listRuns()).map(({ steps }) => steps)).toEqual([1])
})

it('two stores never write to one folder, though the lock was deleted', async () => {
  const home = temporaryFolder()
  const { store: first, reasons } = await recording(home)
  rmSync(join(home, 'lock.db'))
  const second = await openStore(home)
  await second.append(batch(runId(1), 2, point(1)))
  await expect(first.append(batch(runId(1), 2, point(1)))).rejects.toMatchObject({ code: 'store/lost' })
  expect(reasons).toHaveLength(1)
  await second.updateRun({ runId: runId(1), status: 'finished' })
  const [series] = await second.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
  expect([...series!.data.values]).toEqual([0, 1])
})

it('notices a loss by itself, within seconds', async () => {
  const home = temporaryFolder()
  const { reasons } = await recording(home)
  rmSync(join(home, 'lock.db'))
  await expect.poll(() => reasons.length, { timeout: 20_000 }).toBe(1)
})

it('goes on where the files are still those it opened', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, 'a')
  const guard = new Guard([file], () => undefined)
  afterThisTest(() => guard.release())
  writeFileSync(file, 'b')
  guard.check()
  cpSync(file, `${file}-copy`)
  renameSync(`${file}-copy`, file)
  expect(() => guard.check()).toThrow(expect.objectContaining({ code: 'store/lost' }))
})

it('names who has a folder: the process, since when, and where it is served', async () => {
  const home = temporaryFolder()
  const holder = { pid: process.pid, startedAt: new Date(2026, 0, 2, 3, 4).getTime() }
  const store = new Store()
  await store.open({ home, mode: 'write', holder })
  afterThisTest(() => store.close())
  const refusal = () => new Store().open({ home, mode: 'write' })
  const who = `${home}: process ${process.pid}, started 2026-01-02 03:04`
  await expect(refusal()).rejects.toMatchObject({ code: 'lab/busy', message: expect.stringContaining(`${who}. Close`) })
  await store.announce({ address: 'http://127.0.0.1:4711' })
  await expect(refusal()).rejects.toMatchObject({
    message: expect.stringContaining(`${who}, at http://127.0.0.1:4711.`),
  })
  await store.close()
  expect(() => readFileSync(join(home, 'lock.json'))).toThrow('ENOENT')
})

it('names nobody where nobody can be told', async () => {
  const home = temporaryFolder()
  await openStore(home)
  for (const text of ['', '{"pid":', '{"pid":2147483646,"startedAt":1}', 'null']) {
    writeFileSync(join(home, 'lock.json'), text)
    await expect(new Store().open({ home, mode: 'write' })).rejects.toMatchObject({
      code: 'lab/busy',
      message: expect.stringContaining(`already using ${home}. Close it first`),
    })
  }
})
