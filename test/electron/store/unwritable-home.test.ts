/** Homes that can be read and not written to: things stand where Basin's files would be, or a disk is full or mounted read-only. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databaseFile } from '../../../electron/store/database'
import { Store } from '../../../electron/store/store'
import { mountedFolder } from '../../support/requirements'
import { batch, newExperiment, runId } from './fixtures'
import { afterThisTest, openStore, temporaryFolder } from './open-store'

const run = runId(1)
const values = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i))

async function recorded(home: string): Promise<Store> {
  const store = await openStore(home)
  await store.createExperiment(newExperiment(1))
  await store.append(batch(run, values.length, [{ name: 'batchLoss', firstStep: 1, values }]))
  await store.flush()
  return store
}

/** All that was recorded can be read. */
async function expectReadable(store: Store): Promise<void> {
  const [series] = await store.readSeries({ runIds: [run], names: ['batchLoss'] })
  expect(series!.data.values).toHaveLength(values.length)
  expect((await store.listRuns()).map(({ runId: id, steps }) => [id, steps])).toEqual([[run, values.length]])
}

describe('a home that cannot be written to', () => {
  it('is read, takes nothing, and is opened for writing once it can be', async () => {
    const home = temporaryFolder()
    await (await recorded(home)).close()
    rmSync(join(home, 'lock.db'))
    mkdirSync(join(home, 'lock.db'))
    await expect(new Store().open({ home, mode: 'write' })).rejects.toMatchObject({ code: 'store/unwritable' })
    const store = new Store()
    afterThisTest(() => store.close())
    expect(await store.open({ home, mode: 'write', orRead: true })).toMatchObject({
      code: 'store/unwritable',
      message: expect.stringContaining(home),
    })
    await expectReadable(store)
    for (const write of [() => store.flush(), () => store.updateRun({ runId: run, status: 'stopped' })])
      await expect(write()).rejects.toMatchObject({ code: 'store/unwritable' })
    await expectReadable(store)
    rmdirSync(join(home, 'lock.db'))
    await store.flush()
    await store.updateRun({ runId: run, status: 'stopped' })
    expect((await store.listRuns())[0]).toMatchObject({ status: 'stopped' })
  })

  it.each([
    [
      'without a log',
      (store: Store, home: string, to: string) => store.close().then(() => copy(home, to, ['basin.db'])),
    ],
    ['with a log', async (_: Store, home: string, to: string) => copy(home, to, ['basin.db', 'basin.db-wal'])],
  ])('is read from a copy %s where SQLite can make no index of it', async (_, leave) => {
    const home = temporaryFolder()
    const from = temporaryFolder()
    await leave(await recorded(from), from, home)
    mkdirSync(join(home, 'basin.db-shm'))
    const before = readFileSync(databaseFile(home))
    const store = await openStore(home, 'read')
    await expectReadable(store)
    expect((await store.statistics()).storedBytes).toBeGreaterThanOrEqual(before.length)
    expect(readFileSync(databaseFile(home)).equals(before)).toBe(true)
  })

  it('on a disk that is full is read, and written again when there is room', async () => {
    const folder = mountedFolder('size=4m')
    if (folder === undefined) return
    afterThisTest(folder.unmount)
    const home = join(folder.path, 'home')
    await (await recorded(home)).close()
    // As the system leaves it after a kill or a copy: nothing but the database.
    for (const name of readdirSync(home)) if (name !== 'basin.db') rmSync(join(home, name))
    fill(folder.path)
    await expectReadable(await openStore(home, 'read'))
    const store = new Store()
    afterThisTest(() => store.close())
    expect(await store.open({ home, mode: 'write', orRead: true })).toMatchObject({ code: 'store/unwritable' })
    await expectReadable(store)
    rmSync(join(folder.path, 'filler'))
    await store.flush()
    await store.updateRun({ runId: run, status: 'stopped' })
  })

  it('on a disk that is mounted read-only is read', async () => {
    const folder = mountedFolder('size=4m')
    if (folder === undefined) return
    afterThisTest(folder.unmount)
    const home = join(folder.path, 'home')
    await (await recorded(home)).close()
    spawnSync('mount', ['-o', 'remount,ro', folder.path])
    await expectReadable(await openStore(home, 'read'))
    const store = new Store()
    afterThisTest(() => store.close())
    expect(await store.open({ home, mode: 'write', orRead: true })).toMatchObject({
      code: 'store/unwritable',
      message: `${databaseFile(home)} cannot be written: the folder or its disk is read-only.`,
    })
    await expectReadable(store)
  })

  it('on a disk that fills while it is written to loses nothing', async () => {
    const folder = mountedFolder('size=4m')
    if (folder === undefined) return
    afterThisTest(folder.unmount)
    const home = join(folder.path, 'home')
    const store = await recorded(home)
    fill(folder.path)
    const more = values.map((value, i) => value + i)
    const next = batch(run, 2 * values.length, [{ name: 'batchLoss', firstStep: 1 + values.length, values: more }])
    await store.append(next)
    await expect(store.flush()).rejects.toMatchObject({
      code: 'store/unwritable',
      message: `${databaseFile(home)} cannot be written: the disk is full.`,
    })
    rmSync(join(folder.path, 'filler'))
    await store.flush()
    const [series] = await (await openStore(home, 'read')).readSeries({ runIds: [run], names: ['batchLoss'] })
    expect(series!.data.values).toEqual(Float64Array.of(...values, ...more))
  })
})

function copy(from: string, to: string, names: readonly string[]): void {
  for (const name of names) copyFileSync(join(from, name), join(to, name))
}

/** To the last byte. */
function fill(folder: string): void {
  const file = join(folder, 'filler')
  writeFileSync(file, '')
  spawnSync('sh', ['-c', `cat /dev/zero > '${file}' 2>/dev/null`])
  expect(statSync(file).size).toBeGreaterThan(0)
}
