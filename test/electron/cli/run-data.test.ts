/** Runs whose data are gone or changed, from the outside: what the commands say, and how the runs go on when the data are back. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import type { RunRow } from '../../../shared/api/records'
import { BasinHome, finished } from '../../support/basin-process'
import { imageFile, mnistFiles, writeFiles } from '../datasets/fixtures'

let home: BasinHome
let place: string
let environment: Record<string, string>

beforeEach(async () => {
  home = new BasinHome()
  place = mkdtempSync(join(tmpdir(), 'basin-place-'))
  environment = { BASIN_DATASETS: join(place, 'data') }
  await writeFiles(environment.BASIN_DATASETS!, mnistFiles(60, 20))
})

afterEach(() => {
  home.remove()
  rmSync(place, { recursive: true, force: true })
})

function train(epochs: number): string[] {
  const spec = {
    dataset: { name: 'mnist' },
    models: [{ label: 'net', hidden: 'dense 8' }],
    training: { epochs, batchSize: 20, optimizer: { type: 'adam', learningRate: 0.01 } },
    seeds: 1,
  }
  writeFileSync(join(place, 'spec.json'), JSON.stringify(spec))
  return ['run', 'train-on-task', '--spec', join(place, 'spec.json'), '--json', '--quiet']
}

const listed = async () => (await home.json<RunRow[]>(['runs'], environment))[0]!

/** When a run began from the beginning. */
function startOf(runId: string): unknown {
  const database = new Database(join(home.path, 'basin.db'), { readonly: true })
  const startedAt = database.prepare('SELECT startedAt FROM runs WHERE runId = ?').pluck().get(runId)
  database.close()
  expect(startedAt).toEqual(expect.any(Number))
  return startedAt
}

/** Another set in the place of the first, which waits beside it. */
async function change(): Promise<void> {
  renameSync(environment.BASIN_DATASETS!, join(place, 'away'))
  await writeFiles(environment.BASIN_DATASETS!, { ...mnistFiles(60, 20), 'train-images-idx3-ubyte': imageFile(60, 7) })
}

/** Nothing there at all: the folder of a disk that is not mounted. */
function unmount(): void {
  rmSync(environment.BASIN_DATASETS!, { recursive: true })
  mkdirSync(environment.BASIN_DATASETS!)
}

function putBack(): void {
  rmSync(environment.BASIN_DATASETS!, { recursive: true })
  renameSync(join(place, 'away'), environment.BASIN_DATASETS!)
}

it('a run whose data changed is not gone on with, keeps what it has, and goes on when they are back', async () => {
  const words = train(15_000)
  const command = home.start(words, environment)
  const ending = finished(command)
  await vi.waitFor(async () => expect((await listed()).steps).toBeGreaterThan(0), { timeout: 60_000, interval: 100 })
  command.kill('SIGTERM')
  expect((await ending).code).toBe(143)
  const left = await listed()
  expect(left.status).toBe('queued')
  const startedAt = startOf(left.runId)

  await change()
  const changed =
    /net, seed 0: interrupted\. This run was trained on other data than the MNIST .*goes on from where it was/
  for (const again of [1, 2]) {
    const { code, stderr } = await home.run(['resume'], environment)
    expect({ again, code, stderr }).toEqual({ again, code: 1, stderr: expect.stringMatching(changed) })
    expect(await listed()).toMatchObject({ status: 'interrupted', steps: left.steps, series: left.series })
  }
  for (const more of [[], ['--from-start']]) {
    const refused = await home.run(['resume', left.experimentId, ...more], environment)
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("'net, seed 0' was trained on other data than"),
    })
  }
  const exported = await home.run(['export', left.runId, '--data', join(place, 'out')], environment)
  expect(exported).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('was trained on other data than'),
  })

  unmount()
  const unmounted = await home.run(['resume'], environment)
  expect(unmounted).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('MNIST is not on this machine. Needed is'),
  })
  expect(await listed()).toMatchObject({ status: 'interrupted', steps: left.steps, series: left.series })

  putBack()
  const [report] = await home.json<ExperimentReport[]>(['resume'], environment)
  const undisturbed = await home.json<ExperimentReport>(
    words.filter((word) => word !== '--json'),
    environment,
  )
  expect(report!.runs).toEqual([{ ...undisturbed.runs[0], runId: left.runId, durationMs: expect.any(Number) }])
  expect(report!.runs[0]!.status).toBe('finished')
  expect(startOf(left.runId)).toBe(startedAt)

  await change()
  const runs = `${left.runId},${undisturbed.runs[0]!.runId}`
  const asked = await home.run(['run', 'interpolation', '--runs', runs, '--quiet'], environment)
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringMatching(/other data than the MNIST .* --other-data/) })
}, 120_000)
