/** The real desktop app for one test: started, asked by way of its main process, and ended whatever happens. */
import type { ChildProcess } from 'node:child_process'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { root } from '../support/requirements'

export const pageAddress = 'app://basin/'

export class Desktop {
  private constructor(
    readonly application: ElectronApplication,
    /** Playwright forgets it when it has ended. */
    readonly process: ChildProcess,
    readonly page: Page,
  ) {}

  /** Resolves when its page is there. */
  static async open(electron: string, home: string, display: string): Promise<Desktop> {
    const own = { DISPLAY: display, BASIN_HOME: home, BASIN_NODE: process.execPath, BASIN_THREADS: '2' }
    const env = { ...process.env, ...own } as Record<string, string>
    const application = await _electron.launch({ executablePath: electron, args: ['--no-sandbox', root], env })
    const child = application.process()
    try {
      const page = await application.firstWindow()
      await page.getByRole('link', { name: 'Runs', exact: true }).waitFor()
      return new Desktop(application, child, page)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  kill(): void {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL')
  }

  /**
   * Asked of the page by way of the main process: Playwright's own hold on a page does not survive the end of its process. Nor does a
   * question that was asked just then, so it is given up after a while.
   */
  inPage<T>(script: string): Promise<T> {
    return this.application.evaluate(({ BrowserWindow }, code) => {
      const answer = BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(code) as Promise<T>
      const givenUp = new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error('the page did not answer')), 5000)
      })
      return Promise.race([answer, givenUp])
    }, script) as Promise<T>
  }

  text(): Promise<string> {
    return this.inPage('document.body.innerText')
  }

  address(): Promise<string> {
    return this.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL())
  }

  /** Until the page shows a text. */
  async shows(text: string): Promise<void> {
    await vi.waitFor(async () => expect(await this.text()).toContain(text), { timeout: 30_000, interval: 200 })
  }

  /** From now on the system's dialogs are kept, each until a test answers it; `never` those that nobody does. */
  async holdDialogs(): Promise<void> {
    await this.application.evaluate(({ dialog }) => {
      const asked: string[] = []
      const answers: ((answer: { response: number }) => void)[] = []
      Object.assign(globalThis, { asked, answers })
      const hold = (_window: unknown, options: { message: string }) => {
        asked.push(options.message)
        return new Promise((resolve) => void answers.push(resolve))
      }
      Object.assign(dialog, { showMessageBox: hold, showMessageBoxSync: () => asked.push('sync'), showErrorBox: hold })
    })
  }

  /** What the dialogs said so far. */
  asked(): Promise<string[]> {
    return this.application.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
  }

  /** @param response the place of the button, of the oldest dialog that is open */
  async answer(response: number): Promise<void> {
    await this.application.evaluate(
      (_electron, button) =>
        (globalThis as unknown as { answers: ((answer: object) => void)[] }).answers.shift()!({ response: button }),
      response,
    )
  }
}
