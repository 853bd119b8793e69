/**
 * Two runs of the history that differ in their batch size: picked in the table, and loss and accuracy drawn on the line between them. The
 * same steps in both shells.
 */
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { formatMeasure } from '../../shared/text/format'
import type { BasinHome } from '../support/basin-process'
import { expectDrawn, region } from './drawn-figures'

const figureTitle = 'Loss and accuracy between two trainings'

/** Numbers of the command line, as far as they are looked at here. */
interface RunNumbers {
  label: string
  experimentName: string
  series: { testLoss: { last: number } }
}
interface ExperimentNumbers {
  analyses: { summary: { testLossAt0: number; testLossAt1: number } }[]
}

/** A few epochs of the built-in digits, with each of the wizard's networks. */
async function trainDigits(page: Page, name: string, batchSize: number): Promise<void> {
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByRole('link', { name: 'Train on an actual task', exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Data set' }).getByText('Drawn digits', { exact: true }).click()
  const values = { 'Training images': 1000, 'Test images': 400, Epochs: 4, Seeds: 1, 'Batch size': batchSize }
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).fill(String(value))
  }
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name }).waitFor()
  await page.locator('header').getByText('finished', { exact: true }).waitFor({ timeout: 60_000 })
}

/** By their checkboxes in the table. */
async function pickRuns(page: Page, runs: readonly (readonly [model: string, experiment: string])[]): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  for (const [model, experiment] of runs) {
    await page
      .getByRole('row', { name: new RegExp(`${model}.*${experiment}`) })
      .getByRole('checkbox')
      .check()
  }
  await page.getByText(`${runs.length} selected`, { exact: true }).waitFor()
}

async function openAnalysis(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Analyse…', exact: true }).click()
  await page.getByRole('menuitem', { name: title, exact: true }).click()
  await page.waitForURL(/#\/new\/interpolation$/)
}

export async function interpolateTwoRuns(
  page: Page,
  home: BasinHome,
  screenshots: (name: string) => Promise<void>,
): Promise<void> {
  await trainDigits(page, 'Small batches', 10)
  await trainDigits(page, 'Large batches', 500)
  await pickRuns(page, [
    ['Shallow', 'Small batches'],
    ['Shallow', 'Large batches'],
  ])
  await screenshots('two-runs-picked')
  await openAnalysis(page, 'Interpolation')
  // As in the table: newest first.
  const chosen = region(page, 'Runs').getByRole('listitem')
  await expect.poll(() => chosen.getByRole('link').allInnerTexts()).toEqual(['Large batches', 'Small batches'])
  await screenshots('two-runs-wizard')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name: 'Interpolation between 2 runs' }).waitFor()
  await page.locator('header').getByText('finished', { exact: true }).waitFor({ timeout: 60_000 })
  await expectDrawn(page, figureTitle)
  const figure = page.getByRole('img', { name: new RegExp(`^${figureTitle}`) })
  const description = await figure.getAttribute('aria-label')
  expect(description).toContain('loss on a log scale and accuracy (%) over α')
  expect(description).toContain('α = 0: Shallow, batch 500, seed 0, α = 1: Shallow, batch 10, seed 0')
  for (const line of ['loss, test', 'loss, training', 'accuracy, test', 'accuracy, training']) {
    expect(description).toContain(`${line} ends at`)
  }
  await screenshots('two-runs')
  // Trainings of two experiments are no seeds of one network, though it is called alike.
  const groups = region(page, 'Runs').getByRole('row', { name: /^Show Shallow, batch/ })
  expect(await groups.getByText('1 / 1', { exact: true }).count()).toBe(2)
  await expectEnds(page, home)
}

/** At α = 0 and 1 there are the two runs: the losses that they ended with, on the page and on the command line. */
async function expectEnds(page: Page, home: BasinHome): Promise<void> {
  const experimentId = /\bx[0-9a-z]{8}\b/.exec(page.url())![0]
  const { analyses } = await home.json<ExperimentNumbers>(['show', experimentId])
  const runs = await home.json<RunNumbers[]>(['runs'])
  const ends = ['Large batches', 'Small batches'].map((name) => {
    const run = runs.find(({ label, experimentName }) => label === 'Shallow, seed 0' && experimentName === name)
    return run!.series.testLoss.last
  })
  const { testLossAt0, testLossAt1 } = analyses[0]!.summary
  expect(Math.abs(testLossAt0 / ends[0]! - 1)).toBeLessThan(1e-5)
  expect(Math.abs(testLossAt1 / ends[1]! - 1)).toBeLessThan(1e-5)
  const cells = region(page, 'Analyses').getByRole('row').nth(1).getByRole('cell')
  expect((await cells.allInnerTexts()).slice(1, 3)).toEqual(ends.map((loss) => formatMeasure(loss)))
}

/** Needs the runs of `interpolateTwoRuns`. */
export async function refuseUnlikeRuns(page: Page, screenshots: (name: string) => Promise<void>): Promise<void> {
  await pickRuns(page, [
    ['Shallow', 'Small batches'],
    ['Deep', 'Small batches'],
  ])
  await openAnalysis(page, 'Interpolation')
  await page
    .getByRole('alert')
    .getByText(/Shallow, seed 0 and Deep, seed 0 are networks of unlike architectures \([\d,]+ and [\d,]+ parameters\)/)
    .waitFor()
  await screenshots('unlike-runs')
  expect(await page.getByRole('button', { name: 'Start', exact: true }).isEnabled()).toBe(false)
  await page.keyboard.press('Control+Enter')
  await page.waitForTimeout(500)
  expect(page.url()).toMatch(/#\/new\/interpolation$/)
}
