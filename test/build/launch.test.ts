/** What becomes of Basin when the process that a person or a script started is told to end, or is killed. Real processes, real signals. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ExperimentReport } from '../../electron/cli/report'
import { BasinHome, cliBundle, finished, lineOf } from '../support/basin-process'
import { openDisplay } from '../support/display'
import { electronBinary, root } from '../support/requirements'

let home: BasinHome
const started: ChildProcess[] = []

beforeEach(() => void (home = new BasinHome()))
afterEach(() => {
  for (const child of started.splice(0)) for (const pid of groupOf(child)) kill(pid)
  home.remove()
})

/** Two runs that would take minutes. One core is enough for what is asked here, and leaves one to those who ask. */
const long = ['run', 'simulate-function', '--set', 'training.epochs=1000000', '--seeds', '1', '--json']

/** In a process group of its own, so that all it starts can be found, and a signal goes to it alone. */
function start(command: string, words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  const env = { ...rest, BASIN_HOME: home.path, BASIN_THREADS: '1', ...environment } as NodeJS.ProcessEnv
  const child = spawn(command, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  started.push(child)
  return child
}

const launch = (script: string, words: readonly string[]) =>
  start(process.execPath, [join(root, 'build', script), ...words])

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Whatever of a group is there still. */
function groupOf({ pid }: ChildProcess): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,pgid=,stat='], { encoding: 'utf8' })
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  return rows.filter(([, group, state]) => Number(group) === pid && !state!.startsWith('Z')).map(([id]) => Number(id))
}

const untilAllEnded = (child: ChildProcess) =>
  vi.waitFor(() => expect(groupOf(child)).toEqual([]), { timeout: 30_000, interval: 200 })

const listRuns = () => home.json<{ status: string; steps: number }[]>(['runs'])

async function untilTheyTrain(): Promise<void> {
  await vi.waitFor(
    async () => {
      const runs = await listRuns()
      expect(runs.map(({ status, steps }) => ({ status, began: steps > 0 }))).toEqual([
        { status: 'running', began: true },
        { status: 'queued', began: false },
      ])
    },
    { timeout: 60_000, interval: 300 },
  )
}

/** Nothing stopped, nothing lost: the next session goes on with them. */
async function expectLeftForLater(): Promise<void> {
  const runs = await listRuns()
  expect(runs.map(({ status, steps }) => ({ status, began: steps > 0 }))).toEqual([
    { status: 'queued', began: true },
    { status: 'queued', began: false },
  ])
}

describe.skipIf(process.platform === 'win32')('The started command', () => {
  it.each([
    ['basin.mjs', 'SIGTERM', 143],
    ['basin.mjs', 'SIGHUP', 129],
    ['basin.mjs', 'SIGQUIT', 131],
    ['start.mjs', 'SIGTERM', 143],
  ] as const)(
    '%s told to end by %s ends its lab, which leaves the work for later',
    async (script, signal, code) => {
      const command = launch(script, long)
      const ending = finished(command)
      await untilTheyTrain()
      command.kill(signal)
      expect(await ending).toMatchObject({ code, stdout: '', stderr: expect.stringContaining('`basin resume`') })
      await untilAllEnded(command)
      await expectLeftForLater()
    },
    120_000,
  )

  it.each(['basin.mjs', 'start.mjs'])(
    '%s killed in a way that nobody hears takes its lab with it',
    async (script) => {
      const command = launch(script, long)
      await untilTheyTrain()
      expect(groupOf(command).length).toBeGreaterThan(3)
      command.kill('SIGKILL')
      await untilAllEnded(command)
      await expectLeftForLater()
    },
    120_000,
  )

  it.each([
    ['sent to it alone by a script', (command: ChildProcess) => command.kill('SIGINT')],
    // Launcher and child hear it, and all the workers.
    ['of a terminal, which goes to all of its processes', ({ pid }: ChildProcess) => process.kill(-pid!, 'SIGINT')],
  ])(
    'stops its runs on a Ctrl+C %s, and says what became of them',
    async (_where, interrupt) => {
      const command = launch('basin.mjs', long)
      const ending = finished(command)
      await untilTheyTrain()
      interrupt(command)
      const { code, stdout } = await ending
      const { runs } = JSON.parse(stdout) as ExperimentReport
      expect({ code, statuses: runs.map(({ status }) => status) }).toEqual({
        code: 130,
        statuses: ['stopped', 'stopped'],
      })
      await untilAllEnded(command)
    },
    120_000,
  )

  it('leaves its work for later when a service manager or a closed terminal tells every process to end', async () => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const command = launch('basin.mjs', signal === 'SIGTERM' ? long : ['resume', '--json'])
      const ending = finished(command)
      await untilTheyTrain()
      process.kill(-command.pid!, signal)
      expect((await ending).stdout).toBe('')
      await untilAllEnded(command)
      await expectLeftForLater()
    }
  }, 120_000)

  it('leaves its work for later whenever it is told to end, also just after the first of it began', async () => {
    const command = launch('basin.mjs', long)
    await untilTheyTrain()
    process.kill(-command.pid!, 'SIGTERM')
    await untilAllEnded(command)
    for (const waitMs of [0, 60, 120, 180, 300]) {
      const again = start(process.execPath, [cliBundle, 'resume', '--json'])
      await vi.waitFor(() => expect(groupOf(again).length).toBeGreaterThan(1), { timeout: 10_000, interval: 10 })
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      process.kill(-again.pid!, 'SIGTERM')
      await untilAllEnded(again)
      await expectLeftForLater()
    }
  }, 120_000)

  it('serves on under nohup when the terminal closes, and ends when told to', async () => {
    const words = [join(root, 'build/basin.mjs'), 'serve']
    const shell = start('bash', ['-c', 'nohup "$0" "$@"; true', process.execPath, ...words])
    const [url] = await lineOf(shell, /http:\/\/127\.0\.0\.1:\d+\/\S+/)
    const [, ...served] = groupOf(shell)
    for (const pid of served) process.kill(pid, 'SIGHUP')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect((await fetch(url)).status).toBe(200)
    for (const pid of served) process.kill(pid, 'SIGTERM')
    await untilAllEnded(shell)
  }, 60_000)
})

describe.skipIf(!electronBinary())('The window that npm start opens', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT', 'SIGKILL'] as const)(
    'ends with its launcher by %s, and leaves its work for later',
    async (signal) => {
      const lab = launch('basin.mjs', long)
      await untilTheyTrain()
      lab.kill('SIGKILL')
      await untilAllEnded(lab)
      const display = await openDisplay()
      try {
        const command = start(process.execPath, [join(root, 'build/start.mjs')], { DISPLAY: display.name })
        await untilTheyTrain()
        command.kill(signal)
        await untilAllEnded(command)
        await expectLeftForLater()
      } finally {
        display.close()
      }
    },
    120_000,
  )
})

describe.skipIf(process.platform === 'win32')('The command line without a launcher', () => {
  it('serves on when the shell that put it into the background has ended', async () => {
    const shell = start('sh', ['-c', '"$0" "$@" </dev/null & echo started', process.execPath, cliBundle, 'serve'])
    let said = ''
    shell.stdout!.on('data', (data: Buffer) => (said += data.toString()))
    const url = await vi.waitFor(
      () => {
        expect(shell.exitCode).toBe(0)
        expect(said).toMatch(/http:\S+\n/)
        return /http:\S+/.exec(said)![0]
      },
      { timeout: 30_000 },
    )
    expect((await fetch(url)).status).toBe(200)
    for (const pid of groupOf(shell)) process.kill(pid, 'SIGTERM')
    await untilAllEnded(shell)
  }, 60_000)

  it('takes all of its workers with it when it is killed while it trains', async () => {
    const lab = start(process.execPath, [cliBundle, ...long])
    await untilTheyTrain()
    expect(groupOf(lab).length).toBeGreaterThan(2)
    lab.kill('SIGKILL')
    await untilAllEnded(lab)
  }, 60_000)
})
