/** What a page throws, and what it logs as an error: no test of the app should see any. */
import type { Page } from 'playwright-core'

/** Adds them to the list as they come. */
export function noteProblems(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
}
