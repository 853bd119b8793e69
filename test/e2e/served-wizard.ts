/** The page of `basin serve` in Chromium, in a home of its own, and what one does with its wizard: what the tests of the wizard share. */
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { BasinHome, lineOf } from '../support/basin-process'
import { chromiumArguments } from '../support/requirements'
import { noteProblems } from './page-problems'
import { screenshotsOf } from './screenshots'

export interface ServedWizard {
  readonly home: BasinHome
  /** From `beforeAll` on. */
  readonly page: Page
  readonly address: string
  /** What the page threw or logged as an error since the test began. */
  readonly problems: string[]
  screenshots(name: string): Promise<void>
  field(label: string): Locator
  button(name: string): Locator
  /** '#/new/simulate-function' */
  path(): string
  /** Empty, whatever was typed before. */
  openWizard(kind: string): Promise<void>
  canStart(): Promise<boolean>
  /** What the summary says about 'Runs', 'Analyses', ... */
  rowOf(name: string): Promise<string>
}

interface Options {
  executablePath: string | undefined
  /** Of the screenshots. */
  folder: string
  viewport: { width: number; height: number }
  /** What is in the home before it is served. */
  prepare?: (home: BasinHome) => Promise<unknown>
}

/** For within a `describe`: the page is there before its tests, and gone after them. */
export function servedWizard({ executablePath, folder, viewport, prepare }: Options): ServedWizard {
  const home = new BasinHome()
  const problems: string[] = []
  let browser: Browser
  let page: Page
  let address: string

  beforeAll(async () => {
    await prepare?.(home)
    browser = await chromium.launch({ executablePath, args: chromiumArguments.filter((flag) => flag !== '--headless') })
    const server = home.start(['serve', '--port', '0'], { BASIN_DATASETS: '' })
    const [url] = await lineOf(server, /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/)
    page = await browser.newPage({ viewport })
    page.setDefaultTimeout(10_000)
    noteProblems(page, problems)
    await page.goto(url)
    address = new URL('/', url).href
  }, 120_000)

  beforeEach(() => void problems.splice(0))

  afterAll(async () => {
    await browser.close()
    home.remove()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  return {
    home,
    get page() {
      return page
    },
    get address() {
      return address
    },
    problems,
    screenshots: screenshotsOf(folder, () => page),
    field: (label) => page.getByLabel(label, { exact: true }),
    button,
    path: () => new URL(page.url()).hash,
    openWizard: async (kind) => {
      await page.goto(`${address}#/`)
      await page.evaluate(() => localStorage.clear())
      await page.goto(`${address}#/new/${kind}`)
      await page.reload()
      await button('Start').waitFor()
    },
    canStart: () => button('Start').isEnabled(),
    rowOf: (name) => page.getByRole('row', { name: new RegExp(`^${name} `) }).innerText(),
  }
}
