import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seriesData } from '../../../electron/store/envelope'
import { Points } from '../../../electron/store/points'
import { openForWriting } from '../../../electron/store/database'
import { ExperimentTable } from '../../../electron/store/experiments'
import { FrameTable } from '../../../electron/store/frames'
import { Recorder } from '../../../electron/store/recorder'
import { RunTable } from '../../../electron/store/runs'
import { chunkPoints, SeriesTable } from '../../../electron/store/series'
import { SeriesReader } from '../../../electron/store/series-reader'
import type { Store } from '../../../electron/store/store'
import type { NewRun, SeriesBatch } from '../../../shared/api/store-api'
import { batch, newExperiment, runId } from './fixtures'
import { madeSummary } from '../../support/made-summary'
import { afterThisTest, fillableDisk, firstDifference, openStore, plain, temporaryFolder } from './open-store'

const run = runId(1)

async function storeWithRun(home = temporaryFolder()): Promise<Store> {
  const store = await openStore(home)
  await store.createExperiment(newExperiment(1))
  return store
}

async function readOne(store: Store, name: SeriesBatch['name'], range = {}) {
  const [series] = await store.readSeries({ runIds: [run], names: [name], ...range })
  return series?.data
}

/** A long series that no formula of a few words would restore. */
function noise(count: number, from = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((i + from) ** 1.5) * 2 ** ((i + from) % 40))
}

type Kind = 'regular' | 'irregular'
interface Part {
  kind: Kind
  size: number
  isDouble: boolean
  number: number
}
const part: fc.Arbitrary<Part> = fc.record({
  kind: fc.constantFrom<Kind>('regular', 'irregular'),
  size: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 2 * chunkPoints + 10 })),
  isDouble: fc.boolean(),
  number: fc.double(),
})
const action = fc.constantFrom('flush' as const, 'reopen' as const, 'read' as const)

/** What a part appends to a series that has these steps: about every third value is `number`. */
function batchOf({ kind, size, isDouble, number }: Part, before: number[]): SeriesBatch & { steps: Float64Array } {
  const first = kind === 'regular' ? 3 + before.length : (before.at(-1) ?? 0) + 0.5
  const steps = Float64Array.from({ length: size }, (_, i) => first + i * (kind === 'regular' ? 1 : 2.5))
  const doubles = steps.map((step, i) => (i % 3 === 0 ? number : Math.sin(step ** 1.5)))
  const values = isDouble ? doubles : Float32Array.from(doubles)
  return { name: kind === 'regular' ? 'batchLoss' : 'testLoss', firstStep: first, steps, values }
}

async function comesBackExactly(writings: (Part | 'flush' | 'reopen' | 'read')[]): Promise<void> {
  const home = temporaryFolder()
  let store = await storeWithRun(home)
  const expected: Record<Kind, { steps: number[]; values: number[] }> = {
    regular: { steps: [], values: [] },
    irregular: { steps: [], values: [] },
  }
  for (const writing of writings) {
    if (writing === 'flush') await store.updateRun({ runId: run, durationMs: 1 })
    if (writing === 'read') await store.readSeries({ runIds: [run], names: ['batchLoss', 'testLoss'] })
    if (writing === 'reopen') {
      await store.close()
      store = await openStore(home)
    }
    if (typeof writing === 'string') continue
    const so = expected[writing.kind]
    const { steps, firstStep, ...rest } = batchOf(writing, so.steps)
    await store.append(batch(run, 0, [{ ...rest, ...(writing.kind === 'regular' ? { firstStep } : { steps }) }]))
    so.steps.push(...steps)
    so.values.push(...rest.values)
  }
  for (const [kind, name] of [
    ['regular', 'batchLoss'],
    ['irregular', 'testLoss'],
  ] as const) {
    const data = await readOne(store, name)
    expect(data === undefined).toBe(expected[kind].steps.length === 0)
    expect(firstDifference(data?.values, expected[kind].values)).toBeNull()
    expect(firstDifference(data?.steps, expected[kind].steps)).toBeNull()
  }
  await store.close()
}

describe('recorded series', () => {
  it('come back exactly, however they were cut up, written, read and reopened', async () => {
    const writings = fc.array(fc.oneof({ weight: 4, arbitrary: part }, { weight: 3, arbitrary: action }), {
      maxLength: 12,
    })
    await fc.assert(fc.asyncProperty(writings, comesBackExactly), { numRuns: 25 })
  })

  it('give the same envelope while they grow as all at once', async () => {
    const store = await storeWithRun()
    const values = noise(3 * chunkPoints)
    for (let from = 0; from < values.length; from += 5000) {
      const part = values.slice(from, from + 5000)
      await store.append(batch(run, from + part.length, [{ name: 'batchLoss', firstStep: 1 + from, values: part }]))
      if (from % 15_000 === 0) await store.updateRun({ runId: run, durationMs: 1 })
      const all = new Points(true)
      all.append({ firstStep: 1, steps: null, values: values.subarray(0, from + part.length) })
      const range = { buckets: 100, fromStep: 50 }
      expect(plain(await readOne(store, 'batchLoss', range))).toEqual(plain(seriesData(all, range)))
    }
  })

  it('are copied, so that the caller may use its buffer again', async () => {
    const store = await storeWithRun()
    const values = Float32Array.of(1, 2)
    await store.append(batch(run, 2, [{ name: 'batchLoss', firstStep: 1, values }], [{ step: 1, epoch: 0, values }]))
    values.fill(9)
    expect((await readOne(store, 'batchLoss'))?.values).toEqual(Float64Array.of(1, 2))
    expect((await store.readFrames({ runIds: [run] }))[0]?.values).toEqual(Float32Array.of(1, 2))
  })

  it('are seen by a reader in another store once they are flushed, also when it has read before', async () => {
    const home = temporaryFolder()
    const store = await storeWithRun(home)
    const reader = await openStore(home, 'read')
    expect(await readOne(reader, 'batchLoss')).toBeUndefined()
    const values = noise(2.5 * chunkPoints)
    const lengths: (number | undefined)[] = []
    for (const [from, to] of [
      [0, 10],
      [10, chunkPoints + 7],
      [chunkPoints + 7, values.length],
    ] as const) {
      const part = values.subarray(from, to)
      await store.append(batch(run, to, [{ name: 'batchLoss', firstStep: from, values: part }]))
      lengths.push((await readOne(reader, 'batchLoss'))?.count)
      await store.updateRun({ runId: run, durationMs: 1 })
      expect(firstDifference((await readOne(reader, 'batchLoss'))?.values, values.subarray(0, to))).toBeNull()
    }
    expect(lengths).toEqual([undefined, 10, chunkPoints + 7])
  })

  it('reach the disk by themselves, also when batches come without a pause', async () => {
    const home = temporaryFolder()
    const store = await openStore(home, 'write', { flushIntervalMs: 20 })
    await store.createExperiment(newExperiment(1))
    const reader = await openStore(home, 'read')
    await store.append(batch(run, 1, [{ name: 'batchLoss', firstStep: 0, values: Float32Array.of(4) }]))
    await expect.poll(() => readOne(reader, 'batchLoss'), { timeout: 10_000 }).toBeDefined()
    let step = 1
    // Promises alone never let a timer fire.
    while ((await readOne(reader, 'batchLoss'))?.count === 1) {
      await store.append(batch(run, step + 1, [{ name: 'batchLoss', firstStep: step++, values: Float32Array.of(4) }]))
    }
    expect(step).toBeGreaterThan(1)
  })

  it('wait in memory while the disk is full, and lose nothing', async () => {
    const home = temporaryFolder()
    const { database, lock } = openForWriting(home)
    afterThisTest(() => (database.close(), lock?.release()))
    const tables = { runs: new RunTable(database), series: new SeriesTable(database), frames: new FrameTable(database) }
    const made = newExperiment(1)
    tables.runs.insert(new ExperimentTable(database).insert(made), made.runs[0] as NewRun)
    const recorder = new Recorder(database, tables, 3_600_000)
    const reader = new SeriesReader(tables.series, null, 0)
    const { runKey } = tables.runs.progress(run)
    const values = noise(3 * chunkPoints)
    recorder.append(batch(run, 1, [{ name: 'batchLoss', firstStep: 0, values: values.subarray(0, chunkPoints + 9) }]))
    const pages = database.pragma('page_count', { simple: true }) as number
    database.pragma(`max_page_count = ${pages + 2}`)
    expect(() => recorder.flush()).toThrow(/full/)
    expect(reader.read(runKey, 'batchLoss')).toBeNull()
    recorder.append(
      batch(run, 2, [{ name: 'batchLoss', firstStep: chunkPoints + 9, values: values.subarray(chunkPoints + 9) }]),
    )
    database.pragma(`max_page_count = ${pages + 2000}`)
    recorder.flush()
    const stored = reader.read(runKey, 'batchLoss')?.stretch(0, values.length)
    expect(firstDifference(stored?.values, values)).toBeNull()
  })

  it('are taken while nothing can be written, with each a word of it, and are there once it can', async () => {
    const home = temporaryFolder()
    const store = await openStore(home, 'write', { flushIntervalMs: 5 })
    await store.createExperiment(newExperiment(1))
    const disk = fillableDisk(store)
    disk.fill()
    let refusals = 0
    for (let step = 1; step <= 30; step++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      await store
        .append(batch(run, step, [{ name: 'batchLoss', firstStep: step, values: Float32Array.of(step) }]))
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'store/unwritable', message: expect.stringContaining(home) })
          refusals++
        })
    }
    expect(refusals).toBeGreaterThan(0)
    // A run with anything unrecorded does not end.
    await expect(store.updateRun({ runId: run, status: 'finished' })).rejects.toMatchObject({
      code: 'store/unwritable',
    })
    await expect(store.flush()).rejects.toMatchObject({ code: 'store/unwritable' })
    const reader = await openStore(home, 'read')
    expect(await readOne(reader, 'batchLoss')).toBeUndefined()
    disk.makeRoom()
    // By itself: nobody calls any more.
    await expect.poll(async () => (await readOne(reader, 'batchLoss'))?.count, { timeout: 10_000 }).toBe(30)
    await store.updateRun({ runId: run, status: 'finished' })
    const data = await readOne(reader, 'batchLoss')
    expect(plain(data)).toMatchObject({ values: Array.from({ length: 30 }, (_, i) => i + 1) })
  })

  it('are summarised by their last, best and number, before and after they are written', async () => {
    const store = await storeWithRun()
    await store.append(
      batch(run, 40, [
        { name: 'trainLoss', steps: Float64Array.of(10, 20, 30), values: Float32Array.of(NaN, 0.5, 0.75) },
        { name: 'testAccuracy', steps: Float64Array.of(10, 20), values: Float32Array.of(50, 75) },
        { name: 'testAccuracy', steps: Float64Array.of(30, 40), values: Float32Array.of(25, NaN) },
        { name: 'gradientNorm', firstStep: 1, values: Float64Array.of(3, 1, 2) },
        { name: 'testLoss', steps: Float64Array.of(1), values: Float32Array.of(NaN) },
      ]),
    )
    const expected = {
      steps: 40,
      epochs: 4,
      durationMs: 20,
      series: {
        trainLoss: madeSummary('trainLoss', [NaN, 0.5, 0.75], [10, 20, 30]),
        testAccuracy: madeSummary('testAccuracy', [50, 75, 25, NaN], [10, 20, 30, 40]),
        gradientNorm: madeSummary('gradientNorm', [3, 1, 2]),
        testLoss: madeSummary('testLoss', [NaN]),
      },
    }
    expect((await store.listRuns())[0]).toMatchObject(expected)
    await store.updateRun({ runId: run, status: 'finished' })
    expect((await store.listRuns())[0]).toMatchObject({ ...expected, status: 'finished' })
  })

  it.each([
    ['a repeated batch', { firstStep: 0, values: Float32Array.of(1, 2) }, /series batchLoss ends at step 1/],
    ['a gap', { firstStep: 3, values: Float32Array.of(1) }, /go on at the next, not at 3/],
    ['half a step', { firstStep: 1.5, values: Float32Array.of(1) }, /1.5 is not a step/],
    ['irregular steps', { steps: Float64Array.of(5), values: Float32Array.of(1) }, /cannot be mixed/],
    ['no steps at all', { values: Float32Array.of(1) }, /either steps or firstStep/],
  ])('refuse %s and stay as they were', async (_, wrong, message) => {
    const store = await storeWithRun()
    const good: SeriesBatch = { name: 'batchLoss', firstStep: 0, values: Float32Array.of(1, 2) }
    await store.append(batch(run, 2, [good]))
    const before = await store.listRuns()
    const also: SeriesBatch = { name: 'testLoss', steps: Float64Array.of(3), values: Float32Array.of(1) }
    await expect(store.append(batch(run, 4, [also, { name: 'batchLoss', ...wrong }]))).rejects.toThrow(message)
    expect(await store.listRuns()).toEqual(before)
    await store.append(batch(run, 3, [also, { name: 'batchLoss', firstStep: 2, values: Float32Array.of(3) }]))
    expect((await readOne(store, 'batchLoss'))?.values).toEqual(Float64Array.of(1, 2, 3))
  })

  it.each([
    ['steps that do not ascend', Float64Array.of(7, 7)],
    ['steps before the last one', Float64Array.of(5, 6)],
    ['a step that is no number', Float64Array.of(6, NaN)],
    ['an infinite step', Float64Array.of(6, Infinity)],
    ['fewer steps than values', Float64Array.of(6)],
  ])('refuse %s', async (_, steps) => {
    const store = await storeWithRun()
    await store.append(batch(run, 5, [{ name: 'testLoss', steps: Float64Array.of(5), values: Float32Array.of(1) }]))
    const wrong: SeriesBatch = { name: 'testLoss', steps, values: Float32Array.of(1, 2) }
    await expect(store.append(batch(run, 7, [wrong]))).rejects.toThrow(/series testLoss/)
  })

  it('refuse to go back in steps', async () => {
    const store = await storeWithRun()
    await store.append(batch(run, 50, []))
    await expect(store.append(batch(run, 49, []))).rejects.toThrow(/at step 50, a batch cannot take it back to step 49/)
  })
})

describe('recorded frames', () => {
  const frames = [0, 10, 20, 30].map((step) => ({ step, epoch: step / 10, values: Float32Array.of(step, 0.1, NaN) }))

  it('are found by epoch, before and after they are written', async () => {
    const store = await storeWithRun()
    await store.append(batch(run, 10, [], frames.slice(0, 2)))
    await store.updateRun({ runId: run, durationMs: 1 })
    await store.append(batch(run, 30, [], frames.slice(2)))
    for (const moment of ['some wait', 'all are written']) {
      expect(await store.listFrames({ runId: run }), moment).toEqual(frames.map(({ step, epoch }) => ({ step, epoch })))
      const found = [undefined, 0, 1.5, 2, 99].map((epoch) => store.readFrames({ runIds: [run], epoch }))
      const expected = [3, 0, 1, 2, 3].map((index) => [{ runId: run, ...frames[index] }])
      expect(await Promise.all(found), moment).toEqual(expected)
      await store.updateRun({ runId: run, status: 'finished' })
    }
  })

  it('are absent for a run that has none so early', async () => {
    const store = await storeWithRun()
    await store.append(batch(run, 20, [], frames.slice(2, 3)))
    expect(await store.readFrames({ runIds: [run], epoch: 1 })).toEqual([])
  })

  it('refuse to come twice', async () => {
    const home = temporaryFolder()
    const store = await storeWithRun(home)
    await store.append(batch(run, 10, [], frames.slice(0, 2)))
    await expect(store.append(batch(run, 10, [], frames.slice(1, 2)))).rejects.toThrow(/step 10 cannot follow .* 10/)
    await store.close()
    const again = await openStore(home)
    await expect(again.append(batch(run, 10, [], frames.slice(1, 2)))).rejects.toThrow(/step 10 cannot follow .* 10/)
  })
})
