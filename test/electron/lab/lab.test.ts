/** A whole lab with real worker processes, used as its clients use it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import type { ExperimentId } from '../../../shared/api/ids'
import type { LabEvent } from '../../../shared/api/lab-api'
import { isEmptyFigure } from '../../../shared/figures/chart'
import { collectResults } from '../../../shared/experiments/collect-results'
import { experimentKinds } from '../../../shared/experiments/registry'
import { openRealLab } from '../../support/real-lab'

let home: string
let lab: Lab
const events: LabEvent[] = []

const openLab = (mode: 'write' | 'read' = 'write') => openRealLab(home, { mode })

const spec = (epochs: number) => ({ data: { points: 256 }, training: { epochs }, seeds: 1 })
const endless = spec(10_000_000)

async function start(given: object, name?: string): Promise<ExperimentId> {
  const { experimentId } = await lab.startExperiment({ kind: 'simulate-function', spec: given, name })
  return experimentId
}

const statuses = async (experimentId: ExperimentId) =>
  (await lab.getExperiment({ experimentId })).runs.map(({ status }) => status)
const becomes = (experimentId: ExperimentId, status: string) =>
  vi.waitFor(async () => expect(await statuses(experimentId)).toEqual([status, status]), { timeout: 20_000 })

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-lab-'))
  lab = await openLab()
  lab.onEvent((event) => events.push(event))
})

afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

describe('a lab', () => {
  it('says what it is', async () => {
    expect(await lab.about()).toMatchObject({
      version: '1.2.3',
      home,
      runCount: 0,
      running: 0,
      queued: 0,
      engine: { name: 'native', threads: 2 },
    })
  })

  it('estimates without storing anything', async () => {
    const estimate = await lab.estimate({ kind: 'simulate-function', spec: spec(100) })
    expect(estimate).toMatchObject({ runs: 2, steps: 400 })
    expect(estimate.timeMs).toBeGreaterThan(0)
    expect(await lab.listRuns()).toEqual([])
  })

  it('trains what it is asked for and tells of it', async () => {
    events.length = 0
    const experimentId = await start(spec(300), 'A name of its own')
    await becomes(experimentId, 'finished')
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['experiments-changed', 'progress', 'experiment-changed', 'status-changed']),
    )
    expect((await lab.listExperiments({}))[0]).toMatchObject({ name: 'A name of its own', runCounts: { finished: 2 } })
    expect(await lab.getProgress({ experimentId })).toMatchObject({ share: 1, paused: false })
  })

  it('answers with series, whole or as an envelope, and predictions along the way', async () => {
    const [{ experimentId } = { experimentId: '' as ExperimentId }] = await lab.listExperiments({})
    const { runs } = await lab.getExperiment({ experimentId })
    const runIds = runs.map(({ runId }) => runId)
    const whole = await lab.readSeries({ runIds, names: ['gradientNorm', 'testAccuracy'] })
    expect(whole.map(({ name, data }) => [name, data.values.length])).toEqual([
      ['gradientNorm', 600],
      ['gradientNorm', 600],
    ])
    const [envelope] = await lab.readSeries({ runIds, names: ['gradientNorm'], buckets: 50 })
    expect(envelope!.data.values.length).toBeLessThanOrEqual(50)
    expect(Math.max(...envelope!.data.max!)).toBe(Math.max(...whole[0]!.data.values))
    const frames = await lab.listFrames({ runId: runIds[0]! })
    expect([frames[0], frames.at(-1)]).toEqual([
      { step: 0, epoch: 0 },
      { step: 600, epoch: 300 },
    ])
    const early = await lab.readPredictions({ runIds, epoch: 10 })
    const late = await lab.readPredictions({ runIds })
    expect(early.map(({ epoch }) => epoch <= 10)).toEqual([true, true])
    expect(late.map(({ epoch, values }) => [epoch, values.length])).toEqual([
      [300, 512],
      [300, 512],
    ])
  })

  it('gives its figures all they need', async () => {
    const [{ experimentId } = { experimentId: '' as ExperimentId }] = await lab.listExperiments({})
    const results = await collectResults(lab, experimentId)
    const figures = experimentKinds['simulate-function'].figures(results)
    for (const figure of figures) expect(isEmptyFigure(figure)).toBe(false)
  })

  it('pauses, goes on, stops, and starts again in place', async () => {
    const experimentId = await start(endless)
    await becomes(experimentId, 'running')
    await lab.pauseExperiment({ experimentId })
    await becomes(experimentId, 'paused')
    expect(await lab.getProgress({ experimentId })).toMatchObject({ paused: true, stepsPerSecond: 0 })
    await lab.resumeExperiment({ experimentId })
    await becomes(experimentId, 'running')
    await lab.stopExperiment({ experimentId })
    await becomes(experimentId, 'stopped')
    await expect(lab.pauseExperiment({ experimentId })).rejects.toMatchObject({ code: 'experiment/not-running' })
    const before = (await lab.getExperiment({ experimentId })).runs.map(({ runId }) => runId)
    await lab.retryExperiment({ experimentId })
    await becomes(experimentId, 'running')
    expect((await lab.getExperiment({ experimentId })).runs.map(({ runId }) => runId)).toEqual(before)
    await expect(lab.retryExperiment({ experimentId })).rejects.toThrow('still runs')
    await lab.stopExperiment({ experimentId })
    await becomes(experimentId, 'stopped')
  })

  it('renames, hides and brings back', async () => {
    const experimentId = await start(spec(5))
    await becomes(experimentId, 'finished')
    await lab.renameExperiment({ experimentId, name: 'Renamed' })
    const names = async () => (await lab.listExperiments({})).map(({ name }) => name)
    expect(await names()).toContain('Renamed')
    await lab.deleteExperiment({ experimentId })
    expect(await names()).not.toContain('Renamed')
    await expect(lab.getExperiment({ experimentId })).rejects.toMatchObject({ code: 'experiment/not-found' })
    await lab.restoreExperiment({ experimentId })
    expect(await names()).toContain('Renamed')
  })

  it('starts nothing whose data are not there, and writes nothing', async () => {
    const before = await lab.listExperiments({})
    const task = { kind: 'train-on-task', spec: { dataset: { name: 'mnist' } } } as const
    await expect(lab.startExperiment(task)).rejects.toMatchObject({ code: 'dataset/missing' })
    expect(await lab.listExperiments({})).toEqual(before)
  })

  it('lets a second one read but not write', async () => {
    await expect(openLab('write')).rejects.toMatchObject({ code: 'lab/busy' })
    const reader = await openLab('read')
    expect((await reader.listRuns()).length).toBe((await lab.listRuns()).length)
    await reader.close()
  })

  it('stops what runs when it closes, and has it all when it opens again', async () => {
    const experimentId = await start(endless)
    await becomes(experimentId, 'running')
    await vi.waitFor(
      async () => expect((await lab.getProgress({ experimentId })).runs.every(({ steps }) => steps > 0)).toBe(true),
      { timeout: 20_000 },
    )
    await lab.close()
    lab = await openLab()
    const { runs } = await lab.getExperiment({ experimentId })
    for (const run of runs) {
      expect(run.status).toBe('stopped')
      expect(run.series.batchLoss!.count).toBe(run.steps)
    }
  })
})
