/** What the running app does when its page hangs or cannot be loaded, when something is to be saved, and on a home that takes nothing. */
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BasinHome, lineOf } from '../support/basin-process'
import { openDisplay, type Display } from '../support/display'
import { electronBinary, mountedFolder, root } from '../support/requirements'
import { Desktop, pageAddress } from './desktop'

const electron = electronBinary()
let display: Display
let desktop: Desktop
const cleanUps: (() => unknown)[] = []

beforeEach(async () => {
  if (electron) display = await openDisplay()
})

afterEach(async () => {
  if (!electron) return
  desktop?.kill()
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  display.close()
})

async function openApp(home?: string): Promise<void> {
  const own = new BasinHome()
  cleanUps.push(() => own.remove())
  desktop = await Desktop.open(electron!, home ?? own.path, display.name)
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'basin-saved-'))
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe.skipIf(!electron)('A page that hangs', () => {
  it('is noticed when a person does something, and is loaded again when they say so', async () => {
    const home = new BasinHome()
    cleanUps.push(() => home.remove())
    const env = { ...process.env, DISPLAY: display.name, BASIN_HOME: home.path, BASIN_NODE: process.execPath }
    const words = ['--no-sandbox', '-r', join(root, 'test/e2e/hanging-page.cjs'), root]
    const app = spawn(electron!, words, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    cleanUps.push(() => app.kill('SIGKILL'))
    // Chromium takes some fifteen seconds to be sure.
    await lineOf(app, /heard: The window does not answer\. \[Load Again, Wait\]/)
    await lineOf(app, /The window did not answer, and the page was loaded again\. Training goes on; nothing is lost\./)
  }, 120_000)
})

describe.skipIf(!electron)('A page that cannot be loaded', () => {
  it('is loaded again once by itself, then by a button, and says why', async () => {
    await openApp()
    await desktop.holdDialogs()
    await desktop.application.evaluate(({ protocol, BrowserWindow }) => {
      const older = protocol as unknown as {
        unregisterProtocol(scheme: string): void
        registerBufferProtocol(scheme: string, handler: unknown): void
        interceptBufferProtocol(scheme: string, handler: unknown): void
      }
      const fail = (_request: unknown, callback: (error: { error: number }) => void) => callback({ error: -2 })
      older.interceptBufferProtocol('app', fail)
      BrowserWindow.getAllWindows()[0]!.webContents.reload()
    })
    const said = [expect.stringMatching(/^The page could not be loaded \(ERR_FAILED\) again\.$/)]
    await vi.waitFor(async () => expect(await desktop.asked()).toEqual(said), { timeout: 30_000, interval: 200 })
    await desktop.application.evaluate(({ protocol }) => protocol.uninterceptProtocol('app'))
    await desktop.answer(0)
    await desktop.shows('The page could not be loaded (ERR_FAILED)')
    expect(await desktop.address()).toMatch(pageAddress)
  }, 90_000)
})

interface Download {
  address: string
  name: string
  isRefused: boolean
}

/** From now on: what is to be saved, and goes into a folder without a question where it may. */
const followDownloads = (into: string) =>
  desktop.application.evaluate(({ session }, path) => {
    const downloads: { address: string; name: string; isRefused: boolean }[] = []
    Object.assign(globalThis, { downloads })
    // After the app's own.
    session.defaultSession.on('will-download', (event, item) => {
      const isRefused = event.defaultPrevented
      downloads.push({ address: item.getURL(), name: item.getFilename(), isRefused })
      if (!isRefused) item.setSavePath(`${path}/${item.getFilename()}`)
    })
  }, into)
const downloads = () =>
  desktop.application.evaluate(() => (globalThis as unknown as { downloads: Download[] }).downloads)

const clickOn = (address: string, name: string) =>
  desktop.inPage(`(() => {
    const link = document.createElement('a')
    Object.assign(link, { href: ${address}, download: ${JSON.stringify(name)} })
    document.body.append(link)
    link.click()
    link.remove()
  })()`)

describe.skipIf(!electron)('What is to be saved', () => {
  it('is what the page made itself, under a name that stays in its folder, and nothing else', async () => {
    await openApp()
    const into = folder()
    await followDownloads(into)
    await clickOn(`URL.createObjectURL(new Blob(['1,2,3']))`, '../../figure.csv')
    await vi.waitFor(() => expect(readdirSync(into)).toHaveLength(1), { timeout: 10_000 })
    const [file] = readdirSync(into)
    expect(file).toMatch(/^[^/]*figure\.csv$/)
    await vi.waitFor(() => expect(readFileSync(join(into, file!), 'utf8')).toBe('1,2,3'), { timeout: 10_000 })

    let asked = 0
    const server = createServer((_request, response) => {
      asked++
      response.writeHead(200, { 'Content-Disposition': 'attachment; filename=evil.sh' }).end('#!/bin/sh')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUps.push(() => server.close())
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}/evil.sh`
    for (const address of ['data:text/plain,evil', `${pageAddress}index.html`, elsewhere, 'file:///etc/hostname']) {
      await clickOn(JSON.stringify(address), 'evil.txt')
      await desktop.application.evaluate(
        ({ BrowserWindow }, target) => BrowserWindow.getAllWindows()[0]!.webContents.downloadURL(target),
        address,
      )
    }
    await vi.waitFor(async () => expect((await downloads()).length).toBeGreaterThan(2), { timeout: 10_000 })
    await desktop.shows('Runs')
    const all = await downloads()
    expect(all.filter(({ isRefused }) => !isRefused).map(({ address }) => address)).toEqual([
      expect.stringContaining(`blob:${pageAddress}`),
    ])
    expect(readdirSync(into)).toEqual([file])
    expect(asked).toBe(0)
  }, 60_000)
})

describe.skipIf(!electron)('A home that takes nothing', () => {
  it.each(['that the window never saw', 'that the window has used'])(
    '%s is opened for reading, and the window says why',
    async (which) => {
      const disk = mountedFolder('size=64m')
      if (disk === undefined) return
      cleanUps.push(disk.unmount)
      const path = join(disk.path, 'home')
      mkdirSync(path)
      const cli = new BasinHome()
      cleanUps.push(() => cli.remove())
      const ran = await cli.run(
        [
          'run',
          'simulate-function',
          '--quick',
          '--set',
          'training.epochs=2',
          '--seeds',
          '1',
          '--name',
          'Before',
          '--quiet',
        ],
        {
          BASIN_HOME: path,
        },
      )
      expect(ran.stderr).toBe('')
      if (which.endsWith('used')) mkdirSync(join(path, 'desktop'))
      spawnSync('mount', ['-o', 'remount,ro', disk.path])
      await openApp(path)
      await desktop.shows('the folder or its disk is read-only')
      await desktop.shows('Before')
      expect(existsSync(join(path, 'desktop', 'window.json'))).toBe(false)
      const gone = new Promise((resolve) => desktop.process.once('exit', resolve))
      const own = await desktop.application.evaluate(({ app }) => app.getPath('userData'))
      await desktop.application.evaluate(({ app }) => app.quit()).catch(() => undefined)
      expect(await gone).toBe(0)
      expect(own.startsWith(path)).toBe(false)
    },
    90_000,
  )
})
