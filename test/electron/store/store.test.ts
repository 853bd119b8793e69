import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Store } from '../../../electron/store/store'
import type { RunId } from '../../../shared/api/ids'
import type { RunStatus } from '../../../shared/api/records'
import { batch, experimentId, newExperiment, runId } from './fixtures'
import { openStore, temporaryFolder } from './open-store'

describe('experiments and runs', () => {
  it('come back as they were made', async () => {
    const store = await openStore()
    const made = newExperiment(1, 2)
    await store.createExperiment(made)
    const { runs: planned, analyses: _none, ...rest } = made
    const experiment = { ...rest, runCounts: { queued: 2 }, analysisCounts: {} }
    const runs = planned.map((run) => ({
      ...run,
      experimentId: made.experimentId,
      seed: run.spec.seed,
      status: 'queued',
      error: null,
      steps: 0,
      epochs: 0,
      durationMs: 0,
      createdAt: made.createdAt,
      gradientPhase: null,
      dataSha256: null,
      startedAt: null,
      endedAt: null,
      series: {},
    }))
    expect(await store.getExperiment({ experimentId: made.experimentId })).toEqual({
      experiment,
      runs,
      analyses: [],
      sourceRuns: [],
    })
    expect(await store.listExperiments({})).toEqual([experiment])
    expect(await store.listRuns()).toEqual(runs.map((run) => ({ ...run, experimentName: made.name, kind: made.kind })))
  })

  it('are listed with the newest experiment first, in plan order within it', async () => {
    const store = await openStore()
    for (const number of [2, 3, 1]) await store.createExperiment(newExperiment(number, 2))
    expect((await store.listExperiments({ limit: 2 })).map(({ name }) => name)).toEqual([
      'Experiment 3',
      'Experiment 2',
    ])
    const order = (await store.listRuns()).map((run) => run.runId)
    expect(order).toEqual([3, 2, 1].flatMap((number) => [runId(number, 0), runId(number, 1)]))
  })

  it('are not made at all when one run cannot be', async () => {
    const store = await openStore()
    const broken = newExperiment(1, 2)
    broken.runs.forEach((run) => (run.runId = runId(1)))
    await expect(store.createExperiment(broken)).rejects.toThrow()
    expect(await store.listExperiments({})).toEqual([])
  })

  it('keep what an update does not mention', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1, 2))
    await store.updateRun({ runId: runId(1), status: 'running', startedAt: 5 })
    await store.updateRun({ runId: runId(1), status: 'failed', error: 'no luck', endedAt: 9, durationMs: 2.5 })
    await store.updateRun({ runId: runId(1), durationMs: 3 })
    const [run] = await store.listRuns()
    expect(run).toMatchObject({ status: 'failed', error: 'no luck', startedAt: 5, endedAt: 9, durationMs: 3 })
    await store.updateRun({ runId: runId(1), error: null })
    expect((await store.listRuns())[0]).toMatchObject({ status: 'failed', error: null })
    expect((await store.listExperiments({}))[0]?.runCounts).toEqual({ failed: 1, queued: 1 })
  })

  it('take a new name', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    await store.renameExperiment({ experimentId: experimentId(1), name: 'Better' })
    expect((await store.listRuns())[0]?.experimentName).toBe('Better')
  })

  it('keep the weights of a run', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    expect(await store.readSnapshot({ runId: runId(1) })).toBeNull()
    const snapshots = [
      { step: 0, epoch: 0, parameters: Float32Array.of(1) },
      { step: 2, epoch: 0, parameters: Float32Array.of(0.1, -0, NaN) },
      { step: 30, epoch: 3, parameters: Float64Array.of(0.1), buffers: Float64Array.of(0.1, 1 / 3) },
    ]
    for (const snapshot of snapshots) await store.saveSnapshot({ runId: runId(1), ...snapshot })
    expect(await store.readSnapshot({ runId: runId(1) })).toEqual(snapshots[2])
    for (const snapshot of snapshots)
      expect(await store.readSnapshot({ runId: runId(1), step: snapshot.step })).toEqual(snapshot)
    expect(await store.readSnapshot({ runId: runId(1), step: 1 })).toBeNull()
    const again = { step: 2, epoch: 1, parameters: Float32Array.of(7) }
    await store.saveSnapshot({ runId: runId(1), ...again })
    expect(await store.readSnapshot({ runId: runId(1), step: 2 })).toEqual(again)
    expect(await store.listSnapshots({ runId: runId(1) })).toEqual([
      { step: 0, epoch: 0, bytes: 5 },
      { step: 2, epoch: 1, bytes: 5 },
      { step: 30, epoch: 3, bytes: 9 + 17 },
    ])
  })

  it('lose the weights along the way when asked, or all', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1, 3))
    const [first, second, none] = [runId(1), runId(1, 1), runId(1, 2)]
    const parameters = new Float32Array(50_000)
    for (const of of [first, second])
      for (const step of [0, 10, 20]) await store.saveSnapshot({ runId: of, step, epoch: step, parameters })
    const stepsOf = async (of: RunId) => (await store.listSnapshots({ runId: of })).map(({ step }) => step)
    await store.deleteSnapshots({ runIds: [first, none], keepLast: true })
    expect([await stepsOf(first), await stepsOf(second), await stepsOf(none)]).toEqual([[20], [0, 10, 20], []])
    await store.deleteSnapshots({ runIds: [first], keepLast: false })
    expect([await stepsOf(first), await stepsOf(second)]).toEqual([[], [0, 10, 20]])
    await store.close()
    const again = await openStore(home)
    expect((await again.statistics()).storedBytes).toBeLessThan(4 * parameters.byteLength)
  })

  it('keep how the second phase of a run ended, to the bit', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    const gradientPhase = { switchStep: 10, reason: 'stalled', steps: 3, loss: 1 / 3, gradientNorm: 1e-200 } as const
    await store.updateRun({ runId: runId(1), gradientPhase })
    await store.updateRun({ runId: runId(1), status: 'finished' })
    expect((await store.listRuns())[0]?.gradientPhase).toEqual(gradientPhase)
    const lost = { ...gradientPhase, reason: 'diverged', loss: Infinity, gradientNorm: NaN } as const
    await store.updateRun({ runId: runId(1), gradientPhase: lost })
    expect((await store.listRuns())[0]?.gradientPhase).toEqual({ ...lost, loss: NaN })
    await store.resetRuns({ runIds: [runId(1)] })
    expect((await store.listRuns())[0]?.gradientPhase).toBeNull()
  })

  it('that do not exist are said to be missing', async () => {
    const store = await openStore()
    const noRun = { runId: runId(1) }
    const noExperiment = { experimentId: experimentId(1) }
    const calls = [
      store.updateRun(noRun),
      store.append(batch(runId(1), 1, [])),
      store.resetRuns({ runIds: [runId(1)] }),
      store.saveSnapshot({ ...noRun, step: 1, epoch: 1, parameters: Float32Array.of(1) }),
      store.deleteSnapshots({ runIds: [runId(1)], keepLast: true }),
      store.listSnapshots(noRun),
      store.readSnapshot(noRun),
      store.readSeries({ runIds: [runId(1)], names: [] }),
      store.listFrames(noRun),
      store.readFrames({ runIds: [runId(1)] }),
      store.getExperiment(noExperiment),
      store.renameExperiment({ ...noExperiment, name: 'x' }),
      store.setExperimentDeleted({ ...noExperiment, deleted: true }),
    ]
    const results = await Promise.allSettled(calls)
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'ok',
    )
    expect(codes).toEqual([
      ...Array<string>(10).fill('run/not-found'),
      ...Array<string>(3).fill('experiment/not-found'),
    ])
  })
})

const rich = batch(
  runId(1),
  10,
  [{ name: 'batchLoss', firstStep: 0, values: Float32Array.of(3, 2, 1) }],
  [{ step: 10, epoch: 1, values: Float32Array.of(1) }],
)

async function everything(store: Store) {
  return {
    experiments: await store.listExperiments({}),
    runs: await store.listRuns(),
    runCount: (await store.statistics()).runCount,
  }
}

describe('deleting', () => {
  it('hides an experiment from every list and query until it is restored', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    await store.append(rich)
    const before = await everything(store)
    const series = await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: true })
    expect(await everything(store)).toEqual({ experiments: [], runs: [], runCount: 0 })
    const missing = { code: 'run/not-found' }
    await expect(store.readSeries({ runIds: [runId(1)], names: [] })).rejects.toMatchObject(missing)
    await expect(store.listFrames({ runId: runId(1) })).rejects.toMatchObject(missing)
    await expect(store.readFrames({ runIds: [runId(1)] })).rejects.toMatchObject(missing)
    await expect(store.readSnapshot({ runId: runId(1) })).rejects.toMatchObject(missing)
    await expect(store.getExperiment({ experimentId: experimentId(1) })).rejects.toMatchObject({
      code: 'experiment/not-found',
    })
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: false })
    expect(await everything(store)).toEqual(before)
    expect(await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })).toEqual(series)
  })

  it('lets a run that is still training end in peace', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: true })
    await store.append(rich)
    await store.updateRun({ runId: runId(1), status: 'stopped' })
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: false })
    expect((await store.listRuns())[0]).toMatchObject({ status: 'stopped', steps: 10 })
  })

  it('is for good when the store closes, and gives the space back', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    await store.createExperiment(newExperiment(1))
    await store.createExperiment(newExperiment(2))
    const values = Float32Array.from({ length: 200_000 }, (_, i) => Math.sin(i ** 1.5))
    await store.append(batch(runId(1), 200_000, [{ name: 'batchLoss', firstStep: 0, values }]))
    await store.updateRun({ runId: runId(1), status: 'finished' })
    expect((await store.statistics()).storedBytes).toBeGreaterThan(values.byteLength / 2)
    await store.setExperimentDeleted({ experimentId: experimentId(1), deleted: true })
    await store.close()
    const again = await openStore(home)
    expect((await again.statistics()).storedBytes).toBeLessThan(values.byteLength / 2)
    const restoring = again.setExperimentDeleted({ experimentId: experimentId(1), deleted: false })
    await expect(restoring).rejects.toMatchObject({ code: 'experiment/not-found' })
    expect((await again.listRuns()).map((run) => run.runId)).toEqual([runId(2)])
  })
})

describe('files of first weights', () => {
  it('stay as long as a run starts from them', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    const experiment = newExperiment(1)
    const files = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)] as const
    const [kept, forgotten] = files.map((file) => createHash('sha256').update(file).digest('hex')) as [string, string]
    experiment.runs[0]!.spec.start = { sha256: kept, file: 'weights.safetensors' }
    for (const [i, sha256] of [kept, forgotten, kept].entries())
      await store.saveStartFile({ sha256, file: files[i % 2]! })
    await store.createExperiment(experiment)
    await store.close()
    const again = await openStore(home)
    expect(new Uint8Array((await again.readStartFile({ sha256: kept }))!)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await again.readStartFile({ sha256: forgotten })).toBeNull()
    await again.setExperimentDeleted({ experimentId: experimentId(1), deleted: true })
    await again.close()
    expect(await (await openStore(home)).readStartFile({ sha256: kept })).toBeNull()
  })
})

describe('resetting runs', () => {
  it.each([false, true])('forgets all they recorded and queues them again (written: %s)', async (isWritten) => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    const fresh = await everything(store)
    await store.append(rich)
    await store.saveSnapshot({ runId: runId(1), step: 1, epoch: 0, parameters: Float32Array.of(1) })
    if (isWritten) await store.updateRun({ runId: runId(1), status: 'failed', error: 'x', startedAt: 1, endedAt: 2 })
    await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
    await store.resetRuns({ runIds: [runId(1)] })
    expect(await everything(store)).toEqual(fresh)
    expect(await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })).toEqual([])
    expect(await store.listFrames({ runId: runId(1) })).toEqual([])
    expect(await store.readSnapshot({ runId: runId(1) })).toBeNull()
    await store.append({ ...rich, series: [{ name: 'batchLoss', firstStep: 0, values: Float32Array.of(8) }] })
    await store.updateRun({ runId: runId(1), status: 'finished' })
    const [again] = await store.readSeries({ runIds: [runId(1)], names: ['batchLoss'] })
    expect(again?.data.values).toEqual(Float64Array.of(8))
  })

  it('resets none when one of them does not exist', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    await store.append(rich)
    await expect(store.resetRuns({ runIds: [runId(1), runId(9)] })).rejects.toMatchObject({ code: 'run/not-found' })
    expect((await store.listRuns())[0]?.steps).toBe(10)
  })
})

describe('opening and closing', () => {
  it('marks what a dead lab was training, at the time it last recorded something; what waited waits on', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    const statuses: RunStatus[] = ['queued', 'running', 'paused', 'finished', 'stopped', 'diverged', 'failed']
    await store.createExperiment(newExperiment(1, statuses.length))
    for (const [position, status] of statuses.entries()) await store.updateRun({ runId: runId(1, position), status })
    const before = Date.now()
    await store.append(batch(runId(1, 1), 1, []))
    const after = Date.now()
    await store.close()
    const reader = await openStore(home, 'read')
    expect((await reader.listRuns()).map(({ status }) => status)).toEqual(statuses)
    const runs = await (await openStore(home)).listRuns()
    expect(runs.map(({ status }) => status)).toEqual(['queued', 'interrupted', ...statuses.slice(2)])
    expect(runs[1]?.endedAt).toBeGreaterThanOrEqual(before)
    expect(runs[1]?.endedAt).toBeLessThanOrEqual(after)
  })

  it('queues again what a dead lab was training, but only once', async () => {
    const home = temporaryFolder()
    let store = await openStore(home)
    await store.createExperiment(newExperiment(1, 2))
    const dies = async () => {
      await store.updateRun({ runId: runId(1, 0), status: 'running', startedAt: 77 })
      await store.close()
      store = await openStore(home)
      await store.requeueInterrupted({})
      return (await store.listRuns()).map(({ status, endedAt }) => [status, endedAt])
    }
    expect(await dies()).toEqual([
      ['queued', null],
      ['queued', null],
    ])
    expect(await dies()).toEqual([
      ['interrupted', 77],
      ['queued', null],
    ])
  })

  it('keeps the queue: first seeds first, experiment by experiment, or as a person ordered it', async () => {
    const store = await openStore(temporaryFolder())
    await store.createExperiment(newExperiment(1, 3))
    await store.createExperiment(newExperiment(2, 2))
    await store.setRunStatus({ runIds: [runId(1, 1)], status: 'paused' })
    expect(await store.readQueue({})).toEqual([runId(1, 0), runId(1, 1), runId(1, 2), runId(2, 0), runId(2, 1)])
    await store.orderQueue({ runIds: [runId(2, 1), runId(1, 2)] })
    await store.setRunStatus({ runIds: [runId(1, 0)], status: 'stopped', endedAt: 5 })
    expect(await store.readQueue({})).toEqual([runId(2, 1), runId(1, 2), runId(1, 1), runId(2, 0)])
    expect((await store.listRuns()).at(-3)).toMatchObject({ runId: runId(1, 0), status: 'stopped', endedAt: 5 })
    // One that starts anew has lost its place.
    await store.resetRuns({ runIds: [runId(1, 2)] })
    expect(await store.readQueue({})).toEqual([runId(2, 1), runId(1, 1), runId(1, 2), runId(2, 0)])
  })

  it('reads a folder without a database as an empty one and leaves it alone', async () => {
    const home = temporaryFolder()
    const store = await openStore(home, 'read')
    expect(await everything(store)).toEqual({ experiments: [], runs: [], runCount: 0 })
    expect((await store.statistics()).storedBytes).toBe(0)
    expect(readdirSync(home)).toEqual([])
  })

  it('lets a reader read only', async () => {
    const store = await openStore(temporaryFolder(), 'read')
    await expect(store.createExperiment(newExperiment(1))).rejects.toThrow(/for reading only/)
  })

  it('answers nothing before it is open and after it is closed', async () => {
    const store = new Store()
    await expect(store.listRuns()).rejects.toMatchObject({ code: 'lab/closed' })
    await store.open({ home: temporaryFolder(), mode: 'write' })
    await store.close()
    await store.close()
    await expect(store.append(rich)).rejects.toMatchObject({ code: 'lab/closed' })
  })

  it('refuses a second writer in plain words, lets readers in, and lets the next writer in afterwards', async () => {
    const home = temporaryFolder()
    const first = await openStore(home)
    await first.createExperiment(newExperiment(1))
    const second = new Store()
    await expect(second.open({ home, mode: 'write' })).rejects.toMatchObject({
      code: 'lab/busy',
      message: expect.stringContaining(home),
    })
    expect(await (await openStore(home, 'read')).listRuns()).toHaveLength(1)
    await expect(second.open({ home, mode: 'write' })).rejects.toMatchObject({ code: 'lab/busy' })
    await first.close()
    await second.open({ home, mode: 'write' })
    expect(await second.listRuns()).toHaveLength(1)
    await second.close()
  })

  it('makes the folder, and names it when that is impossible', async () => {
    const home = temporaryFolder()
    await openStore(join(home, 'a', 'b'))
    expect(readdirSync(join(home, 'a', 'b'))).toContain('basin.db')
    mkdirSync(join(home, 'blocked', 'basin.db'), { recursive: true })
    const blocked = new Store().open({ home: join(home, 'blocked'), mode: 'write' })
    await expect(blocked).rejects.toMatchObject({
      code: 'store/unwritable',
      message: expect.stringContaining('basin.db'),
    })
    mkdirSync(join(home, 'locked', 'lock.db'), { recursive: true })
    const locked = new Store().open({ home: join(home, 'locked'), mode: 'write' })
    await expect(locked).rejects.toMatchObject({
      code: 'store/unwritable',
      message: expect.stringContaining('lock.db'),
    })
  })

  it('lists 5,000 runs with their series', async () => {
    const home = temporaryFolder()
    const store = await openStore(home)
    for (let number = 1; number <= 5; number++) {
      await store.createExperiment(newExperiment(number, 1000))
      for (let position = 0; position < 1000; position++) {
        const values = Float32Array.of(number, position)
        await store.append(batch(runId(number, position), 2, [{ name: 'gradientNorm', firstStep: 0, values }]))
      }
    }
    await store.close()
    const runs = await (await openStore(home, 'read')).listRuns()
    expect(runs.map((run) => run.series.gradientNorm?.last)).toEqual(
      Array.from({ length: 5000 }, (_, index) => index % 1000),
    )
  })
})
