/** Bytes that change under a database: what is wrong is named, nothing is shown as another number, and nothing is written. */
import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { isLabError, type LabError } from '../../../shared/api/errors'
import type { AnalysisId } from '../../../shared/api/ids'
import { checkFile, databaseFile, openForWriting } from '../../../electron/store/database'
import { encodeFloats } from '../../../electron/store/codec'
import { migrations } from '../../../electron/store/migrations'
import { Seal } from '../../../electron/store/seal'
import { Store } from '../../../electron/store/store'
import { batch, experimentId, newExperiment, runId } from './fixtures'
import { openStore, temporaryFolder } from './open-store'

const analysisId = 'a00000001' as AnalysisId
const weights = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 251)
const sha256 = createHash('sha256').update(weights).digest('hex')

/** Something of everything that a store keeps. */
async function fill(home: string): Promise<void> {
  const store = await openStore(home)
  for (const number of [1, 2]) {
    const experiment = newExperiment(number, 3)
    if (number === 1) {
      experiment.runs[0]!.spec.start = { sha256, file: 'weights.safetensors' }
      experiment.analyses = [
        {
          analysisId,
          position: 0,
          kind: 'interpolation',
          label: 'Question',
          group: 'g',
          groupIndex: 0,
          facet: 'f',
          spec: { at: 1 },
          runIds: [runId(1), runId(1, 1)],
        } as unknown as (typeof experiment.analyses)[number],
      ]
      await store.saveStartFile({ sha256, file: weights })
    }
    await store.createExperiment(experiment)
    for (const position of [0, 1]) {
      const id = runId(number, position)
      const values = Float32Array.from({ length: 3000 }, (_, i) => Math.sin((i + position) ** 1.5))
      const steps = Float64Array.from({ length: 40 }, (_, i) => 10 * i + 1)
      const frames = [1, 2].map((step) => ({ step, epoch: step, values: values.subarray(0, 200) }))
      await store.append(
        batch(
          id,
          3000,
          [
            { name: 'batchLoss', firstStep: 0, values },
            { name: 'trainLoss', steps, values: Float64Array.from(steps, Math.sqrt) },
          ],
          frames,
        ),
      )
      await store.saveSnapshot({
        runId: id,
        step: 3000,
        epoch: 300,
        parameters: values,
        buffers: Float64Array.of(1, 2),
      })
      if (position === 1)
        await store.saveCheckpoint({ runId: id, step: 3000, epoch: 300, durationMs: 7, state: weights })
      await store.updateRun(
        position === 0 ? { runId: id, status: 'finished', endedAt: 5 } : { runId: id, status: 'running' },
      )
    }
  }
  await store.saveResult({ analysisId, result: weights, identity: 'same' })
  await store.updateAnalysis({ analysisId, status: 'finished', endedAt: 9 })
  await store.close()
}

/** All that can be asked of it, as it is told. */
async function everythingIn(store: Store): Promise<string> {
  const runs = await store.listRuns()
  const runIds = runs.map((run) => run.runId)
  const told: unknown[] = [runs, await store.listExperiments({}), await store.readQueue({})]
  for (const { experimentId: id } of await store.listExperiments({}))
    told.push(await store.getExperiment({ experimentId: id }))
  told.push(await store.readSeries({ runIds, names: ['batchLoss', 'trainLoss'] }))
  told.push(await store.readFrames({ runIds }), await store.readFrames({ runIds, epoch: 1 }))
  for (const id of runIds) {
    told.push(await store.listFrames({ runId: id }), await store.listSnapshots({ runId: id }))
    told.push(await store.readSnapshot({ runId: id }))
  }
  told.push(await store.readResult({ analysisId }), await store.readStartFile({ sha256 }))
  return JSON.stringify(told, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Uint8Array)].join() : value,
  )
}

/** What a person who reads is told: everything, and what the store says is wrong with the file. */
async function read(home: string): Promise<{ told: string; damage: string | null }> {
  const store = new Store()
  await store.open({ home, mode: 'read' })
  try {
    const damage = await store.readDamage()
    return { told: await everythingIn(store), damage }
  } finally {
    await store.close()
  }
}

/** A fixed sequence of numbers in [0, 1): which bytes are changed is the same every time. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const names = (file: string) => (error: LabError) =>
  ['store/damaged', 'store/newer'].includes(error.code) && error.message.includes(file)

describe('flipped bytes', () => {
  it('never give other numbers in silence, and a file with them is never changed', { timeout: 120_000 }, async () => {
    const whole = temporaryFolder()
    await fill(whole)
    const bytes = readFileSync(databaseFile(whole))
    const before = (await read(whole)).told
    const next = sequence(7)
    const outcomes = { unchanged: 0, named: 0 }
    for (let round = 0; round < 120; round++) {
      const home = temporaryFolder()
      const file = databaseFile(home)
      const flipped = Buffer.from(bytes)
      for (let i = 0; i < 1 + (round % 3); i++) {
        // Every other one in the first pages, where a single byte means most.
        const at = Math.floor(next() * (round % 2 === 0 ? bytes.length : 12 * 4096))
        flipped[at]! ^= 1 + Math.floor(next() * 255)
      }
      writeFileSync(file, flipped)
      const isNamed = names(file)
      let named = false
      try {
        const { told, damage } = await read(home)
        named = damage?.includes(file) ?? false
        if (!named) expect(told).toBe(before)
      } catch (error) {
        if (!isLabError(error) || !isNamed(error)) throw error
        named = true
      }
      const writer = new Store()
      try {
        await writer.open({ home, mode: 'write' })
        expect(named).toBe(false)
        await writer.createExperiment(newExperiment(3))
      } catch (error) {
        if (!isLabError(error) || !isNamed(error)) throw error
        expect(named).toBe(true)
        expect(readFileSync(file).equals(flipped)).toBe(true)
      } finally {
        await writer.close()
      }
      outcomes[named ? 'named' : 'unchanged']++
    }
    expect(outcomes.named).toBeGreaterThan(50)
  })

  it.each([
    [
      'the points of a series',
      'chunks',
      'data',
      (store: Store) => store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] }),
    ],
    ['predictions', 'frames', 'data', (store: Store) => store.readFrames({ runIds: [runId(1)] })],
    ['weights', 'snapshots', 'data', (store: Store) => store.readSnapshot({ runId: runId(1) })],
    ['running statistics', 'snapshots', 'buffers', (store: Store) => store.readSnapshot({ runId: runId(1) })],
    ['results', 'analyses', 'result', (store: Store) => store.readResult({ analysisId })],
    ['known results', 'analyses', 'result', (store: Store) => store.findResult({ identity: 'same' })],
    ['weights from outside', 'startFiles', 'file', (store: Store) => store.readStartFile({ sha256 })],
    ['checkpoints', 'checkpoints', 'state', (store: Store) => store.rewindRun({ runId: runId(1, 1) })],
  ])(
    'in %s are found when they are read, though the file is as it was left: nothing new begins, what is recorded goes on, and the file is never written to again',
    async (_, table, column, ask) => {
      const home = temporaryFolder()
      await fill(home)
      const file = databaseFile(home)
      const database = new Database(file)
      const rows = database
        .prepare(`SELECT rowid AS place, ${column} AS bytes FROM ${table} WHERE ${column} IS NOT NULL`)
        .all() as { place: number; bytes: Buffer }[]
      for (const { place, bytes } of rows) {
        bytes[bytes.length - 1]! ^= 4
        database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(bytes, place)
      }
      if (table === 'analyses') database.prepare("UPDATE analyses SET summary = '{}', provenance = '{}'").run()
      database.close()
      new Seal(file).renew()
      const reasons: LabError[] = []
      const store = await openStore(home, 'write', { onStopped: (reason) => reasons.push(reason) })
      await store.createExperiment(newExperiment(4))
      const running = runId(4)
      const values = Float32Array.of(3, 2, 1)
      await store.append(batch(running, 3, [{ name: 'gradientNorm', firstStep: 0, values }]))
      const damaged = { code: 'store/damaged', message: expect.stringContaining(file) }
      await expect(ask(store)).rejects.toMatchObject(damaged)
      for (const change of [
        () => store.createExperiment(newExperiment(5)),
        () => store.renameExperiment({ experimentId: experimentId(1), name: 'Other' }),
        () => store.setExperimentDeleted({ experimentId: experimentId(1), deleted: true }),
        () => store.saveStartFile({ sha256, file: weights }),
        () => store.deleteSnapshots({ runIds: [runId(1)], keepLast: false }),
      ])
        await expect(change()).rejects.toMatchObject(damaged)
      await store.append(batch(running, 6, [{ name: 'gradientNorm', firstStep: 3, values }]))
      await store.updateRun({ runId: running, status: 'finished', endedAt: 8 })
      expect(reasons).toEqual([])
      await store.close()
      const left = readFileSync(file)
      await expect(new Store().open({ home, mode: 'write' })).rejects.toMatchObject(damaged)
      const reader = new Store()
      expect(await reader.open({ home, mode: 'write', orRead: true })).toMatchObject(damaged)
      const [series] = await reader.readSeries({ runIds: [running], names: ['gradientNorm'] })
      expect([...series!.data.values]).toEqual([3, 2, 1, 3, 2, 1])
      for (const write of [() => reader.flush(), () => reader.updateRun({ runId: running, status: 'stopped' })])
        await expect(write()).rejects.toMatchObject(damaged)
      await reader.close()
      expect(readFileSync(file).equals(left)).toBe(true)
    },
  )
})

describe('a check', () => {
  it('finds a whole database whole, and counts what it read', async () => {
    const home = temporaryFolder()
    await fill(home)
    expect(await new Store().check({ home })).toEqual({
      file: databaseFile(home),
      isWhole: true,
      problems: [],
      counts: {
        experiments: 2,
        runs: 6,
        series: 8,
        analyses: 1,
        chunks: 8,
        frames: 8,
        snapshots: 4,
        checkpoints: 2,
        startFiles: 1,
      },
      withoutChecksum: 0,
    })
    expect((await new Store().check({ home: temporaryFolder() })).isWhole).toBe(true)
  })

  it('works beside a store that writes', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1))
    await store.append(batch(runId(1), 1, [{ name: 'batchLoss', firstStep: 0, values: Float32Array.of(1) }]))
    await store.updateRun({ runId: runId(1), durationMs: 3 })
    expect(await new Store().check({ home })).toMatchObject({ isWhole: true, counts: { runs: 1, chunks: 1 } })
  })

  it('names the experiment and the run of what is not whole', async () => {
    const home = temporaryFolder()
    await fill(home)
    const database = new Database(databaseFile(home))
    database.prepare('UPDATE series SET max = 0.5 WHERE seriesKey = 1').run()
    database.prepare('DELETE FROM chunks WHERE seriesKey = 4').run()
    database.prepare('UPDATE snapshots SET epoch = 299 WHERE runKey = 4').run()
    database.close()
    const { isWhole, problems } = await new Store().check({ home })
    expect(isWhole).toBe(false)
    const of = (number: number, position: number) => ({
      experimentId: experimentId(number),
      experiment: `Experiment ${number}`,
      runId: runId(number, position),
      label: `Run ${position}`,
    })
    expect(problems).toEqual([
      { what: 'a row of the table series is not what was stored', ...of(1, 0) },
      { what: 'points of the series trainLoss are missing', ...of(1, 1) },
      { what: 'Weights of a run are not what was stored', ...of(2, 0) },
    ])
  })

  it('takes a database from before checksums as it is, keeps its numbers, and seals what comes', async () => {
    const home = temporaryFolder()
    const before = migrations.findIndex(({ name }) => name === 'addChecksums')
    const { database, lock } = openForWriting(home, migrations.slice(0, before))
    const values = Float32Array.of(3, 2, 1)
    database.exec(`INSERT INTO experiments (experimentId, kind, name, spec, createdAt) VALUES ('e', 'k', 'n', '{}', 1);
      INSERT INTO runs (runId, experimentKey, position, label, groupName, groupIndex, facet, spec, parameterCount,
        stepsPerEpoch, totalSteps, status) VALUES ('${runId(1)}', 1, 0, 'l', 'g', 0, 'f', '{}', 1, 1, 1, 'finished');
      INSERT INTO series (runKey, name, regular, count, last) VALUES (1, 'batchLoss', 1, 3, 1)`)
    database
      .prepare('INSERT INTO chunks (seriesKey, chunk, firstStep, data) VALUES (1, 0, 0, ?)')
      .run(encodeFloats(values))
    database.close()
    lock?.release()
    expect(await new Store().check({ home })).toMatchObject({ isWhole: true, withoutChecksum: 1 })
    const store = await openStore(home)
    const [series] = await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
    expect([...series!.data.values]).toEqual([3, 2, 1])
    await store.createExperiment(newExperiment(2))
    await store.close()
    expect(await new Store().check({ home })).toMatchObject({ isWhole: true, withoutChecksum: 1 })
    const tampering = new Database(databaseFile(home))
    tampering.exec("UPDATE runs SET label = 'other' WHERE runKey = 1")
    tampering.close()
    expect(await new Store().check({ home })).toMatchObject({ isWhole: false })
  })
})

describe('the file alone', () => {
  it('has everything of a run soon after it ended, without its log', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1))
    const values = Float32Array.of(3, 2, 1)
    await store.append(batch(runId(1), 3, [{ name: 'batchLoss', firstStep: 0, values }]))
    await store.updateRun({ runId: runId(1), status: 'finished', endedAt: 4 })
    const copy = temporaryFolder()
    await expect
      .poll(
        async () => {
          copyFileSync(databaseFile(home), databaseFile(copy))
          const reader = new Store()
          await reader.open({ home: copy, mode: 'read' })
          const runs = await reader.listRuns()
          await reader.close()
          return runs.map(({ status, steps }) => [status, steps])
        },
        { timeout: 20_000 },
      )
      .toEqual([['finished', 3]])
    expect(statSync(`${databaseFile(home)}-wal`).size).toBeGreaterThan(0)
    expect(checkFile(databaseFile(copy)).isWhole).toBe(true)
  })

  it('that is as its writer left it is not read from end to end to be opened', async () => {
    const home = temporaryFolder()
    await fill(home)
    expect(new Seal(databaseFile(home)).isIntact()).toBe(true)
    writeFileSync(databaseFile(home), readFileSync(databaseFile(home)))
    expect(new Seal(databaseFile(home)).isIntact()).toBe(false)
    await openStore(home)
    expect(new Seal(databaseFile(home)).isIntact()).toBe(true)
  })
})
