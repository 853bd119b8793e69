/** What survives when processes die, and what two labs on one home do. */
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import { BasinHome, finished, lineOf } from '../../support/basin-process'

let home: BasinHome

beforeEach(() => void (home = new BasinHome()))
afterEach(() => home.remove())

/** Two runs that would take minutes. */
const long = ['run', 'simulate-function', '--set', 'training.epochs=1000000', '--seeds', '1', '--json']

interface ListedRun {
  runId: string
  status: string
  steps: number
}

const listRuns = () => home.json<ListedRun[]>(['runs'])

async function untilTheyTrain(): Promise<ListedRun[]> {
  return vi.waitFor(
    async () => {
      const runs = await listRuns()
      expect(runs).toHaveLength(2)
      for (const run of runs) expect(run).toMatchObject({ status: 'running', steps: expect.any(Number) })
      for (const run of runs) expect(run.steps).toBeGreaterThan(0)
      return runs
    },
    { timeout: 20_000, interval: 200 },
  )
}

/** Ids of the children of a process whose command line names a file. */
function childrenOf(pid: number, file: string): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match && Number(match[2]) === pid && match[3]!.includes(file) ? [Number(match[1])] : []))
}

describe('a lab whose processes die', () => {
  it('marks the run of a killed training process as interrupted and goes on with the other', async () => {
    const command = home.start(long)
    const ending = finished(command)
    const before = await untilTheyTrain()
    process.kill(childrenOf(command.pid!, 'training.cjs')[0]!, 'SIGKILL')
    const after = await vi.waitFor(
      async () => {
        const runs = await listRuns()
        expect(runs.map(({ status }) => status).sort()).toEqual(['interrupted', 'running'])
        return runs
      },
      { timeout: 20_000, interval: 200 },
    )
    const interrupted = after.find(({ status }) => status === 'interrupted')!
    expect(interrupted.steps).toBeGreaterThanOrEqual(before.find(({ runId }) => runId === interrupted.runId)!.steps)
    command.kill('SIGINT')
    const { code, stdout } = await ending
    expect(code).not.toBe(0)
    const report = JSON.parse(stdout) as ExperimentReport
    expect(report.runs.map(({ status }) => status).sort()).toEqual(['interrupted', 'stopped'])
    expect(report.runs.find(({ status }) => status === 'interrupted')!.error).toMatch(/ended unexpectedly/)
  }, 60_000)

  it('has every finished run, and the interrupted ones marked, after it was killed itself', async () => {
    const done = await home.json<ExperimentReport>([
      'run',
      'simulate-function',
      '--set',
      'training.epochs=5',
      '--seeds',
      '1',
    ])
    const command = home.start(long)
    const ending = finished(command)
    await vi.waitFor(
      async () => expect((await listRuns()).filter(({ status }) => status === 'running')).toHaveLength(2),
      {
        timeout: 20_000,
        interval: 200,
      },
    )
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const seen = await listRuns()
    command.kill('SIGKILL')
    await ending
    // The next lab that writes takes stock; the lock of the killed one is gone with it.
    await vi.waitFor(
      async () =>
        expect(
          (await home.run(['run', 'simulate-function', '--set', 'training.epochs=1', '--seeds', '1', '--json'])).code,
        ).toBe(0),
      { timeout: 20_000 },
    )
    const runs = await listRuns()
    const statusOf = (runId: string) => runs.find((run) => run.runId === runId)!.status
    for (const { runId } of done.runs) expect(statusOf(runId)).toBe('finished')
    for (const { runId, steps } of seen.filter(({ status }) => status === 'running')) {
      const now = runs.find((run) => run.runId === runId)!
      expect(now.status).toBe('interrupted')
      expect(now.steps).toBeGreaterThanOrEqual(steps)
    }
  }, 60_000)

  it('goes on where it was with `basin resume` after it was killed in the middle of many runs', async () => {
    const small = ['--set', 'training.epochs=40', '--set', 'data.points=64', '--seeds', '100']
    const command = home.start(['run', 'simulate-function', ...small])
    const ending = finished(command)
    const finishedRuns = async () => (await listRuns()).filter(({ status }) => status === 'finished')
    await vi.waitFor(async () => expect((await finishedRuns()).length).toBeGreaterThan(3), { timeout: 30_000 })
    command.kill('SIGKILL')
    await ending
    const before = await listRuns()
    const { code, stdout } = await vi.waitFor(
      async () => {
        const resumed = await home.run(['resume', '--json'])
        // The lock of the killed one goes with it, a moment later.
        expect(resumed.code).not.toBe(3)
        return resumed
      },
      { timeout: 60_000 },
    )
    expect(code).toBe(0)
    const [report] = JSON.parse(stdout) as [ExperimentReport]
    expect(new Set(report.runs.map(({ status }) => status))).toEqual(new Set(['finished']))
    expect(report.runs).toHaveLength(before.length)
    const after = new Map((await listRuns()).map((run) => [run.runId, run]))
    for (const run of before.filter(({ status }) => status === 'finished')) expect(after.get(run.runId)).toEqual(run)
    expect((await home.run(['resume'])).stdout).toBe('Nothing is unfinished.\n')
  }, 120_000)

  it('ends with a plain word when the process that keeps the runs is killed', async () => {
    const command = home.start(long)
    const ending = finished(command)
    await untilTheyTrain()
    process.kill(childrenOf(command.pid!, 'store.cjs')[0]!, 'SIGKILL')
    const { code, stderr } = await ending
    expect(code).toBe(1)
    expect(stderr).toContain('basin: The process that keeps the runs has ended.')
    for (const { status, steps } of await listRuns())
      expect({ status, recorded: steps > 0 }).toEqual({ status: 'running', recorded: true })
  }, 60_000)

  it('stops on Ctrl+C and keeps what was recorded', async () => {
    const command = home.start(long)
    const ending = finished(command)
    await untilTheyTrain()
    command.kill('SIGINT')
    const { code, stdout } = await ending
    expect(code).toBe(130)
    for (const run of (JSON.parse(stdout) as ExperimentReport).runs) {
      expect(run.status).toBe('stopped')
      expect(run.steps).toBeGreaterThan(0)
    }
  }, 60_000)
})

describe('a second lab on the same home', () => {
  it('is told so, with exit code 3, while reading goes on', async () => {
    const server = home.start(['serve'])
    await lineOf(server, /http:\/\/127\.0\.0\.1:\d+/)
    const { code, stdout, stderr } = await home.run(['run', 'simulate-function', '--quick', '--json'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(home.path)
    expect((await home.run(['runs'])).code).toBe(0)
    const ending = finished(server)
    server.kill('SIGINT')
    expect((await ending).code).toBe(0)
  })

  it('names the port that is in use', async () => {
    const server = home.start(['serve'])
    const [, port] = await lineOf(server, /http:\/\/127\.0\.0\.1:(\d+)/)
    const other = new BasinHome()
    const { code, stderr } = await other.run(['serve', '--port', port!])
    other.remove()
    expect(code).toBe(2)
    expect(stderr).toContain(`Port ${port} is in use`)
  })
})
