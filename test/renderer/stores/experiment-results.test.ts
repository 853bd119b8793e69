import { describe, expect, it } from 'vitest'
import {
  bucketsFor,
  readExactResults,
  ResultsReader,
  type ResultsLab,
} from '../../../renderer/stores/experiment-results'
import { makeRun, runIdOf } from '../fixtures'

const nothing: ResultsLab = {
  readSeries: () => Promise.resolve([]),
  readPredictions: () => Promise.resolve([]),
  listFrames: () => Promise.resolve([]),
}

describe('reading results', () => {
  it('asks for fewer points of each run when there are many', () => {
    expect([1, 15, 200, 300, 5000].map((runs) => bucketsFor(1000, runs))).toEqual([1000, 1000, 1000, 666, 120])
    expect(bucketsFor(800, 0)).toBe(800)
  })

  it('asks nothing of runs that wait, and no prediction of a task', async () => {
    const lab = { ...nothing, readSeries: () => Promise.reject(new Error('asked')) }
    const waiting = makeRun(0, { status: 'queued', steps: 0 })
    expect(await new ResultsReader(lab).read([waiting], null)).toEqual([{ run: waiting, series: {} }])
    const base = makeRun(1)
    const task = makeRun(1, { spec: { ...base.spec, data: { type: 'dataset', dataset: 'mnist' } } })
    const noPredictions = { ...nothing, readPredictions: () => Promise.reject(new Error('asked')) }
    expect(await new ResultsReader(noPredictions).read([task], null)).toEqual([{ run: task, series: {} }])
  })

  it('lists the epochs of the run furthest along', async () => {
    const asked: string[] = []
    const lab: ResultsLab = {
      ...nothing,
      listFrames: async ({ runId }) => {
        asked.push(runId)
        return [
          { step: 0, epoch: 0 },
          { step: 160, epoch: 10 },
        ]
      },
    }
    const runs = [makeRun(0, { epochs: 3 }), makeRun(1, { epochs: 50 }), makeRun(2, { steps: 0, epochs: 0 })]
    expect((await new ResultsReader(lab).listEpochs(runs)).map(({ epoch }) => epoch)).toEqual([0, 10])
    expect(asked).toEqual([runIdOf(1)])
  })

  it('reads every point for files, one run at a time', async () => {
    const data = { steps: Float64Array.of(1, 2), values: Float64Array.of(3, 4), count: 2 }
    const asked: unknown[] = []
    const lab: ResultsLab = {
      ...nothing,
      readSeries: async ({ runIds, buckets }) => {
        asked.push([runIds, buckets])
        return [{ runId: runIds[0]!, name: 'trainLoss', data }]
      },
    }
    const shown = [0, 1].map((at) => ({ run: makeRun(at), series: {} }))
    const exact = await readExactResults(lab, shown)
    expect(exact.map(({ series }) => series)).toEqual([{ trainLoss: data }, { trainLoss: data }])
    expect(asked).toEqual([
      [[runIdOf(0)], undefined],
      [[runIdOf(1)], undefined],
    ])
  })
})
