import { describe, expect, it } from 'vitest'
import { parseOrThrow } from '../../../shared/api/contract'
import { labSchemas } from '../../../shared/api/lab-api'

const run = 'r00000001'

describe('arguments of the lab', () => {
  it('name a run and a series once: an answer would hold each as often as it is named', () => {
    const parse = (value: unknown) => parseOrThrow(labSchemas.readSeries, value, 'argument/invalid', 'readSeries')
    expect(() => parse({ runIds: [run, run], names: ['trainLoss'] })).toThrow('runIds: must not name a run twice')
    expect(() => parse({ runIds: [run], names: ['trainLoss', 'trainLoss'] })).toThrow('must not name a series twice')
    expect(parse({ runIds: [run], names: ['trainLoss'] })).toEqual({ runIds: [run], names: ['trainLoss'] })
  })

  it.each(['readPredictions', 'pauseRuns', 'resumeRuns', 'stopRuns', 'retryRuns'] as const)(
    'name a run once for %s too',
    (method) => {
      const parse = () => parseOrThrow(labSchemas[method] as never, { runIds: [run, run] }, 'argument/invalid', method)
      expect(parse).toThrow('must not name a run twice')
    },
  )

  it('name some run where something is to be done to it', () => {
    expect(() => parseOrThrow(labSchemas.stopRuns, { runIds: [] }, 'argument/invalid', 'stopRuns')).toThrow(
      'at least 1',
    )
  })
})
