/** The bound of one answer, and the readers that ask in parts: what they put together is what was recorded. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AnswerSize, mostAnswerBytes } from '../../../shared/api/answer-size'
import { LabError } from '../../../shared/api/errors'
import type { LabApi } from '../../../shared/api/lab-api'
import { readPredictionsInParts, readSeriesInParts } from '../../../shared/experiments/in-parts'
import { Store } from '../../../electron/store/store'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { batch, newExperiment, runId } from './fixtures'

let home: string
let store: Store
const asked: object[] = []
const source: Pick<LabApi, 'readSeries' | 'readPredictions'> = {
  readSeries: async (argument) => {
    asked.push(argument)
    return store.readSeries(argument)
  },
  readPredictions: (argument) => store.readFrames(argument),
}

beforeEach(async () => {
  asked.length = 0
  home = mkdtempSync(join(tmpdir(), 'basin-parts-'))
  store = new Store()
  await store.open({ home, mode: 'write' })
  await store.createExperiment(newExperiment(1, 3))
})

afterEach(async () => {
  await store.close()
  rmSync(home, { recursive: true, force: true })
})

/** Exact points of one answer. */
const fits = mostAnswerBytes / 16
const values = (count: number) => Float32Array.from({ length: count }, (_, i) => i % 1000)

async function record(position: number, name: 'batchLoss' | 'testLoss', count: number): Promise<void> {
  const series = name === 'batchLoss' ? { name, firstStep: 1, values: values(count) } : undefined
  const steps = Float64Array.from({ length: count }, (_, i) => 10 * (i + 1))
  const irregular = { name, steps, values: values(count) }
  await store.append(batch(runId(1, position), count, [(series ?? irregular) as never]))
}

it('holds the points that fit and refuses one more, with what to ask for instead', async () => {
  await record(0, 'batchLoss', fits)
  const whole = { runIds: [runId(1)], names: ['batchLoss' as const] }
  expect((await store.readSeries(whole))[0]!.data.count).toBe(fits)
  await store.append(
    batch(runId(1), fits + 1, [{ name: 'batchLoss', firstStep: fits + 1, values: values(1) } as never]),
  )
  await expect(store.readSeries(whole)).rejects.toMatchObject({
    code: 'answer/too-large',
    message: expect.stringMatching(/16 MB.*fewer runs or series.*range of steps.*buckets/),
  })
  expect((await store.readSeries({ ...whole, toStep: fits }))[0]!.data.count).toBe(fits)
  expect((await store.readSeries({ ...whole, buckets: 1000 }))[0]!.data.count).toBe(fits + 1)
})

it('brings back every point of long series of many runs', async () => {
  const counts = [fits / 2, 2 * fits + 7, 5]
  for (const [position, count] of counts.entries()) await record(position, 'batchLoss', count)
  await record(2, 'testLoss', 5)
  const runIds = counts.map((_, position) => runId(1, position))
  const all = await readSeriesInParts(source, { runIds, names: ['batchLoss', 'testLoss'] })
  expect(all.map(({ runId: of, name, data }) => [of, name, data.count])).toEqual([
    [runIds[0], 'batchLoss', counts[0]],
    [runIds[1], 'batchLoss', counts[1]],
    [runIds[2], 'batchLoss', 5],
    [runIds[2], 'testLoss', 5],
  ])
  const { steps, values: read } = all[1]!.data
  expect(steps.every((step, i) => step === i + 1)).toBe(true)
  expect(read.every((value, i) => value === i % 1000)).toBe(true)
  const some = await readSeriesInParts(source, { runIds: [runIds[1]!], names: ['batchLoss'], fromStep: 10 })
  expect([some[0]!.data.steps[0], some[0]!.data.count]).toEqual([10, counts[1]! - 9])
})

it('asks once where one answer is enough', async () => {
  await record(0, 'testLoss', 20)
  const [series] = await readSeriesInParts(source, {
    runIds: [runId(1), runId(1, 1)],
    names: ['batchLoss', 'testLoss'],
  })
  expect(series!.data.steps.at(-1)).toBe(200)
  expect(asked).toHaveLength(1)
})

it('asks for the predictions of fewer runs at a time', async () => {
  const together: number[] = []
  const lab: Pick<LabApi, 'readPredictions'> = {
    readPredictions: async ({ runIds }) => {
      const size = new AnswerSize('fewer runs')
      for (const _ of runIds) size.add(mostAnswerBytes / 2)
      together.push(runIds.length)
      return runIds.map((of) => ({ runId: of, step: 1, epoch: 1, values: new Float32Array(1) }))
    },
  }
  const runIds = Array.from({ length: 7 }, (_, position) => runId(1, position))
  const read = await readPredictionsInParts(lab, { runIds })
  expect(read.map(({ runId: of }) => of)).toEqual(runIds)
  expect(Math.max(...together)).toBe(2)
})

it('passes other errors on', async () => {
  const failing = { readSeries: () => Promise.reject(new LabError('run/not-found', 'gone')) }
  await expect(readSeriesInParts(failing, { runIds: [runId(9)], names: ['batchLoss'] })).rejects.toMatchObject({
    code: 'run/not-found',
  })
})
