import Database from 'better-sqlite3'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { databaseFile, openForReading, openForWriting } from '../../../electron/store/database'
import { acquireWriterLock } from '../../../electron/store/lock'
import { encodeFloats } from '../../../electron/store/codec'
import { addDataIdentity, migrate, migrations } from '../../../electron/store/migrations'
import { listLaterRunsQuery, listRunsQuery } from '../../../electron/store/runs'
import { findFrameQuery } from '../../../electron/store/frames'
import { findSnapshotQuery, lastSnapshotQuery, listSnapshotsQuery } from '../../../electron/store/snapshots'
import { findSeriesQuery, readChunksQuery, summariesOfExperimentQuery } from '../../../electron/store/series'
import { Store } from '../../../electron/store/store'
import type { ExperimentId } from '../../../shared/api/ids'
import { batch, newExperiment, runId } from './fixtures'
import { openStore, temporaryFolder } from './open-store'

function versionOf(database: Database.Database): unknown {
  return database.pragma('user_version', { simple: true })
}

const addTable = (database: Database.Database) => void database.exec('CREATE TABLE extra (x ANY) STRICT')
const addColumn = (database: Database.Database) => void database.exec('ALTER TABLE experiments ADD COLUMN extra TEXT')

describe('migrations', () => {
  it('lead from an empty file to the schema, and again to nothing new', () => {
    const database = new Database(':memory:')
    migrate(database)
    expect(versionOf(database)).toBe(migrations.length)
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    expect(tables.pluck().all().sort()).toEqual([
      'analyses',
      'checkpoints',
      'chunks',
      'experiments',
      'frames',
      'runs',
      'series',
      'snapshots',
      'startFiles',
    ])
    migrate(database)
    expect(versionOf(database)).toBe(migrations.length)
  })

  it('stop whole before one that fails', () => {
    const database = new Database(':memory:')
    const failing = (of: Database.Database) => {
      of.exec('CREATE TABLE half (x ANY) STRICT')
      throw new Error('no luck')
    }
    expect(() => migrate(database, [...migrations, failing])).toThrow('no luck')
    expect(versionOf(database)).toBe(migrations.length)
    expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined()
  })

  it('keep what is in an older database, opened for writing or reading', async () => {
    for (const open of [openForWriting, openForReading]) {
      const home = temporaryFolder()
      const store = await openStore(home)
      await store.createExperiment(newExperiment(1))
      await store.close()
      const { database, lock } = open(home, [...migrations, addColumn])
      expect(database.prepare('SELECT name, extra FROM experiments').all()).toEqual([
        { name: 'Experiment 1', extra: null },
      ])
      database.close()
      lock?.release()
    }
  })

  it('keep runs and analyses of a database from before runs knew their data', async () => {
    const home = temporaryFolder()
    const { database, lock } = openForWriting(home, migrations.slice(0, migrations.indexOf(addDataIdentity)))
    database.exec(`INSERT INTO experiments (experimentId, kind, name, spec, createdAt) VALUES ('x00000001', 'k', 'n', '{}', 1);
      INSERT INTO runs (runId, experimentKey, position, label, groupName, groupIndex, facet, spec, parameterCount,
        stepsPerEpoch, totalSteps, status, epochs) VALUES ('${runId(1)}', 1, 0, 'l', 'g', 0, 'f', '{}', 1, 1, 1, 'finished', 3);
      INSERT INTO analyses (analysisId, experimentKey, position, kind, label, groupName, groupIndex, facet, spec, runIds, status)
        VALUES ('a00000001', 1, 0, 'k', 'l', 'g', 0, 'f', '{}', '[]', 'finished')`)
    database.close()
    lock?.release()
    const store = await openStore(home)
    const { runs, analyses } = await store.getExperiment({ experimentId: 'x00000001' as ExperimentId })
    expect(runs).toMatchObject([{ runId: runId(1), epochs: 3, dataSha256: null }])
    expect(analyses).toMatchObject([{ status: 'finished', otherData: false }])
    await store.updateRun({ runId: runId(1), dataSha256: 'ab' })
    expect((await store.getRuns({ runIds: [runId(1)] }))[0]).toMatchObject({ dataSha256: 'ab', status: 'finished' })
    await store.close()
  })

  it('keep the weights of a database from before batch normalisation', async () => {
    const home = temporaryFolder()
    const { database, lock } = openForWriting(home, migrations.slice(0, 1))
    database.exec(`INSERT INTO experiments (experimentId, kind, name, spec, createdAt) VALUES ('e', 'k', 'n', '{}', 1);
      INSERT INTO runs (runId, experimentKey, position, label, groupName, groupIndex, facet, spec, parameterCount,
        stepsPerEpoch, totalSteps, status, epochs) VALUES ('${runId(1)}', 1, 0, 'l', 'g', 0, 'f', '{}', 1, 1, 1, 'finished', 3)`)
    const weights = Float32Array.of(0.5)
    database.prepare('INSERT INTO snapshots (runKey, step, data) VALUES (1, 7, ?)').run(encodeFloats(weights))
    database.close()
    lock?.release()
    const store = await openStore(home)
    expect(await store.readSnapshot({ runId: runId(1) })).toEqual({ step: 7, epoch: 3, parameters: weights })
  })

  it('wait for the writer of an older database to go', async () => {
    const home = temporaryFolder()
    await openStore(home)
    expect(() => openForReading(home, [...migrations, addColumn])).toThrow(
      expect.objectContaining({ code: 'lab/busy' }),
    )
  })

  it.each([
    [
      'runs',
      listRunsQuery,
      ['SCAN experiments USING INDEX experimentsByDate', /^SEARCH runs USING INDEX .*experimentKey=\?/],
    ],
    [
      'later runs',
      listLaterRunsQuery,
      ['SEARCH experiments USING INDEX experimentsByDate (createdAt<?)', /^SEARCH runs USING INDEX .*experimentKey=\?/],
    ],
    ['summaries', summariesOfExperimentQuery, [/^SEARCH runs USING .*INDEX/, /^SEARCH series USING INDEX .*runKey=\?/]],
    ['a series', findSeriesQuery, [/^SEARCH series USING INDEX .*runKey=\? AND name=\?/]],
    ['chunks', readChunksQuery, [/^SEARCH chunks USING INDEX .*seriesKey=\? AND chunk>\? AND chunk<\?/]],
    ['snapshots', listSnapshotsQuery, [/^SEARCH snapshots USING INDEX .*runKey=\?/]],
    ['a snapshot', findSnapshotQuery, [/^SEARCH snapshots USING INDEX .*runKey=\? AND step=\?/]],
    ['the last snapshot', lastSnapshotQuery, [/^SEARCH snapshots USING INDEX .*runKey=\?/]],
    ['a frame', findFrameQuery, [/^SEARCH frames USING INDEX .*runKey=\? AND epoch<\?/]],
  ])('give indexes by which %s are found without a scan or a sort', (_, query, plan) => {
    const database = new Database(':memory:')
    migrate(database)
    const steps = database
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`)
      .all(...Array<number>(query.split('?').length - 1).fill(0))
    expect(steps.map(({ detail }) => detail)).toEqual(
      plan.map((step): unknown => (typeof step === 'string' ? step : expect.stringMatching(step))),
    )
  })
})

describe('a database file', () => {
  it('of a later Basin is refused and left as it is', async () => {
    const home = temporaryFolder()
    const { database, lock } = openForWriting(home, [...migrations, addTable])
    database.close()
    lock?.release()
    const before = readFileSync(databaseFile(home))
    for (const mode of ['write', 'read'] as const) {
      await expect(new Store().open({ home, mode })).rejects.toMatchObject({
        code: 'store/newer',
        message: expect.stringContaining(databaseFile(home)),
      })
    }
    expect(readFileSync(databaseFile(home)).equals(before)).toBe(true)
    acquireWriterLock(home).release()
  })

  it.each([
    [
      'that is no database',
      (file: string) => writeFileSync(file, 'These are not the bytes of a database. '.repeat(500)),
    ],
    ['of another program', (file: string) => addTable(new Database(file))],
  ])('%s is named as damaged and left as it is', async (_, make) => {
    const home = temporaryFolder()
    const file = databaseFile(home)
    make(file)
    const before = readFileSync(file)
    for (const mode of ['write', 'read'] as const) {
      await expect(new Store().open({ home, mode })).rejects.toMatchObject({
        code: 'store/damaged',
        message: expect.stringContaining(file),
      })
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    acquireWriterLock(home).release()
  })

  it('that was cut off is named as damaged', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1, 100))
    const values = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i ** 1.5))
    await store.append(batch(runId(1), 100_000, [{ name: 'batchLoss', firstStep: 0, values }]))
    await store.close()
    const file = databaseFile(home)
    truncateSync(file, statSync(file).size / 2)
    const reading = async () => {
      const cut = await openStore(home, 'read')
      await cut.listRuns()
      await cut.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
    }
    await expect(reading()).rejects.toMatchObject({ code: 'store/damaged', message: expect.stringContaining(file) })
  })

  it('that lost a chunk says so instead of showing a series without it', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1))
    const values = new Float32Array(50_000)
    await store.append(batch(runId(1), 50_000, [{ name: 'batchLoss', firstStep: 0, values }]))
    await store.close()
    for (const chunk of [1, 3]) {
      const database = new Database(databaseFile(home))
      database.prepare('DELETE FROM chunks WHERE chunk = ?').run(chunk)
      database.close()
      const reader = await openStore(home, 'read')
      await expect(reader.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })).rejects.toMatchObject({
        code: 'store/damaged',
        message: expect.stringContaining('Points of a series are missing'),
      })
    }
  })
})
