/** An experiment of 300 runs with real processes: what is told of it, what a person can do to its runs, and what a restart leaves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Lab } from '../../../electron/lab/lab'
import type { ExperimentId } from '../../../shared/api/ids'
import type { ExperimentProgress } from '../../../shared/api/lab-api'
import type { RunSummary } from '../../../shared/api/records'
import { openRealLab } from '../../support/real-lab'

let home: string
let lab: Lab
let experimentId: ExperimentId
/** Of the sessions so far. */
const told: { at: number; progress: ExperimentProgress }[] = []

async function openLab() {
  lab = await openRealLab(home, { goesOn: true })
  lab.onEvent((event) => {
    if (event.type === 'progress') told.push({ at: performance.now(), progress: event.progress })
  })
}

const model = { label: 'small', hidden: [{ type: 'dense', units: 4, activation: 'tanh' }], initialization: 'pytorch' }
const spec = { data: { points: 64 }, models: [model], training: { epochs: 30 }, seeds: 300 }
const runs = async (): Promise<RunSummary[]> => (await lab.getExperiment({ experimentId })).runs
const ofStatus = async (status: string) => (await runs()).filter((run) => run.status === status)
const finishes = (least: number) =>
  vi.waitFor(async () => expect((await ofStatus('finished')).length).toBeGreaterThanOrEqual(least), {
    timeout: 120_000,
    interval: 50,
  })

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'basin-scale-'))
  await openLab()
  experimentId = (await lab.startExperiment({ kind: 'simulate-function', spec })).experimentId
})

afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

it('queues 300 runs in the order of their seeds and tells of the few that train', async () => {
  await finishes(5)
  const queue = await lab.listQueue()
  const seeds = new Map((await runs()).map(({ runId, seed }) => [runId, seed]))
  expect(queue.map((runId) => seeds.get(runId)!)).toEqual([...queue.keys()].map((i) => 300 - queue.length + i))
  const last = told.at(-1)!.progress
  expect(last).toMatchObject({ runCount: 300, paused: false })
  expect(last.etaMs).toBeGreaterThan(0)
  for (const { progress } of told) expect(progress.runs.length).toBeLessThanOrEqual(2)
  const spanMs = told.at(-1)!.at - told[0]!.at
  expect(told.length).toBeLessThanOrEqual(2 + spanMs / 125)
})

it('pauses, moves and cancels single runs while the others go on', async () => {
  const queue = await lab.listQueue()
  const [paused, canceled, next] = [queue.at(-1)!, queue.at(-2)!, queue.at(-3)!]
  await lab.pauseRuns({ runIds: [paused] })
  await lab.stopRuns({ runIds: [canceled] })
  await lab.moveRuns({ runIds: [next], to: 'front' })
  await vi.waitFor(async () => expect((await ofStatus('finished')).map(({ runId }) => runId)).toContain(next), {
    timeout: 20_000,
  })
  expect((await ofStatus('stopped')).map(({ runId }) => runId)).toEqual([canceled])
  expect((await ofStatus('paused')).map(({ runId }) => runId)).toEqual([paused])
  await lab.retryRuns({ runIds: [canceled] })
  expect((await lab.listQueue()).at(-1)).toBe(canceled)
  await expect(lab.pauseRuns({ runIds: [next] })).rejects.toMatchObject({ code: 'argument/invalid' })
})

it('goes on after a restart: finished runs stay as they are, what waits keeps its order, the rest trains', async () => {
  await finishes(40)
  await lab.close()
  const before = told.at(-1)!.progress
  told.length = 0
  const reader = await openRealLab(home, { mode: 'read' })
  const left = (await reader.getExperiment({ experimentId })).runs
  await reader.close()
  const finished = left.filter(({ status }) => status === 'finished')
  expect(new Set(left.map(({ status }) => status))).toEqual(new Set(['finished', 'queued', 'paused']))
  await openLab()
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), { timeout: 10_000 })
  expect(told[0]!.progress.share).toBeGreaterThanOrEqual(finished.length / 300)
  expect(told[0]!.progress.runCount).toBe(before.runCount)
  const [paused] = await ofStatus('paused')
  await lab.resumeRuns({ runIds: [paused!.runId] })
  await finishes(300)
  const after = new Map((await runs()).map((run) => [run.runId, run]))
  for (const run of finished) expect(after.get(run.runId)).toEqual(run)
  for (const run of after.values()) expect([run.steps, run.series.trainLoss?.count]).toEqual([run.totalSteps, 30])
  // In the order that they had: those of the first session before those of the second.
  const starts = [...after.values()].filter(({ runId }) => !finished.some((run) => run.runId === runId))
  const firstStart = Math.min(...starts.map(({ startedAt }) => startedAt!))
  for (const { startedAt } of finished) expect(startedAt!).toBeLessThan(firstStart)
}, 240_000)

it('pauses and stops the whole at once', async () => {
  const whole = await lab.startExperiment({
    kind: 'simulate-function',
    spec: { ...spec, training: { epochs: 100_000 } },
  })
  ;({ experimentId } = whole)
  await vi.waitFor(async () => expect(await ofStatus('running')).toHaveLength(2), { timeout: 10_000 })
  await lab.pauseExperiment({ experimentId })
  expect(await ofStatus('paused')).toHaveLength(300)
  expect(await lab.getProgress({ experimentId })).toMatchObject({ paused: true, stepsPerSecond: 0, etaMs: null })
  // Paused is how the next session finds it.
  await lab.close()
  await openLab()
  expect(await lab.getProgress({ experimentId })).toMatchObject({ paused: true, endedRuns: 0 })
  expect(await lab.listQueue()).toEqual([])
  await lab.resumeExperiment({ experimentId })
  await vi.waitFor(async () => expect(await ofStatus('running')).toHaveLength(2), { timeout: 10_000 })
  await lab.stopExperiment({ experimentId })
  await vi.waitFor(async () => expect(await ofStatus('stopped')).toHaveLength(300), { timeout: 10_000 })
}, 60_000)
