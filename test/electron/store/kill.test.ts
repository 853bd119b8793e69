import Database from 'better-sqlite3'
import { build } from 'esbuild'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { databaseFile } from '../../../electron/store/database'
import { Store } from '../../../electron/store/store'
import { batch, experimentId, recordedSnapshot, recordedValue, runId } from './fixtures'
import { afterThisTest, firstDifference, openStore, temporaryFolder } from './open-store'

const root = join(__dirname, '../../..')

interface Report {
  step: number
  at: number
}

async function startRecording(home: string, ...words: string[]): Promise<{ child: ChildProcess; reports: Report[] }> {
  const outfile = join(temporaryFolder(), 'recording-child.cjs')
  const entry = join(__dirname, 'recording-child.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', external: ['better-sqlite3'] })
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules') }
  const child = spawn(process.execPath, [outfile, home, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  afterThisTest(() => child.kill('SIGKILL'))
  const reports: Report[] = []
  createInterface({ input: child.stdout }).on('line', (line) => reports.push(JSON.parse(line) as Report))
  return { child, reports }
}

function recordedMs(reports: Report[]): number {
  return (reports.at(-1)?.at ?? 0) - (reports[0]?.at ?? 0)
}

it(
  'survives kill -9 of the process that records, with everything up to the last second',
  { timeout: 60_000 },
  async () => {
    const home = temporaryFolder()
    const { child, reports } = await startRecording(home)
    await expect.poll(() => recordedMs(reports), { timeout: 50_000 }).toBeGreaterThan(1500)
    await expect(new Store().open({ home, mode: 'write' })).rejects.toMatchObject({ code: 'lab/busy' })
    const reader = await openStore(home, 'read')
    expect((await reader.listRuns()).map(({ status }) => status)).toEqual(['finished', 'running', 'queued'])
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed

    // On the clock of the child: a slow machine slows both its promise and its reports.
    const last = reports.at(-1) as Report
    const promised = reports.findLast(({ at }) => at < last.at - 1000)?.step ?? 0
    expect(promised).toBeGreaterThan(0)
    const afterKill = await openStore(home, 'read')
    expect((await afterKill.listRuns())[1]?.steps).toBeGreaterThanOrEqual(promised)

    const store = await openStore(home)
    const runs = await store.listRuns()
    expect(runs.map(({ status }) => status)).toEqual(['finished', 'interrupted', 'queued'])
    const restored = store.setExperimentDeleted({ experimentId: experimentId(2), deleted: false })
    await expect(restored).rejects.toMatchObject({ code: 'experiment/not-found' })
    const recorded = runs[1]?.steps ?? 0
    expect(recorded).toBeGreaterThanOrEqual(promised)
    const [series] = await store.readSeries({ runIds: [runId(1, 1)], names: ['batchLoss'] })
    const expected = Array.from({ length: recorded }, (_, step) => recordedValue(step))
    expect(firstDifference(series?.data.values, expected)).toBeNull()
    expect((await store.listFrames({ runId: runId(1, 1) })).at(-1)?.step).toBe(recorded)
    await store.append(
      batch(runId(1, 1), recorded + 1, [{ name: 'batchLoss', firstStep: recorded, values: Float32Array.of(1) }]),
    )
    await store.close()
    const database = new Database(databaseFile(home))
    expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(database.pragma('foreign_key_check')).toEqual([])
    database.close()
  },
)

it(
  'keeps all weights that it took before a kill -9, and none that are ahead of their run',
  { timeout: 60_000 },
  async () => {
    const home = temporaryFolder()
    const { child, reports } = await startRecording(home, 'snapshots')
    await expect.poll(() => reports.length, { timeout: 50_000 }).toBeGreaterThan(20)
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed

    const store = await openStore(home)
    const run = (await store.listRuns())[1]!
    const snapshots = await store.listSnapshots({ runId: runId(1, 1) })
    expect(snapshots.length).toBeGreaterThanOrEqual(reports.length)
    expect(snapshots.map(({ step }) => step)).toEqual(snapshots.map((_, i) => 500 * (i + 1)))
    expect(run.steps).toBeGreaterThanOrEqual(snapshots.at(-1)!.step)
    for (const { step } of [snapshots[0]!, snapshots.at(-1)!]) {
      const { parameters } = (await store.readSnapshot({ runId: runId(1, 1), step }))!
      expect(firstDifference(parameters, recordedSnapshot(step).parameters)).toBeNull()
    }
  },
)
