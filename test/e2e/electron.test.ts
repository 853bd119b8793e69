/** First light in the real desktop app: real Electron, real window, real preload, real worker processes. */
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, encode } from '../../shared/api/codec'
import type { DesktopApi } from '../../shared/api/desktop-api'
import { BasinHome } from '../support/basin-process'
import { openDisplay, type Display } from '../support/display'
import { electronBinary, realDatasets, root } from '../support/requirements'
import { findItAgain, setUpAndStart, watchItLearn } from './first-light'
import { noteProblems } from './page-problems'
import { seeTenDots } from './ten-dots'
import { screenshotsOf } from './screenshots'
import { interpolateTwoRuns, refuseUnlikeRuns } from './two-runs'

const electron = electronBinary()
const appArguments = ['--no-sandbox', root]

/** The app's environment: a home and a screen of the test's own, and the Node that runs the tests for its store. */
function environmentOf(
  home: BasinHome,
  display: Display,
  base: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return { ...base, DISPLAY: display.name, BASIN_HOME: home.path, BASIN_NODE: process.execPath } as Record<
    string,
    string
  >
}

function launchApp(env: Record<string, string>): Promise<ElectronApplication> {
  return _electron.launch({ executablePath: electron!, args: appArguments, env })
}

describe.skipIf(!electron)('Basin in Electron', () => {
  let display: Display
  let home: BasinHome
  let application: ElectronApplication
  let page: Page
  const problems: string[] = []
  const screenshots = screenshotsOf('electron', () => page)

  async function open(): Promise<void> {
    application = await launchApp(environmentOf(home, display))
    page = await application.firstWindow()
    noteProblems(page, problems)
  }

  beforeAll(async () => {
    display = await openDisplay()
    home = new BasinHome()
    await open()
  })

  afterAll(async () => {
    await application.close()
    home.remove()
    display.close()
  })

  it('trains in utility processes, is paused and resumed, and is found again after a restart', async () => {
    const experimentId = await setUpAndStart(page, screenshots)
    expect(utilityProcesses(application.process().pid!)).toBeGreaterThanOrEqual(1)
    await watchItLearn(page, screenshots)
    await application.close()
    await open()
    await findItAgain(page, experimentId, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('shows where ten trainings end', async () => {
    await seeTenDots(page, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('interpolates between two runs of the history, and refuses unlike ones', async () => {
    await interpolateTwoRuns(page, home, screenshots)
    await refuseUnlikeRuns(page, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('brings its window forward when started a second time', async () => {
    await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.minimize())
    const second = spawn(electron!, appArguments, { env: environmentOf(home, display), stdio: 'ignore' })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    await expect
      .poll(() =>
        application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
        ),
      )
      .toEqual([false])
  }, 60_000)

  it('is closed in by sandbox, isolation and policy', async () => {
    const settings = await application.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): { sandbox: boolean; contextIsolation: boolean; nodeIntegration: boolean }
      }
      const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration }
    })
    expect(settings).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false })
    const blocked = await page.evaluate(async () => {
      const opened = window.open('https://example.com') !== null
      const fetched = await fetch('https://example.com').then(
        () => true,
        () => false,
      )
      return { opened, fetched }
    })
    expect(blocked).toEqual({ opened: false, fetched: false })
    problems.length = 0
  })

  it('imports nothing that no dialog gave', async () => {
    const call = { t: 'q', m: 'importDataset', a: [{ dataset: 'mnist', paths: [home.path] }], i: 'probe' }
    const answer = await page.evaluate(
      (request) =>
        new Promise<number[]>((resolve) => {
          const { basin } = globalThis as unknown as { basin: DesktopApi }
          basin.onLabMessage((bytes) => {
            // Other answers and events pass by; ours names its request.
            if (new TextDecoder().decode(bytes).includes('probe')) resolve([...bytes])
          })
          basin.sendToLab(Uint8Array.from(request))
        }),
      [...encode(call)],
    )
    expect(decode(Uint8Array.from(answer))).toMatchObject({
      r: { ok: false, error: { code: 'argument/invalid', message: `${home.path} was not chosen in a dialog.` } },
    })
  })
})

const datasets = realDatasets()

describe.skipIf(!electron || !datasets)('The data page in Electron', () => {
  it('imports what the system dialog gives, and says why it does not', async () => {
    const display = await openDisplay()
    const home = new BasinHome()
    const { BASIN_DATASETS: _elsewhere, ...rest } = process.env
    const application = await launchApp(environmentOf(home, display, rest))
    /** What the system's dialog will give. */
    const choose = (path: string) =>
      application.evaluate(({ dialog }, filePath) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
      }, path)
    try {
      const page = await application.firstWindow()
      await page.getByRole('link', { name: 'Data', exact: true }).click()
      const mnist = page.getByRole('region', { name: 'MNIST', exact: true })
      await mnist.getByRole('button', { name: 'Import', exact: true }).click()
      await choose(join(root, 'LICENSE'))
      await mnist.getByRole('button', { name: 'Choose files…' }).click()
      await mnist.getByRole('alert').filter({ hasText: 'LICENSE' }).waitFor()
      await choose(join(datasets!, 'mnist'))
      await mnist.getByRole('button', { name: 'Choose a folder…' }).click()
      await mnist.getByText('60,000 to train on, 10,000 to test on').waitFor()
      await screenshotsOf('electron', () => page)('data')
    } finally {
      await application.close()
      home.remove()
      display.close()
    }
  }, 60_000)
})

describe.skipIf(!electron)('Basin in Electron after kill -9', () => {
  it('goes on by itself with the run that was training', async () => {
    const display = await openDisplay()
    const home = new BasinHome()
    const launch = () => launchApp(environmentOf(home, display))
    try {
      const killed = await launch()
      const page = await killed.firstWindow()
      await page.getByRole('link', { name: 'Simulate a function', exact: true }).click()
      await page.getByLabel('Epochs', { exact: true }).fill('1000000')
      await page.getByLabel('Seeds', { exact: true }).fill('1')
      await page.getByLabel('Name', { exact: true }).fill('Cut off')
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await page.getByRole('img', { name: /^Training loss.*Deep ends at/ }).waitFor()
      await page.waitForTimeout(1500)
      const gone = new Promise((resolve) => killed.process().once('exit', resolve))
      killed.process().kill('SIGKILL')
      await gone

      const again = await launch()
      const next = await again.firstWindow()
      await next.getByRole('link', { name: 'Runs', exact: true }).click()
      await next
        .getByRole('row', { name: /Deep.*Cut off.*running/ })
        .getByRole('link')
        .first()
        .click()
      await next.getByRole('img', { name: /^Training loss.*Deep ends at/ }).waitFor()
      await next.getByRole('button', { name: 'Stop' }).click()
      await next.getByText('stopped', { exact: true }).first().waitFor()
      await again.close()
    } finally {
      home.remove()
      display.close()
    }
  }, 120_000)
})

/** Children of the app that are utility processes of ours. */
function utilityProcesses(pid: number): number {
  const table = execFileSync('ps', ['-eo', 'ppid=,args='], { encoding: 'utf8' })
  return table
    .split('\n')
    .filter((line) => line.trim().startsWith(`${pid} `) && /--type=utility.*node\.mojom/.test(line)).length
}
