/** First light in Chromium against `basin serve`, and what happens to the page when the lab dies. */
import type { ChildProcess } from 'node:child_process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BasinHome, finished, lineOf } from '../support/basin-process'
import { chromiumArguments, chromiumPath } from '../support/requirements'
import { findItAgain, setUpAndStart, watchItLearn } from './first-light'
import { noteProblems } from './page-problems'
import { orderTheQueue } from './run-queue'
import { seeTenDots } from './ten-dots'
import { screenshotsOf } from './screenshots'
import { interpolateTwoRuns, refuseUnlikeRuns } from './two-runs'

const executablePath = chromiumPath()

describe.skipIf(!executablePath)('Basin in a browser', () => {
  let home: BasinHome
  let server: ChildProcess
  let browser: Browser
  let page: Page
  const problems: string[] = []
  const screenshots = screenshotsOf('browser', () => page)

  async function serve(): Promise<string> {
    server = home.start(['serve'])
    return (await lineOf(server, /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/))[0]
  }

  async function open(url: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme })
    noteProblems(page, problems)
    await page.goto(url)
  }

  beforeAll(async () => {
    home = new BasinHome()
    browser = await chromium.launch({ executablePath, args: chromiumArguments.filter((flag) => flag !== '--headless') })
    await open(await serve())
  })

  afterAll(async () => {
    await browser.close()
    home.remove()
  })

  it('trains, is paused and resumed, and is found again after a restart', async () => {
    const experimentId = await setUpAndStart(page, screenshots)
    expect(page.url()).not.toContain('token')
    await watchItLearn(page, screenshots)
    await page.close()
    const ending = finished(server)
    server.kill('SIGINT')
    expect((await ending).code).toBe(0)
    await open(await serve(), 'dark')
    await findItAgain(page, experimentId, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('shows where ten trainings end', async () => {
    await seeTenDots(page, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('orders, cancels and pauses single runs of three hundred', async () => {
    await orderTheQueue(page, screenshots)
    expect(problems).toEqual([])
  }, 120_000)

  it('interpolates between two runs of the history, and refuses unlike ones', async () => {
    await interpolateTwoRuns(page, home, screenshots)
    await refuseUnlikeRuns(page, screenshots)
    expect(problems).toEqual([])
  }, 240_000)

  it('keeps the form and marks the field when an expression is wrong', async () => {
    await page.getByRole('link', { name: 'Home', exact: true }).click()
    await page.getByRole('link', { name: 'Simulate a function', exact: true }).click()
    const expression = page.getByLabel('Function of x').first()
    await expression.fill('sin(x')
    await page.getByText(/\)/).first().waitFor()
    await expect.poll(() => expression.getAttribute('aria-invalid')).toBe('true')
    await expression.fill('1/(x-0.5)')
    await page.getByLabel('x from').fill('0')
    await page.getByLabel('x to').fill('1')
    await page
      .getByText(/x = 0\.5/)
      .first()
      .waitFor()
    await screenshots('wrong-expression')
    expect(await page.getByLabel('Architecture of Deep').inputValue()).toContain('1-')
    expect(problems).toEqual([])
  }, 60_000)

  it('says so when the lab is gone', async () => {
    server.kill('SIGKILL')
    await page
      .getByText(/connection|lab/i)
      .filter({ hasText: /lost|again|gone|closed/i })
      .first()
      .waitFor({ timeout: 15_000 })
    await screenshots('lab-gone')
  }, 30_000)
})
