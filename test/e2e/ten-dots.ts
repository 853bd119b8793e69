/** Ten trainings end where the gradient vanishes: set up in the wizard, a dot for each in the figure, a row for each in the table. */
import { expect } from 'vitest'
import type { Page } from 'playwright-core'

/** The figure whose dots are the trainings. */
const ratioFigure = /^Minimal ratio/

export async function seeTenDots(page: Page, screenshots: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByRole('link', { name: 'Critical points', exact: true }).click()
  await page.getByLabel('Seeds', { exact: true }).fill('10')
  await page.getByLabel('Name', { exact: true }).fill('Ten dots')
  await screenshots('critical-point-wizard')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.waitForURL(/#\/experiments\/x[0-9a-z]{8}/)
  await page.getByRole('heading', { name: 'Ten dots' }).waitFor()
  await page.locator('header').getByText('finished', { exact: true }).waitFor({ timeout: 150_000 })
  const figure = page.getByRole('img', { name: ratioFigure })
  await expect.poll(() => figure.getAttribute('aria-label'), { timeout: 15_000 }).toMatch(/\b10 points\./)
  const analyses = page.getByRole('region', { name: 'Analyses', exact: true })
  expect(await analyses.getByText('finished', { exact: true }).count()).toBe(10)
  await screenshots('critical-point')
}
