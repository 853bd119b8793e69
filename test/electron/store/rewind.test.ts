/** Checkpoints, and runs that are cut back to them. */
import { describe, expect, it } from 'vitest'
import { openForWriting } from '../../../electron/store/database'
import { chunkPoints } from '../../../electron/store/series'
import type { Store } from '../../../electron/store/store'
import type { Checkpoint, SeriesBatch } from '../../../shared/api/store-api'
import { madeSummary } from '../../support/made-summary'
import { batch, experimentId, newExperiment, recordedSnapshot, runId } from './fixtures'
import { firstDifference, openStore, temporaryFolder } from './open-store'

const run = runId(1)

const checkpointAt = (step: number): Checkpoint => ({
  step,
  epoch: Math.floor(step / 10),
  durationMs: step / 2,
  state: Uint8Array.from({ length: 1000 }, (_, i) => (i * step) % 256),
})

/** What comes back, its state as a plain array. */
async function rewound(store: Store): Promise<Checkpoint | null> {
  const checkpoint = await store.rewindRun({ runId: run })
  return checkpoint && { ...checkpoint, state: Uint8Array.from(checkpoint.state) }
}

const lossAt = (step: number): number => Math.fround(Math.sin(step ** 1.5))
/** Steps from, to: a regular series from step 1 on, an irregular one of every tenth step, a growing one that is only observed. */
function recorded(from: number, to: number): SeriesBatch[] {
  const steps = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const tens = steps.filter((step) => step % 10 === 0)
  return [
    { name: 'batchLoss', firstStep: from, values: Float32Array.from(steps, lossAt) },
    { name: 'gradientNorm', firstStep: from, values: Float32Array.from(steps, (step) => step) },
    // Better and better: the best of all lies at the end.
    { name: 'testLoss', steps: Float64Array.from(tens), values: Float64Array.from(tens, (step) => 1 / step) },
  ].filter(({ values }) => values.length > 0) as SeriesBatch[]
}

async function record(store: Store, from: number, to: number): Promise<void> {
  const values = Float32Array.of(to)
  await store.append(batch(run, to, recorded(from, to), [{ step: to, epoch: to / 10, values }]))
}

async function storeWithRun(home = temporaryFolder()): Promise<Store> {
  const store = await openStore(home)
  await store.createExperiment(newExperiment(1))
  await store.updateRun({ runId: run, status: 'running', startedAt: 5 })
  return store
}

async function expectRecordedUntil(store: Store, last: number): Promise<void> {
  const [summary] = await store.getRuns({ runIds: [run] })
  for (const { name, values, steps } of recorded(1, last)) {
    const [series] = await store.readSeries({ runIds: [run], names: [name] })
    expect(firstDifference(series?.data.values, values)).toBeNull()
    expect(summary!.series[name]).toEqual(madeSummary(name, values, steps))
  }
}

describe('a run that is cut back to its checkpoint', () => {
  it.each([
    ['in its first chunk', 777],
    ['at the first step', 1],
    ['at the end of a chunk', chunkPoints],
    ['after the first point of a chunk', chunkPoints + 1],
    ['before the end of a chunk', 2 * chunkPoints - 1],
    ['where it stands', 2 * chunkPoints + 5000],
  ])('%s has what it had then, and records on', async (_, step) => {
    const home = temporaryFolder()
    const store = await storeWithRun(home)
    const end = 2 * chunkPoints + 5000
    await record(store, 1, step)
    await store.saveSnapshot({ runId: run, ...recordedSnapshot(step) })
    await store.saveCheckpoint({ runId: run, ...checkpointAt(step) })
    if (step < end) {
      await record(store, step + 1, end)
      await store.saveSnapshot({ runId: run, ...recordedSnapshot(end) })
      await store.updateRun({ runId: run, gradientPhase: { switchStep: step, reason: 'stopped', steps: 1, loss: 1, gradientNorm: 1 } }) // prettier-ignore
    }
    // Both have read all there was.
    const reader = await openStore(home, 'read')
    for (const one of [store, reader]) await one.readSeries({ runIds: [run], names: ['batchLoss', 'testLoss'] })
    expect(await rewound(store)).toEqual(checkpointAt(step))
    for (const one of [store, reader]) {
      await expectRecordedUntil(one, step)
      expect((await one.listFrames({ runId: run })).map((frame) => frame.step)).toEqual([step])
      expect((await one.listSnapshots({ runId: run })).map((snapshot) => snapshot.step)).toEqual([step])
    }
    const [summary] = await store.getRuns({ runIds: [run] })
    const { epoch: epochs, durationMs } = checkpointAt(step)
    expect(summary).toMatchObject({ steps: step, epochs, durationMs, startedAt: 5, gradientPhase: null })
    await record(store, step + 1, step + 2 * chunkPoints)
    await expectRecordedUntil(store, step + 2 * chunkPoints)
    await store.close()
    await expectRecordedUntil(reader, step + 2 * chunkPoints)
    await expectRecordedUntil(await openStore(home), step + 2 * chunkPoints)
  })

  it('loses series that began later, and keeps those that ended before', async () => {
    const store = await storeWithRun()
    const early: SeriesBatch = { name: 'trainLoss', steps: Float64Array.of(2, 4), values: Float64Array.of(NaN, 7) }
    await store.append(batch(run, 5, [early]))
    await store.saveCheckpoint({ runId: run, ...checkpointAt(5) })
    await store.append(batch(run, 8, [{ name: 'testLoss', steps: Float64Array.of(8), values: Float64Array.of(1) }]))
    await store.rewindRun({ runId: run })
    const [summary] = await store.getRuns({ runIds: [run] })
    expect(summary!.series).toEqual({ trainLoss: madeSummary('trainLoss', [NaN, 7], [2, 4]) })
    expect(await store.readSeries({ runIds: [run], names: ['testLoss'] })).toEqual([])
  })

  it('stays as it is without one', async () => {
    const store = await storeWithRun()
    await record(store, 1, 20)
    expect(await store.rewindRun({ runId: run })).toBeNull()
    await expectRecordedUntil(store, 20)
    await expect(store.rewindRun({ runId: runId(9) })).rejects.toMatchObject({ code: 'run/not-found' })
  })
})

describe('a checkpoint', () => {
  it('replaces the one before and outlives the store', async () => {
    const home = temporaryFolder()
    const store = await storeWithRun(home)
    await record(store, 1, 20)
    await store.saveCheckpoint({ runId: run, ...checkpointAt(10) })
    await store.saveCheckpoint({ runId: run, ...checkpointAt(20) })
    await store.updateRun({ runId: run, status: 'queued' })
    await store.close()
    expect(await rewound(await openStore(home))).toEqual(checkpointAt(20))
  })

  it.each([
    ['it ends', (store: Store) => store.updateRun({ runId: run, status: 'finished' })],
    ['it is stopped while it waits', (store: Store) => store.setRunStatus({ runIds: [run], status: 'stopped' })],
    ['it is to start again', (store: Store) => store.resetRuns({ runIds: [run] })],
  ])('of a run goes when %s', async (_, end) => {
    const store = await storeWithRun()
    await record(store, 1, 20)
    await store.saveCheckpoint({ runId: run, ...checkpointAt(20) })
    await end(store)
    expect(await store.rewindRun({ runId: run })).toBeNull()
  })

  it('stays of a run that was interrupted, which a session that goes on queues again where nothing is wrong with it', async () => {
    const store = await storeWithRun()
    await record(store, 1, 20)
    await store.saveCheckpoint({ runId: run, ...checkpointAt(10) })
    const interrupted = { runId: run, status: 'interrupted' as const, error: 'Its data are not here.', endedAt: 7 }
    const now = async () => (await store.getRuns({ runIds: [run] }))[0]!
    await store.updateRun(interrupted)
    await store.requeueInterrupted({})
    expect(await now()).toMatchObject({ status: 'interrupted', error: interrupted.error, endedAt: 7, steps: 20 })
    for (const _ of ['once', 'again']) {
      await store.updateRun({ ...interrupted, goesOnLater: true })
      await store.requeueInterrupted({})
      expect(await now()).toMatchObject({ status: 'queued', error: null, endedAt: null, steps: 20 })
    }
    await store.updateRun(interrupted)
    await store.requeueRuns({ runIds: [run] })
    expect(await now()).toMatchObject({ status: 'queued', error: null, endedAt: null, steps: 20 })
    expect(await rewound(store)).toEqual(checkpointAt(10))
  })

  it('goes with its experiment', async () => {
    const home = temporaryFolder()
    const store = await storeWithRun(home)
    await store.saveCheckpoint({ runId: run, ...checkpointAt(20) })
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: true })
    await store.close()
    const { database, lock } = openForWriting(home)
    expect(database.prepare('SELECT count(*) FROM checkpoints').pluck().get()).toBe(0)
    database.close()
    lock?.release()
  })

  it('lets a run outlive another death of its lab, since it got further', async () => {
    const home = temporaryFolder()
    let store = await storeWithRun(home)
    const dies = async () => {
      await store.updateRun({ runId: run, status: 'running' })
      await store.close()
      store = await openStore(home)
      await store.requeueInterrupted({})
      return (await store.getRuns({ runIds: [run] }))[0]!.status
    }
    expect(await dies()).toBe('queued')
    await store.saveCheckpoint({ runId: run, ...checkpointAt(10) })
    expect(await dies()).toBe('queued')
    expect(await dies()).toBe('interrupted')
  })
})
