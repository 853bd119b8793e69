/** A real lab with more in it than one answer holds: it refuses to give it in one go, and in parts every bit of it comes. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '../../../shared/api/codec'
import type { AnalysisId } from '../../../shared/api/ids'
import type { NewAnalysis, NewExperiment } from '../../../shared/api/store-api'
import { readAllRuns, readExperiment, readWholeResult } from '../../../shared/experiments/records-in-parts'
import { writeSeriesFiles } from '../../../electron/lab/export/series-files'
import type { Lab } from '../../../electron/lab/lab'
import { Store } from '../../../electron/store/store'
import { mostAnswerBytes } from '../../../shared/api/answer-size'
import { openRealLab } from '../../support/real-lab'
import { batch, experimentId, newExperiment, runId } from '../store/fixtures'

let home: string
let lab: Lab
const analysisId = 'a00000001' as AnalysisId
const result = encode({ values: Float64Array.from({ length: 2.5e6 }, (_, i) => Math.sin(i)) })
const points = mostAnswerBytes / 16 + 7

/** Runs with a spec of many layers, several kilobytes each. */
function deep(experiment: NewExperiment): NewExperiment {
  for (const run of experiment.runs) {
    const { model } = run.spec
    const layers = Array.from({ length: 80 }, () => ({
      type: 'dense' as const,
      units: 190,
      activation: 'relu' as const,
    }))
    run.spec = { ...run.spec, model: { ...model, layers: [...layers, model.layers.at(-1)!] } as typeof model }
  }
  return experiment
}

const analysis: NewAnalysis = {
  analysisId,
  position: 0,
  kind: 'interpolation',
  label: 'Run 0',
  group: 'Group 0',
  groupIndex: 0,
  facet: 'sin(x)',
  spec: {},
  runIds: [runId(1)],
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-answers-'))
  const store = new Store()
  await store.open({ home, mode: 'write' })
  for (const number of [1, 2, 3]) {
    const experiment = deep(newExperiment(number, number === 2 ? 4000 : 3000))
    // Two of them made in the same millisecond.
    experiment.createdAt = 1_700_000_000_000 + Math.floor(number / 2)
    if (number === 3) experiment.analyses = [analysis]
    await store.createExperiment(experiment)
  }
  await store.saveResult({ analysisId, result })
  const values = Float32Array.from({ length: points }, (_, i) => i % 1000)
  await store.append(batch(runId(1), points, [{ name: 'batchLoss', firstStep: 1, values }]))
  await store.close()
  lab = await openRealLab(home, { mode: 'read' })
}, 120_000)

afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true })
})

const tooLarge = {
  code: 'answer/too-large',
  message: expect.stringMatching(/^More than 16 MB in one answer; ask for /),
}

it('lists ten thousand runs in parts, each once and in order, where one answer does not hold them', async () => {
  await expect(lab.listRuns({})).rejects.toMatchObject(tooLarge)
  const limits: (number | undefined)[] = []
  const runs = await readAllRuns({
    listRuns: (argument) => {
      limits.push(argument.limit)
      return lab.listRuns(argument)
    },
  })
  const expected = [3, 2, 1].flatMap((number) =>
    Array.from({ length: number === 2 ? 4000 : 3000 }, (_, position) => runId(number, position)),
  )
  expect(runs.map((run) => run.runId)).toEqual(expected)
  expect(runs.at(-3000)!.series).toMatchObject({ batchLoss: { count: points } })
  expect(limits.length).toBeLessThan(15)
  await expect(lab.listRuns({ after: runId(9) })).rejects.toMatchObject({ code: 'run/not-found' })
})

it('gives an experiment of thousands of runs in parts', async () => {
  const id = experimentId(2)
  await expect(lab.getExperiment({ experimentId: id })).rejects.toMatchObject(tooLarge)
  const { experiment, runs } = await readExperiment(lab, id)
  expect(experiment.runCounts).toEqual({ queued: 4000 })
  expect(runs.map((run) => run.position)).toEqual(Array.from({ length: 4000 }, (_, position) => position))
  const detail = await readExperiment(lab, experimentId(3))
  expect(detail.analyses.map((one) => one.analysisId)).toEqual([analysisId])
  expect(detail.sourceRuns.map((run) => run.runId)).toEqual([runId(1)])
  const parts = { experimentId: experimentId(3), positions: { from: 1, to: 3 } }
  expect(await lab.getExperiment(parts)).toEqual({
    ...detail,
    runs: detail.runs.slice(1, 3),
    analyses: [],
    sourceRuns: [],
  })
})

it('gives a long result in parts, and begins again where it went on meanwhile', async () => {
  await expect(lab.readResult({ analysisId })).rejects.toMatchObject(tooLarge)
  expect(Buffer.compare((await readWholeResult(lab, analysisId))!, result)).toBe(0)
  let asked = 0
  const moving: Pick<Lab, 'readResult' | 'readResultPart'> = {
    readResult: (argument) => lab.readResult(argument),
    readResultPart: async (argument) => {
      const part = (await lab.readResultPart(argument))!
      return ++asked === 2 ? { ...part, version: 'another', bytes: part.bytes.fill(0) } : part
    },
  }
  expect(Buffer.compare((await readWholeResult(moving, analysisId))!, result)).toBe(0)
  const always = {
    ...moving,
    readResultPart: async () => ({ bytes: result.slice(0, 1), size: 1e8, version: String(++asked) }),
  }
  await expect(readWholeResult(always, analysisId)).rejects.toMatchObject({ code: 'lab/busy' })
})

it('exports every point of a series that one answer does not hold', async () => {
  const run = (await lab.listRuns({ after: runId(2, 3999), limit: 1 }))[0]!
  const folder = mkdtempSync(join(tmpdir(), 'basin-series-'))
  const [file] = await writeSeriesFiles(lab, [run], folder)
  const lines = readFileSync(file!, 'utf8').split('\r\n')
  rmSync(folder, { recursive: true })
  expect(lines.length).toBe(points + 2)
  expect(lines.at(-2)!.split(',').slice(-2)).toEqual([String(points), String((points - 1) % 1000)])
})
