/** Runs know the data they were trained on, with real processes: what is imported over them, or changes in its place, is never mixed in. */
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DatasetLibrary } from '../../../electron/datasets/library'
import type { Lab, LabOptions } from '../../../electron/lab/lab'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import { collectResults } from '../../../shared/experiments/collect-results'
import { figuresOf, otherDataMark } from '../../../shared/experiments/figures-of'
import { openRealLab } from '../../support/real-lab'
import { idxFile, imageFile, mnistFiles, writeFiles } from '../datasets/fixtures'

let home: string
let lab: Lab
let place: string

const otherFiles = () => ({ ...mnistFiles(60, 20), 'train-images-idx3-ubyte': imageFile(60, 7), ...otherTest() })
/** All of one class: a network that has learned little has another loss there too. */
const otherTest = () => ({ 't10k-labels-idx1-ubyte': idxFile([20], new Uint8Array(20).fill(3)) })

const open = async (options: Partial<LabOptions> = {}) => (lab = await openRealLab(home, options))

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-run-data-'))
  place = mkdtempSync(join(tmpdir(), 'basin-place-'))
  await writeFiles(join(place, 'A'), mnistFiles(60, 20))
  await writeFiles(join(place, 'B'), otherFiles())
})

afterEach(async () => {
  await lab.close()
  for (const folder of [home, place]) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const spec = (epochs = 4, seeds = 1) => ({
  dataset: { name: 'mnist' },
  models: [{ label: 'net', hidden: 'dense 8' }],
  training: { epochs, batchSize: 20, optimizer: { type: 'adam', learningRate: 0.01 } },
  seeds,
})
/** Epochs that take seconds, so that a run can be caught on its way. */
const long = 15_000
const importSet = (which: 'A' | 'B') => lab.importDataset({ dataset: 'mnist', paths: [join(place, which)] })

async function ended(experimentId: ExperimentId) {
  await vi.waitFor(() => expect(lab.isActive(experimentId)).toBe(false), { timeout: 60_000, interval: 20 })
  return lab.getExperiment({ experimentId })
}

async function trained(epochs?: number, seeds?: number) {
  const { experimentId } = await lab.startExperiment({ kind: 'train-on-task', spec: spec(epochs, seeds) })
  const { runs } = await ended(experimentId)
  for (const run of runs)
    expect(run).toMatchObject({ status: 'finished', dataSha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  return runs
}

const ask = (runIds: RunId[], count: number, otherData = false) =>
  lab.startExperiment({
    kind: 'interpolation',
    spec: { runs: runIds, alphas: { count } },
    ...(otherData && { otherData }),
  })

async function answer(runIds: RunId[], count: number, otherData = false) {
  const { experimentId } = await ask(runIds, count, otherData)
  const analysis = (await ended(experimentId)).analyses[0]!
  expect(analysis).toMatchObject({ status: 'finished' })
  const { provenance, summary } = analysis
  const { relation, sha256 } = provenance!.runs[0]!.data!
  return { experimentId, relation, sha256, cached: provenance!.cached, testLoss: summary!['testLossAt0'] as number }
}

describe('after another data set is imported over it', () => {
  it('runs are analysed with their own data, or not at all, or marked', async () => {
    await open()
    await importSet('A')
    const runs = await trained(4, 2)
    const run = runs[0]!
    const runIds = runs.map(({ runId }) => runId)
    const last = run.series.testLoss!.last
    const before = await answer(runIds, 5)
    expect(before).toMatchObject({ relation: 'same', sha256: run.dataSha256 })
    expect(before.testLoss).toBeCloseTo(last, 5)
    await importSet('B')
    const after = await answer(runIds, 7)
    expect(after).toMatchObject({ relation: 'same', sha256: run.dataSha256, testLoss: before.testLoss })
    expect(await answer(runIds, 5)).toMatchObject({ cached: true, testLoss: before.testLoss })

    await lab.removeDatasetVersion({ dataset: 'mnist', sha256: run.dataSha256! })
    const count = (await lab.listExperiments({})).length
    await expect(ask(runIds, 5)).rejects.toMatchObject({
      code: 'dataset/changed',
      message: expect.stringMatching(/^'net.*MNIST/),
    })
    expect(await lab.listExperiments({})).toHaveLength(count)
    const other = await answer(runIds, 5, true)
    expect(other).toMatchObject({ relation: 'other', cached: false })
    expect(Math.abs(other.testLoss - last)).toBeGreaterThan(0.01)
    const marked = figuresOf(await collectResults(lab, other.experimentId))
    expect(marked.length).toBeGreaterThan(0)
    for (const { subtitle } of marked) expect(subtitle).toContain(otherDataMark)
    for (const { subtitle } of figuresOf(await collectResults(lab, before.experimentId)))
      expect(subtitle).not.toContain(otherDataMark)
  }, 120_000)

  it('a run that was cut short goes on with its own data, as if nothing had happened', async () => {
    await open({ goesOn: true })
    await importSet('A')
    const [whole] = await trained(long)
    const { experimentId } = await lab.startExperiment({ kind: 'train-on-task', spec: spec(long) })
    const only = async () => (await lab.getExperiment({ experimentId })).runs[0]!
    await vi.waitFor(async () => expect((await only()).epochs).toBeGreaterThan(3), { timeout: 60_000, interval: 5 })
    await lab.close()
    await open()
    expect((await only()).status).toBe('queued')
    await importSet('B')
    await lab.close()
    await open({ goesOn: true })
    await ended(experimentId)
    const again = await only()
    expect(again).toMatchObject({ status: 'finished', dataSha256: whole!.dataSha256, series: whole!.series })
  }, 180_000)

  it('all runs of an experiment are of the data there were when it started', async () => {
    await open({ cores: 1 })
    await importSet('A')
    const many = spec(200, 3)
    const { experimentId } = await lab.startExperiment({ kind: 'train-on-task', spec: many })
    await importSet('B')
    const { runs } = await ended(experimentId)
    await importSet('A')
    const undisturbed = await ended((await lab.startExperiment({ kind: 'train-on-task', spec: many })).experimentId)
    expect(runs.map(({ series }) => series)).toEqual(undisturbed.runs.map(({ series }) => series))
    expect(new Set([...runs, ...undisturbed.runs].map(({ dataSha256 }) => dataSha256)).size).toBe(1)
  }, 120_000)
})

describe('where data used in their place change', () => {
  it('a run waits for its own, whatever became of them, and goes on from where it was, to the bit', async () => {
    const datasetsFolder = join(place, 'A')
    const own = mnistFiles(60, 20)
    await open({ goesOn: true, datasetsFolder })
    const [whole] = await trained(long)
    const { experimentId } = await lab.startExperiment({ kind: 'train-on-task', spec: spec(long) })
    const only = async () => (await lab.getExperiment({ experimentId })).runs[0]!
    await vi.waitFor(async () => expect((await only()).epochs).toBeGreaterThan(3), { timeout: 60_000, interval: 5 })
    const openAgain = async () => {
      await lab.close()
      await open({ goesOn: true, datasetsFolder })
      await ended(experimentId)
    }
    await lab.close()
    await writeFiles(datasetsFolder, otherFiles())
    await openAgain()
    const first = await only()
    expect(first.steps).toBeGreaterThan(0)
    const [its, there] = await Promise.all([
      whole!.dataSha256!,
      new DatasetLibrary({ home: datasetsFolder, extraFolder: datasetsFolder }).content('mnist'),
    ])
    expect(first.error).toContain(
      `its content is ${its.slice(0, 12)}, that of ${datasetsFolder} is ${there!.slice(0, 12)}`,
    )
    expect(first.error).toMatch(
      /^This run was trained on other data .*Import that set again.*goes on from where it was/,
    )
    const waits = { status: 'interrupted', steps: first.steps, startedAt: first.startedAt, series: first.series }
    expect(first).toMatchObject(waits)
    const lacks = {
      changed: otherFiles(),
      missing: {},
      damaged: { ...own, 'train-labels-idx1-ubyte': own['train-images-idx3-ubyte']! },
    }
    for (const [code, files] of Object.entries(lacks)) {
      rmSync(datasetsFolder, { recursive: true })
      await writeFiles(datasetsFolder, files)
      await openAgain()
      expect({ code, ...(await only()) }).toMatchObject({
        code,
        ...waits,
        error: expect.stringContaining('Once its data are here'),
      })
      for (const fromStart of [false, true])
        await expect(lab.retryExperiment({ experimentId, fromStart })).rejects.toMatchObject({
          code: `dataset/${code}`,
        })
      expect(await only()).toMatchObject(waits)
    }
    rmSync(datasetsFolder, { recursive: true })
    await writeFiles(datasetsFolder, own)
    await openAgain()
    expect(await only()).toMatchObject({
      status: 'finished',
      error: null,
      startedAt: first.startedAt,
      series: whole!.series,
    })
  }, 240_000)

  it('a run from before this was kept is analysed with what is there, which is said, and never from yesterday’s answer', async () => {
    await open()
    await importSet('A')
    const runIds = (await trained(4, 2)).map(({ runId }) => runId)
    await lab.close()
    const database = new Database(join(home, 'basin.db'))
    // Without its checksum too: a row that was changed behind Basin's back would be damage.
    database.exec('UPDATE runs SET dataSha256 = NULL, rowChecksum = NULL')
    database.close()
    await open()
    const first = await answer(runIds, 5)
    expect(first).toMatchObject({ relation: 'unknown', cached: false })
    expect(await answer(runIds, 5)).toMatchObject({ cached: true, testLoss: first.testLoss })
    await importSet('B')
    const second = await answer(runIds, 5)
    expect(second).toMatchObject({ relation: 'unknown', cached: false })
    expect(second.testLoss).not.toBe(first.testLoss)
  }, 120_000)
})
