/**
 * The path of the main job, for any page of the app: set up an experiment in the wizard, watch it learn, find it again after a restart.
 * Both shells run exactly this; they differ in how a page is opened.
 */
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { expectDrawn, region } from './drawn-figures'

/** Long enough to be watched, paused and resumed; short enough for a test. */
const epochs = 30_000

/** An untrained network has a loss of about 0.5 on the wizard's first function; the deep one ends near 1e-4, up and down. */
const learntLoss = 0.02

/** The value that a figure's description gives for a line: '... Deep ends at 0.0872; ...'. */
async function endOf(page: Page, figure: string, line: string): Promise<number> {
  const label = await page.getByRole('img', { name: new RegExp(`^${figure}`) }).getAttribute('aria-label')
  const match = new RegExp(`${line}[^;]*? ends at ([-\\d.e]+?)(?:;|\\.?$)`).exec(label ?? '')
  return match ? Number(match[1]) : Number.NaN
}

export async function setUpAndStart(page: Page, screenshots: (name: string) => Promise<void>): Promise<string> {
  await page.getByRole('heading', { name: 'What do you want to see?' }).waitFor()
  await screenshots('home')
  await page.getByRole('link', { name: 'Simulate a function', exact: true }).click()
  await page.getByLabel('Architecture of Deep').fill('1-5-10-10-10-10-10-5-1')
  await page.getByLabel('Architecture of Shallow').fill('1-190-1')
  await page.getByLabel('Activation of Deep').selectOption('tanh')
  await page.getByLabel('Activation of Shallow').selectOption('tanh')
  await page.getByLabel('Epochs', { exact: true }).fill(String(epochs))
  await page.getByLabel('Seeds', { exact: true }).fill('1')
  await page.getByLabel('Name', { exact: true }).fill('First light')
  await page.getByText('equal size: 571').waitFor()
  await page.getByRole('row', { name: /^Time about/ }).waitFor()
  await screenshots('wizard')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.waitForURL(/#\/experiments\/x[0-9a-z]{8}/)
  return /\bx[0-9a-z]{8}\b/.exec(page.url())![0]
}

export async function watchItLearn(page: Page, screenshots: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('heading', { name: 'First light' }).waitFor()
  await expect.poll(() => endOf(page, 'Training loss', 'Deep'), { timeout: 15_000 }).toBeGreaterThan(0)
  const early = await endOf(page, 'Training loss', 'Deep')
  await screenshots('live')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  const paused = await settledRuns(page)
  await page.waitForTimeout(700)
  expect(await runsPanel(page)).toBe(paused)
  await page.getByRole('button', { name: 'Go on' }).click()
  // Redrawn while it learns.
  await expect.poll(() => endOf(page, 'Training loss', 'Deep'), { timeout: 10_000 }).not.toBe(early)
  await page.getByText('finished', { exact: true }).first().waitFor({ timeout: 150_000 })
  await expect.poll(() => endOf(page, 'Training loss', 'Deep'), { timeout: 10_000 }).toBeLessThan(learntLoss)
  await expectDrawn(page, 'Training loss')
  await expectDrawn(page, 'Prediction')
  await expectDrawn(page, 'Gradient norm')
  await screenshots('finished')
}

/** The panel of runs as text, with their epochs: what must not move while paused. */
async function runsPanel(page: Page): Promise<string> {
  return (await region(page, 'Runs').getByRole('table').innerText()).replaceAll(/\s+/g, ' ')
}

/** The panel once it shows where the runs stopped; the page may be a moment behind them. */
async function settledRuns(page: Page): Promise<string> {
  let before = ''
  await expect
    .poll(
      async () => {
        const last = before
        before = await runsPanel(page)
        return before === last
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(true)
  return before
}

export async function findItAgain(
  page: Page,
  experimentId: string,
  screenshots: (name: string) => Promise<void>,
): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const row = page.getByRole('row', { name: /Deep.*First light.*finished/ })
  await row.waitFor()
  expect(await page.getByRole('row', { name: /First light/ }).count()).toBe(2)
  await screenshots('runs')
  await row.getByRole('link').first().click()
  await page.waitForURL(new RegExp(experimentId))
  await page.getByRole('heading', { name: 'First light' }).waitFor()
  await expectDrawn(page, 'Training loss')
  await expectDrawn(page, 'Prediction')
  await screenshots('opened-again')
}
