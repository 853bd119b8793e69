/** Weights in a whole lab with real worker processes: kept along runs, listed, forgotten, and started from. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import { tensorsOf } from '../../../electron/weights/model-tensors'
import { encodeTensors } from '../../../electron/weights/safetensors'
import type { ExperimentId } from '../../../shared/api/ids'
import { initialParameters } from '../../../shared/models/initialization'
import { openRealLab } from '../../support/real-lab'

let home: string
let lab: Lab

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-snapshots-'))
  lab = await openRealLab(home)
})

afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const models = [{ label: 'Small', hidden: 'dense 6 tanh' }]
const runsOf = async (experimentId: ExperimentId) => (await lab.getExperiment({ experimentId })).runs
const becomes = (experimentId: ExperimentId, status: string) =>
  vi.waitFor(
    async () => expect(new Set((await runsOf(experimentId)).map((run) => run.status))).toEqual(new Set([status])),
    {
      timeout: 30_000,
    },
  )

describe('snapshots of a lab', () => {
  const spec = (epochs: number) => ({
    task: { type: 'function', expression: 'sin(3*x)', points: 64 },
    models,
    training: { epochs, batchSize: 32 },
    snapshots: { every: Math.max(3, epochs / 100), unit: 'epoch' },
    seeds: 2,
  })

  it('are there while the run goes on, and but for the last are forgotten when asked', async () => {
    const { snapshotBytes } = await lab.estimate({ kind: 'weight-trajectory', spec: spec(10) })
    const { experimentId } = await lab.startExperiment({ kind: 'weight-trajectory', spec: spec(10) })
    await becomes(experimentId, 'finished')
    let bytes = 0
    for (const { runId } of await runsOf(experimentId)) {
      const kept = await lab.listSnapshots({ runId })
      expect(kept.map(({ step, epoch }) => [step, epoch])).toEqual([0, 3, 6, 9, 10].map((epoch) => [2 * epoch, epoch]))
      // One byte says what numbers follow.
      bytes += kept.reduce((sum, snapshot) => sum + snapshot.bytes - 1, 0)
    }
    expect(bytes).toBe(snapshotBytes)
    await vi.waitFor(() => expect(lab.isActive(experimentId)).toBe(false), { timeout: 30_000 })
    await lab.deleteSnapshots({ experimentId })
    for (const { runId } of await runsOf(experimentId))
      expect((await lab.listSnapshots({ runId })).map(({ step }) => step)).toEqual([20])
  })

  it('are not taken from under a run', async () => {
    const { experimentId } = await lab.startExperiment({ kind: 'weight-trajectory', spec: spec(1_000_000) })
    await expect(lab.deleteSnapshots({ experimentId })).rejects.toMatchObject({ code: 'argument/invalid' })
    await lab.stopExperiment({ experimentId })
    await becomes(experimentId, 'stopped')
  })
})

describe('runs that start from a file', () => {
  it('do so again when they are started again, without the file', async () => {
    const spec = { data: { points: 64 }, models, training: { epochs: 10_000_000, batchSize: 'full' }, seeds: 1 }
    const plain = await lab.startExperiment({ kind: 'simulate-function', spec })
    const { model } = (await runsOf(plain.experimentId))[0]!.spec
    await lab.stopExperiment(plain)
    const parameters = initialParameters(model, 77)
    const bytes = encodeTensors({ tensors: tensorsOf(model, { parameters }), metadata: {} })
    const { experimentId } = await lab.startExperiment({
      kind: 'simulate-function',
      spec: { ...spec, seeds: 2 },
      from: { name: 'some.safetensors', bytes },
    })
    const firstLosses = async () => {
      const runIds = (await runsOf(experimentId)).map(({ runId }) => runId)
      const series = await lab.readSeries({ runIds, names: ['batchLoss'], toStep: 1 })
      expect(series).toHaveLength(2)
      return series.map(({ data }) => data.values[0])
    }
    const [first, second] = await vi.waitFor(firstLosses, { timeout: 30_000 })
    // Two seeds, the same weights.
    expect(second).toBe(first)
    await lab.stopExperiment({ experimentId })
    await becomes(experimentId, 'stopped')
    await lab.retryExperiment({ experimentId })
    expect(await vi.waitFor(firstLosses, { timeout: 30_000 })).toEqual([first, first])
    await lab.stopExperiment({ experimentId })
  })
})
