/** Summaries that are kept up batch by batch, against the whole series as it is read back. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databaseFile, openForWriting } from '../../../electron/store/database'
import { encodeFloats } from '../../../electron/store/codec'
import { migrations } from '../../../electron/store/migrations'
import { addExtremes } from '../../../electron/store/migrate-extremes'
import { Store } from '../../../electron/store/store'
import type { SeriesSummary } from '../../../shared/api/records'
import type { SeriesBatch } from '../../../shared/api/store-api'
import type { SeriesName } from '../../../shared/experiments/run-spec'
import { madeSummary } from '../../support/made-summary'
import { batch, newExperiment, runId } from './fixtures'
import { openStore, temporaryFolder } from './open-store'

const run = runId(1)
const names = ['batchLoss', 'gradientNorm', 'testLoss', 'testAccuracy'] as const satisfies readonly SeriesName[]
const isRegular = (name: SeriesName): boolean => name === 'batchLoss' || name === 'gradientNorm'

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -3, max: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 2) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
)
const part = fc.record({
  name: fc.constantFrom(...names),
  values: fc.oneof(
    fc.array(value, { maxLength: 12 }),
    fc.array(fc.constant(NaN), { maxLength: 3 }),
    // Beyond a chunk of the database.
    fc.tuple(value, value).map(([a, b]) => Array.from({ length: 17_000 }, (_, i) => (i % 2 ? a : b) * (i % 997))),
  ),
  isDouble: fc.boolean(),
})
const event = fc.constantFrom('flush' as const, 'reopen' as const, 'checkpoint' as const, 'rewind' as const)

/** SQLite knows one zero. */
function withOneZero(summary: SeriesSummary | undefined): unknown {
  return summary && Object.fromEntries(Object.entries(summary).map(([key, number]) => [key, number === 0 ? 0 : number]))
}

async function expectSummariesOfWhatIsRead(store: Store): Promise<void> {
  const [summary] = await store.getRuns({ runIds: [run] })
  const [row] = await store.listRuns()
  for (const name of names) {
    const [read] = await store.readSeries({ runIds: [run], names: [name] })
    const expected = read && withOneZero(madeSummary(name, read.data.values, read.data.steps))
    expect(withOneZero(summary!.series[name])).toEqual(expected)
    expect(withOneZero(row!.series[name])).toEqual(expected)
  }
}

/** Steps of the run go on by one for each value; series of single steps have to follow on from their own last one. */
async function summarizesRightly(writings: ({ name: SeriesName; values: number[]; isDouble: boolean } | string)[]) {
  const home = temporaryFolder()
  let store = await openStore(home)
  await store.createExperiment(newExperiment(1))
  let ends: Partial<Record<SeriesName, number>> = {}
  let atCheckpoint: { step: number; ends: typeof ends } | null = null
  let step = 0
  for (const writing of writings) {
    if (typeof writing !== 'string') {
      const { name, values, isDouble } = writing
      const data = isDouble ? Float64Array.from(values) : Float32Array.from(values)
      const first = (ends[name] ?? (isRegular(name) ? 6 : step)) + 1
      const steps = Float64Array.from(values, (_, i) => first + (isRegular(name) ? i : 3 * i))
      ends = { ...ends, [name]: values.length > 0 ? steps.at(-1) : ends[name] }
      step = Math.max(step, ...Object.values(ends).map((end) => end ?? 0))
      const series: SeriesBatch = isRegular(name)
        ? { name, firstStep: first, values: data }
        : { name, steps, values: data }
      await store.append(batch(run, step, [series]))
    } else if (writing === 'flush') await store.updateRun({ runId: run, durationMs: 1 })
    else if (writing === 'reopen') {
      await store.close()
      store = await openStore(home)
    } else if (writing === 'checkpoint') {
      await store.saveCheckpoint({ runId: run, step, epoch: Math.floor(step / 10), durationMs: 1, state: Uint8Array.of(1) }) // prettier-ignore
      atCheckpoint = { step, ends }
    } else if (atCheckpoint !== null) {
      await store.rewindRun({ runId: run })
      step = atCheckpoint.step
      ends = atCheckpoint.ends
    }
    if (typeof writing === 'string') await expectSummariesOfWhatIsRead(store)
  }
  await store.close()
  await expectSummariesOfWhatIsRead(await openStore(home, 'read'))
}

describe('the summary of a series', () => {
  it('says last, lowest and highest with their steps, however it was cut up, written, reopened and cut back', async () => {
    const writings = fc.array(fc.oneof({ weight: 3, arbitrary: part }, { weight: 2, arbitrary: event }), {
      maxLength: 14,
    })
    await fc.assert(fc.asyncProperty(writings, summarizesRightly), { numRuns: 20 })
  }, 120_000)

  it('has a best value only where one end is good', async () => {
    const store = await openStore()
    await store.createExperiment(newExperiment(1))
    const values = Float64Array.of(3, 1, 2)
    const steps = Float64Array.of(10, 20, 30)
    await store.append(
      batch(run, 40, [
        { name: 'gradientNorm', firstStep: 1, values },
        { name: 'testLoss', steps, values },
        { name: 'testAccuracy', steps, values },
      ]),
    )
    const [summary] = await store.getRuns({ runIds: [run] })
    expect(summary!.series).toEqual({
      gradientNorm: { count: 3, last: 2, lastStep: 3, min: 1, minStep: 2, max: 3, maxStep: 1, best: NaN, bestStep: NaN },
      testLoss: { count: 3, last: 2, lastStep: 30, min: 1, minStep: 20, max: 3, maxStep: 10, best: 1, bestStep: 20 },
      testAccuracy: { count: 3, last: 2, lastStep: 30, min: 1, minStep: 20, max: 3, maxStep: 10, best: 3, bestStep: 10 },
    }) // prettier-ignore
  })
})

describe('series of before their lowest and highest values were kept', () => {
  const norms = Float32Array.from({ length: 40_000 }, (_, i) => 1 + Math.sin(i ** 1.5) + (i === 20_000 ? 9 : 0))
  const losses = Float64Array.of(NaN, 0.5, Infinity, 0.75)
  const lossSteps = Float64Array.of(10, 20, 40, 80)

  /** As the store wrote it then. */
  function olderHome(isDamaged = false): string {
    const home = temporaryFolder()
    const { database, lock } = openForWriting(home, migrations.slice(0, migrations.indexOf(addExtremes)))
    database.exec(`INSERT INTO experiments (experimentId, kind, name, spec, createdAt) VALUES ('e', 'k', 'n', '{}', 1);
      INSERT INTO runs (runId, experimentKey, position, label, groupName, groupIndex, facet, spec, parameterCount,
        stepsPerEpoch, totalSteps, status, epochs) VALUES ('${run}', 1, 0, 'l', 'g', 0, 'f', '{}', 1, 1, 1, 'finished', 3)`)
    const addSeries = database.prepare(
      'INSERT INTO series (seriesKey, runKey, name, regular, count, last, best) VALUES (?, 1, ?, ?, ?, ?, ?)',
    )
    const addChunk = database.prepare(
      'INSERT INTO chunks (seriesKey, chunk, firstStep, steps, data) VALUES (?, ?, ?, ?, ?)',
    )
    addSeries.run(1, 'gradientNorm', 1, norms.length, norms.at(-1), norms.at(-1))
    for (let chunk = 0; chunk * 16_384 < norms.length; chunk++) {
      const from = chunk * 16_384
      addChunk.run(1, chunk, 1 + from, null, encodeFloats(norms.subarray(from, from + 16_384)))
    }
    addSeries.run(2, 'testLoss', 0, losses.length, 0.75, 0.5)
    addChunk.run(2, 0, 10, encodeFloats(lossSteps), encodeFloats(losses))
    if (isDamaged) {
      addSeries.run(3, 'trainLoss', 1, 5, 0.25, 0.125)
      addChunk.run(3, 0, 1, null, Buffer.of(4, 1, 2, 3))
    }
    database.close()
    lock?.release()
    return home
  }

  it.each(['read', 'write'] as const)('have them once the database is opened to %s', async (mode) => {
    const store = await openStore(olderHome(), mode)
    const [summary] = await store.listRuns()
    expect(summary!.series.gradientNorm).toEqual(madeSummary('gradientNorm', norms))
    expect(summary!.series.gradientNorm).toMatchObject({ maxStep: 20_001, best: NaN })
    expect(summary!.series.testLoss).toEqual(madeSummary('testLoss', losses, lossSteps))
    expect(summary!.series.testLoss).toMatchObject({ best: 0.5, bestStep: 20, max: Infinity, maxStep: 40 })
  })

  it('keep the best value that was known where their points are damaged, and the rest can be read while the file stays as it is', async () => {
    const home = olderHome(true)
    const file = databaseFile(home)
    const before = readFileSync(file)
    await expect(new Store().open({ home, mode: 'write' })).rejects.toMatchObject({ code: 'store/damaged' })
    const store = await openStore(home, 'read')
    expect(await store.readDamage()).toContain(file)
    expect(readFileSync(file).equals(before)).toBe(true)
    const [summary] = await store.listRuns()
    expect(summary!.series.trainLoss).toEqual({
      ...madeSummary('trainLoss', []),
      count: 5,
      last: 0.25,
      min: 0.125,
      best: 0.125,
    })
  })
})
