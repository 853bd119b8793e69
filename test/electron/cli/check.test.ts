/** `basin check` from the outside: what it says of homes of every kind, with which exit code. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BasinHome, finished, lineOf } from '../../support/basin-process'
import { mountedFolder } from '../../support/requirements'
import { imageFile, mnistFiles, writeFiles } from '../datasets/fixtures'

interface Checked {
  isWhole: boolean
  database: { isWhole: boolean; problems: { what: string; experiment?: string; label?: string }[]; counts: object }
}

let home: BasinHome
const small = ['--set', 'training.epochs=20', '--set', 'data.points=256', '--seeds', '1', '--quiet']
const counts = expect.objectContaining({
  experiments: 1,
  runs: 2,
  series: expect.any(Number),
  chunks: expect.any(Number),
})

beforeAll(async () => {
  home = new BasinHome()
  expect((await home.run(['run', 'simulate-function', ...small, '--name', 'Kept'])).code).toBe(0)
})

afterAll(() => home.remove())

async function check(path = home.path): Promise<{ code: number | null; found: Checked }> {
  const { code, stdout, stderr } = await home.run(['check', '--json'], { BASIN_HOME: path })
  expect(stderr).toBe('')
  return { code, found: JSON.parse(stdout) as Checked }
}

/** The database as it is, with one byte in the middle of the points of one series changed. */
function withFlippedByte(): Buffer {
  const file = join(home.path, 'basin.db')
  const database = new Database(file, { readonly: true })
  const points = database.prepare('SELECT data FROM chunks WHERE seriesKey = 1').pluck().get() as Buffer
  database.close()
  const bytes = readFileSync(file)
  const at = bytes.indexOf(points)
  expect(at).toBeGreaterThan(0)
  bytes[at + Math.floor(points.length / 2)]! ^= 1
  return bytes
}

describe('basin check', () => {
  it('finds a home whole, and says what it read', async () => {
    expect(await check()).toMatchObject({ code: 0, found: { isWhole: true, database: { problems: [], counts } } })
    const { code, stdout } = await home.run(['check'])
    expect(code).toBe(0)
    expect(stdout).toContain(`${join(home.path, 'basin.db')}: whole\nread: 1 experiment, 2 runs`)
  })

  it('finds nothing wrong where nothing was recorded, and makes nothing there', async () => {
    const empty = new BasinHome()
    try {
      const { code, stdout } = await empty.run(['check'])
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('not there') })
      expect(readdirSync(empty.path)).toEqual([])
      const nowhere = join(empty.path, 'nowhere')
      expect((await check(nowhere)).code).toBe(0)
      expect(existsSync(nowhere)).toBe(false)
    } finally {
      empty.remove()
    }
  })

  it('names the experiment and the run of a flipped byte; nothing is written there, and the rest is shown', async () => {
    const damaged = new BasinHome()
    try {
      const file = join(damaged.path, 'basin.db')
      const bytes = withFlippedByte()
      writeFileSync(file, bytes)
      const problem = { what: 'Points of a series are not what was stored', experiment: 'Kept' }
      expect(await check(damaged.path)).toMatchObject({
        code: 1,
        found: { isWhole: false, database: { isWhole: false, problems: [problem] } },
      })
      const { code, stdout } = await damaged.run(['check'])
      expect(code).toBe(1)
      expect(stdout).toMatch(/basin\.db: damaged\n(.*\n)* {2}Kept \(.*\), .* \(.*\): Points of a series are not/)
      const listed = await damaged.run(['runs'])
      expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining(`${file} is damaged`) })
      expect(listed.stdout).toContain('Kept')
      const refused = await damaged.run(['run', 'simulate-function', ...small])
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`${file} is damaged`) })
      const server = damaged.start(['serve'])
      const ending = finished(server)
      await lineOf(server, /http:\/\/127\.0\.0\.1:\d+/)
      server.kill('SIGINT')
      const { stderr } = await ending
      expect(stderr.split(`${file} is damaged`)).toHaveLength(2)
      expect(stderr).not.toContain('goes on by itself')
      expect(readFileSync(file).equals(bytes)).toBe(true)
    } finally {
      damaged.remove()
    }
  })

  it('says that a file is no database', async () => {
    const other = new BasinHome()
    try {
      writeFileSync(join(other.path, 'basin.db'), 'something else '.repeat(1000))
      const { code, found } = await check(other.path)
      expect({ code, isWhole: found.isWhole }).toEqual({ code: 1, isWhole: false })
      expect(found.database.problems[0]!.what).toContain('basin.db')
    } finally {
      other.remove()
    }
  })

  it('works beside a running Basin', async () => {
    const server = home.start(['serve'])
    await lineOf(server, /http:\/\/127\.0\.0\.1:\d+/)
    expect(await check()).toMatchObject({ code: 0, found: { database: { isWhole: true, counts } } })
    const ending = finished(server)
    server.kill('SIGINT')
    await ending
  })

  it('works on a disk that is mounted read-only', async () => {
    const disk = mountedFolder('size=8m')
    if (disk === undefined) return
    try {
      copyFileSync(join(home.path, 'basin.db'), join(disk.path, 'basin.db'))
      expect(spawnSync('mount', ['-o', 'remount,ro', disk.path]).status).toBe(0)
      expect(await check(disk.path)).toMatchObject({ code: 0, found: { database: { isWhole: true, counts } } })
      spawnSync('mount', ['-o', 'remount,rw', disk.path])
      writeFileSync(join(disk.path, 'basin.db'), withFlippedByte())
      expect(spawnSync('mount', ['-o', 'remount,ro', disk.path]).status).toBe(0)
      expect(await check(disk.path)).toMatchObject({ code: 1, found: { database: { isWhole: false } } })
      const { stderr } = await home.run(['runs'], { BASIN_HOME: disk.path })
      expect(stderr).toContain('is damaged')
    } finally {
      disk.unmount()
    }
  })
})

it('reads versions of data sets that were replaced, and names one that is damaged', async () => {
  const other = new BasinHome()
  const scratch = mkdtempSync(join(tmpdir(), 'basin-check-'))
  try {
    for (const [name, images] of [
      ['A', 1],
      ['B', 7],
    ] as const) {
      await writeFiles(join(scratch, name), { ...mnistFiles(), 'train-images-idx3-ubyte': imageFile(30, images) })
      expect((await other.run(['data', 'import', 'mnist', join(scratch, name)])).code).toBe(0)
    }
    const store = join(other.path, 'datasets')
    const folder = join(store, 'versions', readdirSync(join(store, 'versions'))[0]!)
    const datasets = async () => JSON.parse((await other.run(['check', '--json'])).stdout).datasets as object[]
    const found = (isWhole: boolean) => [
      { dataset: 'mnist', folder: join(store, 'mnist'), isWhole: true },
      { dataset: 'mnist', folder, isWhole },
    ]
    expect(await datasets()).toEqual(found(true))
    const file = join(folder, 'train-images-idx3-ubyte')
    const bytes = readFileSync(file)
    bytes[100]! ^= 1
    writeFileSync(file, bytes)
    expect(await datasets()).toEqual(found(false))
  } finally {
    other.remove()
    rmSync(scratch, { recursive: true, force: true })
  }
})
