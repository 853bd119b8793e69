/** Runs whose lab closes, is killed, or loses a process, with real processes: in the end they are what they would have been without. */
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { WorkerHost, WorkerProcess } from '../../../electron/host/worker-host'
import type { Lab, LabOptions } from '../../../electron/lab/lab'
import type { RunSummary } from '../../../shared/api/records'
import type { SeriesName } from '../../../shared/experiments/run-spec'
import { openRealLab, realHost } from '../../support/real-lab'
import { root } from '../../support/requirements'

const bundleFolder = join(root, 'dist/electron')
const kind = 'simulate-function'
const dense = { type: 'dense', units: 200, activation: 'tanh' }
const spec = {
  data: { points: 128 },
  models: [{ label: 'wide', hidden: [dense, dense], initialization: 'pytorch' }],
  training: { epochs: 2500, batchSize: 32 },
  seeds: 1,
}

/** All that is kept of a run, but for when it was and how long it took. */
interface Kept {
  series: unknown
  frames: unknown
  snapshot: unknown
  run: Partial<RunSummary>
}

const homes: string[] = []
let home: string
let lab: Lab | undefined
let whole: Kept

function newHome(): string {
  homes.push(mkdtempSync(join(tmpdir(), 'basin-going-on-')))
  return homes.at(-1)!
}

async function open(folder = home, options: Partial<LabOptions> = {}): Promise<Lab> {
  lab = await openRealLab(folder, { goesOn: true, ...options })
  return lab
}

const onlyRun = async (of: Lab) => (await of.listRuns())[0]!
const comesTo = (of: Lab, steps: number) =>
  vi.waitFor(async () => expect((await onlyRun(of)).steps).toBeGreaterThan(steps), { timeout: 60_000, interval: 10 })
const finishes = (of: Lab) =>
  vi.waitFor(async () => expect((await onlyRun(of)).status).toBe('finished'), { timeout: 120_000, interval: 50 })

async function keptOf(of: Lab): Promise<Kept> {
  const { runId, series, steps, epochs, status, error, totalSteps } = await onlyRun(of)
  const runIds = [runId]
  const frames = await of.listFrames({ runId })
  const values = await Promise.all(frames.map(({ epoch }) => of.store.readFrames({ runIds, epoch })))
  const names = Object.keys(series).sort() as SeriesName[]
  return {
    series: (await of.store.readSeries({ runIds, names })).map(({ name, data }) => [name, data]),
    frames: values.flat().map((frame) => ({ ...frame, runId: '' })),
    snapshot: await of.store.readSnapshot({ runId }),
    run: { series, steps, epochs, status, error, totalSteps },
  }
}

/** Not printed in full when it fails. */
function expectWhole(kept: Kept): void {
  expect(kept.run).toEqual(whole.run)
  const same = (['series', 'frames', 'snapshot'] as const).map((part) => {
    try {
      expect(kept[part]).toEqual(whole[part])
      return part
    } catch {
      return `other ${part}`
    }
  })
  expect(same).toEqual(['series', 'frames', 'snapshot'])
}

beforeAll(async () => {
  const first = await open(newHome())
  await first.startExperiment({ kind, spec })
  await finishes(first)
  whole = await keptOf(first)
  await first.close()
}, 120_000)

beforeEach(() => void (home = newHome()))

afterEach(() => lab?.close())

afterAll(() => {
  for (const folder of homes) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

it('goes on where it was when its lab closed, training or paused', async () => {
  const first = await open()
  await first.startExperiment({ kind, spec })
  await comesTo(first, 500)
  await first.close()
  const second = await open()
  const taken = await vi.waitFor(async () => {
    const run = await onlyRun(second)
    expect(run).toMatchObject({ status: 'running', error: null })
    return run
  })
  expect(taken.steps).toBeGreaterThan(500)
  expect(taken.durationMs).toBeGreaterThan(0)
  await comesTo(second, taken.steps + 500)
  const { runId } = await onlyRun(second)
  await second.pauseRuns({ runIds: [runId] })
  await second.close()
  const third = await open()
  const paused = await onlyRun(third)
  expect(paused.status).toBe('paused')
  await third.resumeRuns({ runIds: [runId] })
  await comesTo(third, paused.steps)
  expect((await onlyRun(third)).startedAt).toBe(taken.startedAt)
  await finishes(third)
  expectWhole(await keptOf(third))
}, 120_000)

it('goes on from its last checkpoint when its lab is killed, more than once', async () => {
  const outfile = join(home, 'lab-child.cjs')
  await build({ entryPoints: [join(__dirname, 'lab-child.ts')], outfile, bundle: true, platform: 'node' })
  const starts = new Set<number>()
  for (const [i, words] of [[kind, JSON.stringify(spec)], [], []].entries()) {
    const child = spawn(process.execPath, [outfile, home, bundleFolder, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    for await (const line of createInterface({ input: child.stdout })) {
      const { steps, startedAt } = JSON.parse(line) as { steps: number; startedAt: number }
      if (steps < (i + 1) * 2000) continue
      starts.add(startedAt)
      break
    }
    child.kill('SIGKILL')
    await closed
  }
  // The lock of the killed one goes with it, a moment later.
  const last = await vi.waitFor(() => open(), { timeout: 20_000 })
  await finishes(last)
  // It never started again.
  starts.add((await onlyRun(last)).startedAt!)
  expect(starts.size).toBe(1)
  expectWhole(await keptOf(last))
}, 120_000)

it('goes on by itself when it loses its process after a checkpoint', async () => {
  const workers: WorkerProcess[] = []
  const real = realHost()
  const host: WorkerHost = {
    startWorker: (of) => {
      workers.push(real.startWorker(of))
      return workers.at(-1)!
    },
  }
  const only = await open(home, { host, checkpointEveryMs: 30 })
  await only.startExperiment({ kind, spec })
  await comesTo(only, 4000)
  const training = workers.filter((worker) => worker.kind === 'training')
  for (const worker of training) worker.kill()
  await finishes(only)
  expect(workers.filter((worker) => worker.kind === 'training').length).toBeGreaterThan(training.length)
  expectWhole(await keptOf(only))
}, 120_000)

it.each([
  ['goes on from its checkpoint when it is asked for again', false],
  ['starts from the beginning when a person asks for that', true],
])(
  '%s',
  async (_, fromStart) => {
    const first = await open()
    await first.startExperiment({ kind, spec })
    await comesTo(first, 2000)
    await first.close()
    // One that does not go on by itself.
    const second = await open(home, { goesOn: false })
    const { runId, status, steps, startedAt } = await onlyRun(second)
    expect([status, steps > 2000]).toEqual(['queued', true])
    await second.retryRuns({ runIds: [runId], fromStart })
    if (fromStart) expect((await onlyRun(second)).steps).toBeLessThan(2000)
    await finishes(second)
    expect((await onlyRun(second)).startedAt === startedAt).toBe(!fromStart)
    expectWhole(await keptOf(second))
  },
  120_000,
)

it('begins again where nothing but its first prediction had been kept', async () => {
  // Without a core nothing starts; what a killed lab would have left is put there by hand.
  const first = await open(home, { cores: 0 })
  await first.startExperiment({ kind, spec })
  const { runId } = await onlyRun(first)
  const frame = { step: 0, epoch: 0, values: new Float32Array(512) }
  await first.store.updateRun({ runId, status: 'running', startedAt: Date.now() })
  await first.store.append({ runId, steps: 0, epochs: 0, durationMs: 1, series: [], frames: [frame] })
  await first.close()
  const second = await open()
  await finishes(second)
  expectWhole(await keptOf(second))
}, 120_000)

it('asks again what was answered without a run that goes on after all', async () => {
  const trajectory = {
    task: { type: 'dataset', name: 'digits', trainSize: 200, testSize: 50 },
    training: { epochs: 2 },
    snapshots: { every: 1, unit: 'epoch' },
    seeds: 3,
  }
  const first = await open()
  const { experimentId } = await first.startExperiment({ kind: 'weight-trajectory', spec: trajectory })
  const isDone = (of: Lab) =>
    vi.waitFor(() => expect(of.isActive(experimentId)).toBe(false), { timeout: 60_000, interval: 50 })
  await isDone(first)
  const answer = (await first.getExperiment({ experimentId })).analyses[0]!
  expect(answer.summary).toMatchObject({ trainings: 3 })
  const { runId } = (await first.getExperiment({ experimentId })).runs[2]!
  // As the store finds it where the lab died while this run trained.
  await first.store.resetRuns({ runIds: [runId] })
  await first.store.setRunStatus({ runIds: [runId], status: 'running' })
  await first.store.saveResult({ analysisId: answer.analysisId, result: new Uint8Array(1), summary: { trainings: 2 } })
  await first.close()
  const second = await open()
  await isDone(second)
  const { runs, analyses } = await second.getExperiment({ experimentId })
  expect(runs.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished'])
  expect(analyses[0]!.summary).toEqual(answer.summary)
}, 120_000)
