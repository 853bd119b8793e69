/** `npm start` from the outside, on a checkout that is set up. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BasinHome, lineOf } from '../support/basin-process'
import { root } from '../support/requirements'

let home: BasinHome
const startScript = join(root, 'build/start.mjs')

/** Without a display, whatever this machine has. */
function environment(): NodeJS.ProcessEnv {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  return { ...rest, BASIN_HOME: home.path }
}

beforeAll(() => void (home = new BasinHome()))
afterAll(() => home.remove())

describe('npm start', () => {
  it('serves the app to a browser where there is no display, and ends on Ctrl+C', async () => {
    const child = spawn(process.execPath, [startScript], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    const [url] = await lineOf(child, /http:\/\/127\.0\.0\.1:\d+\/\S+/)
    const page = await fetch(url)
    expect({ status: page.status, isPage: (await page.text()).includes('<div id="app"') }).toEqual({
      status: 200,
      isPage: true,
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('is the command line when words follow', () => {
    const { status, stdout } = spawnSync(process.execPath, [startScript, 'kinds'], {
      env: environment(),
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('simulate-function') })
  })

  it('passes the exit code on', () => {
    const { status, stderr } = spawnSync(process.execPath, [startScript, 'run', 'nothing'], {
      env: environment(),
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(stderr).toContain("There is no experiment 'nothing'")
  })
})
