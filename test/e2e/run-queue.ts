/** Many runs in the queue: their places, moving one to the front, cancelling and starting again, and pausing the whole. */
import { expect } from 'vitest'
import type { Page } from 'playwright-core'

export async function orderTheQueue(page: Page, screenshots: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByRole('link', { name: 'Simulate a function', exact: true }).click()
  await page.getByLabel('Epochs', { exact: true }).fill('100000')
  await page.getByLabel('Seeds', { exact: true }).fill('150')
  await page.getByLabel('Name', { exact: true }).fill('Three hundred runs')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name: 'Three hundred runs' }).waitFor()
  await page.getByText(/^0 of 300 runs.* left$/).waitFor()

  const runs = page.getByRole('region', { name: 'Runs', exact: true })
  await runs.getByRole('button', { name: 'Deep', exact: true }).click()
  const row = (seed: number) => runs.getByRole('row', { name: new RegExp(`^seed ${seed} `) })
  const menu = page.locator('.n-dropdown-menu')
  const choose = async (seed: number, action: string) => {
    await row(seed).getByRole('button').click()
    await menu.getByText(action, { exact: true }).click()
    // It fades: the next one must not find two.
    await menu.waitFor({ state: 'detached' })
  }
  // Two train; of the 298 others the shallow network's seed 149 comes last.
  await row(149).getByText('place 297 in the queue').waitFor()
  await choose(149, 'Train next')
  await row(149).getByText('next', { exact: true }).waitFor()
  await choose(0, 'Cancel')
  await row(0).getByText('stopped', { exact: true }).waitFor()
  await row(149).getByText('running', { exact: true }).waitFor()
  await choose(0, 'Start again')
  await row(0).getByText('place 298 in the queue').waitFor()
  // The same by keyboard; Escape leaves everything as it is.
  await row(148).getByRole('button').press('Enter')
  await menu.waitFor()
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
  await row(148).getByRole('button').press('Enter')
  await menu.getByText('Pause', { exact: true }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await row(148).getByText('paused', { exact: true }).waitFor()
  await screenshots('run-queue')

  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('header').getByText('paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  await row(149).getByText('running', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.locator('header').getByText('stopped', { exact: true }).waitFor()
  expect(await row(148).getByText('stopped', { exact: true }).count()).toBe(1)
}
