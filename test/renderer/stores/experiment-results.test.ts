import { describe, expect, it } from 'vitest'
import {
  bucketsFor,
  readDetail,
  readExactResults,
  ResultsReader,
  type ResultsLab,
} from '../../../renderer/stores/experiment-results'
import { usualSeries } from '../../../shared/experiments/drawn-series'
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
    expect(await new ResultsReader(lab).read([waiting], null, usualSeries)).toEqual([{ run: waiting, series: {} }])
    const base = makeRun(1)
    const task = makeRun(1, { spec: { ...base.spec, data: { type: 'dataset', dataset: 'mnist' } } })
    const noPredictions = { ...nothing, readPredictions: () => Promise.reject(new Error('asked')) }
    expect(await new ResultsReader(noPredictions).read([task], null, usualSeries)).toEqual([{ run: task, series: {} }])
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

  it('reads a range more finely, in the steps of each run, and nothing that is exact already', async () => {
    const whole = {
      steps: Float64Array.of(5000),
      values: Float64Array.of(1),
      min: Float64Array.of(0),
      max: Float64Array.of(2),
      count: 5000,
    }
    const part = { steps: Float64Array.of(40, 41), values: Float64Array.of(3, 4), count: 2 }
    const asked: unknown[] = []
    const lab: ResultsLab = {
      ...nothing,
      readSeries: async ({ runIds, names, fromStep, toStep }) => {
        asked.push([runIds, names, fromStep, toStep])
        return runIds.map((runId) => ({ runId, name: 'trainLoss', data: part }))
      },
    }
    const exact = { steps: Float64Array.of(1), values: Float64Array.of(1), count: 1 }
    const shown = [
      { run: makeRun(0), series: { trainLoss: whole, gradientNorm: exact } },
      { run: makeRun(1, { stepsPerEpoch: 10 }), series: {} },
    ]
    const detail = await readDetail(lab, shown, { per: 'epoch', from: 100, to: 200 })
    expect(asked).toEqual([
      [[runIdOf(0)], ['trainLoss'], 97 * 16, 203 * 16],
      [[runIdOf(1)], ['trainLoss'], 970, 2030],
    ])
    expect(detail!.map(({ series }) => series)).toEqual([{ trainLoss: part, gradientNorm: exact }, { trainLoss: part }])
    expect(await readDetail(lab, shown, { per: 'step', from: 1, to: 2 })).toBeNull()
  })

  it('reads every point for files, one run at a time', async () => {
    const data = { steps: Float64Array.of(1, 2), values: Float64Array.of(3, 4), count: 2 }
    const asked: unknown[] = []
    const lab: ResultsLab = {
      ...nothing,
      readSeries: async ({ runIds, names, buckets }) => {
        asked.push([runIds, names, buckets])
        return [{ runId: runIds[0]!, name: 'trainLoss', data }]
      },
    }
    const envelope = { ...data, min: data.values, max: data.values, count: 9 }
    const shown = [{ trainLoss: envelope }, {}].map((series, at) => ({ run: makeRun(at), series }))
    const exact = await readExactResults(lab, shown)
    expect(exact.map(({ series }) => series)).toEqual([{ trainLoss: data }, { trainLoss: data }])
    expect(asked).toEqual([
      [[runIdOf(0)], ['trainLoss'], undefined],
      [[runIdOf(1)], ['trainLoss'], undefined],
    ])
  })
})
