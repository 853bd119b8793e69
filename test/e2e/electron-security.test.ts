/** Electron's security checklist, read off the running app; and what becomes of its window and its end when things go wrong. */
import type { ElectronApplication } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BasinHome } from '../support/basin-process'
import { openDisplay, type Display } from '../support/display'
import { electronBinary } from '../support/requirements'
import { Desktop, pageAddress } from './desktop'

const electron = electronBinary()
let display: Display
let home: BasinHome
let desktop: Desktop
let application: ElectronApplication

beforeEach(async () => {
  if (!electron) return
  display = await openDisplay()
  home = new BasinHome()
  desktop = await Desktop.open(electron, home.path, display.name)
  ;({ application } = desktop)
})

afterEach(() => {
  if (!electron) return
  desktop.kill()
  home.remove()
  display.close()
})

const inPage = <T>(script: string) => desktop.inPage<T>(script)
const address = () => desktop.address()
const untilThePageIsThere = () => desktop.shows('Runs')

async function train(): Promise<void> {
  const { page } = desktop
  await page.getByRole('link', { name: 'Simulate a function', exact: true }).click()
  await page.getByLabel('Epochs', { exact: true }).fill('1000000')
  await page.getByLabel('Seeds', { exact: true }).fill('1')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await untilStepsPass()
}

const runs = () => home.json<{ status: string; steps: number }[]>(['runs'])
const stepsNow = async () => (await runs()).reduce((sum, { steps }) => sum + steps, 0)

async function untilStepsPass(): Promise<void> {
  const before = await stepsNow()
  await vi.waitFor(async () => expect(await stepsNow()).toBeGreaterThan(before), { timeout: 30_000, interval: 300 })
}

const countDialogs = () => desktop.holdDialogs()
const asked = () => desktop.asked()

const killPage = () =>
  application.evaluate(({ BrowserWindow }) => {
    const pid = BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId()
    process.kill(pid, 'SIGKILL')
  })

const notice = () => desktop.text()

describe.skipIf(!electron)('The window', () => {
  it('is shut off from Node, other pages, devices and the network', async () => {
    const preferences = await application.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, webSecurity: true })
    const off = [
      'nodeIntegration',
      'nodeIntegrationInSubFrames',
      'nodeIntegrationInWorker',
      'webviewTag',
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'navigateOnDragDrop',
    ]
    expect(off.filter((name) => preferences[name])).toEqual([])
    const seen = await inPage(`(async () => {
      const fails = (work) => Promise.resolve().then(work).then(() => false, () => true)
      const state = async (name) => (await navigator.permissions.query({ name })).state
      return {
        node: [typeof require, typeof process, typeof module],
        bridge: Object.keys(basin).sort(),
        evaluated: await fails(() => new Function('return 1')()),
        fetched: await fails(() => fetch('https://127.0.0.1:9/')),
        file: await fails(() => fetch('file:///etc/hostname')),
        opened: [window.open('about:blank'), window.open('${pageAddress}'), window.open('https://127.0.0.1:9/')],
        location: await fails(() => new Promise((...on) => navigator.geolocation.getCurrentPosition(...on))),
        media: await fails(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        notifications: await Notification.requestPermission(),
        permissions: [await state('geolocation'), await state('camera'), await state('midi')],
      }
    })()`)
    expect(seen).toEqual({
      node: ['undefined', 'undefined', 'undefined'],
      bridge: ['chooseFiles', 'onLabMessage', 'sendToLab', 'takeNotice', 'versions'],
      evaluated: true,
      fetched: true,
      file: true,
      opened: [null, null, null],
      location: true,
      media: true,
      notifications: 'denied',
      permissions: ['denied', 'denied', 'denied'],
    })
    // Nor does the main process's own network reach out on behalf of a page.
    expect(
      await application.evaluate(
        ({ net }) =>
          new Promise((resolve) => {
            const request = net.request('http://127.0.0.1:9/')
            request.on('error', (error) => resolve(error.message))
            request.on('response', () => resolve('answered'))
            request.end()
          }),
      ),
    ).toContain('ERR_BLOCKED_BY_CLIENT')
  }, 60_000)

  it('stays on its page, or is back there at once, wherever it is sent', async () => {
    const places = ['https://127.0.0.1:9/', 'file:///etc/hostname', 'data:text/html,elsewhere', 'about:blank']
    for (const place of places) {
      await inPage(`location.href = ${JSON.stringify(place)}; 0`).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 300))
      await untilThePageIsThere()
      expect(await address()).toMatch(pageAddress)
    }
    const blob = `location.href = URL.createObjectURL(new Blob(['<p>elsewhere'], { type: 'text/html' })); 0`
    await inPage(blob)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await untilThePageIsThere()
    expect(await application.windows()).toHaveLength(1)
  }, 60_000)

  it('gives its bridge to its own page alone, and answers no other window', async () => {
    const answers = await application.evaluate(async ({ app, BrowserWindow }, ours) => {
      const preload = `${app.getAppPath()}/dist/electron/preload.cjs`
      const webPreferences = { preload, sandbox: true, contextIsolation: true }
      const other = new BrowserWindow({ show: false, webPreferences })
      await other.loadURL('about:blank')
      const elsewhere = (await other.webContents.executeJavaScript('typeof basin')) as string
      await other.loadURL(ours)
      const ask = (call: string) =>
        other.webContents.executeJavaScript(
          `${call}.then(() => 'answered', (error) => error.message)`,
        ) as Promise<string>
      const found = [elsewhere, await ask('basin.chooseFiles({ folders: true })'), await ask('basin.takeNotice()')]
      other.destroy()
      return found
    }, pageAddress)
    expect(answers).toEqual([
      'undefined',
      expect.stringContaining('not from the page'),
      expect.stringContaining('not from the page'),
    ])
  }, 60_000)

  it('comes back by itself when its process is killed, says so, and has a button when that happens again', async () => {
    await train()
    await countDialogs()
    await killPage()
    await vi.waitFor(async () => expect(await notice()).toContain("The window's process ended (killed)"), {
      timeout: 30_000,
      interval: 100,
    })
    expect(await address()).toMatch(`${pageAddress}#/`)
    await untilStepsPass()
    await killPage()
    await vi.waitFor(async () => expect(await asked()).toEqual(["The window's process ended (killed) again."]), {
      timeout: 30_000,
    })
    await untilStepsPass()
  }, 120_000)

  it('says that the graphics process ended', async () => {
    await application.evaluate(({ app }) => {
      const gpu = app.getAppMetrics().find(({ type }) => type === 'GPU')!
      process.kill(gpu.pid, 'SIGKILL')
    })
    await vi.waitFor(async () => expect(await notice()).toContain('The graphics process ended'), {
      timeout: 30_000,
      interval: 100,
    })
  }, 60_000)
})

describe.skipIf(!electron)('The app that a script ends while networks train', () => {
  it.each([
    ['by SIGTERM', () => void desktop.process.kill('SIGTERM')],
    ['by SIGHUP', () => void desktop.process.kill('SIGHUP')],
    ['by SIGINT', () => void desktop.process.kill('SIGINT')],
    ['by app.quit', () => void application.evaluate(({ app }) => app.quit()).catch(() => undefined)],
    [
      'by the end of the session',
      () =>
        void application
          .evaluate(({ powerMonitor }) => powerMonitor.emit('shutdown', { preventDefault: () => undefined }))
          .catch(() => undefined),
    ],
  ])(
    '%s closes without asking, and leaves the work for later',
    async (_how, end) => {
      await train()
      await countDialogs()
      const gone = new Promise((resolve) => desktop.process.once('exit', resolve))
      end()
      expect(await gone).toBe(0)
      const left = await runs()
      expect(left.map(({ status }) => status)).toEqual(left.map(() => 'queued'))
    },
    90_000,
  )

  it('asks a person who closes the window, and still ends on a signal while it asks', async () => {
    await train()
    await countDialogs()
    await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
    await vi.waitFor(async () => expect(await asked()).toEqual(['Networks are still training.']))
    await untilStepsPass()
    const gone = new Promise((resolve) => desktop.process.once('exit', resolve))
    desktop.process.kill('SIGTERM')
    expect(await gone).toBe(0)
  }, 90_000)
})
