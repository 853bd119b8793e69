/** Screenshots of a test in test/output/, for people to look at. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../support/requirements'

export function screenshotsOf(shell: string, page: () => Page): (name: string) => Promise<void> {
  const folder = join(root, 'test/output', shell)
  mkdirSync(folder, { recursive: true })
  return async (name) => void (await page().screenshot({ path: join(folder, `${name}.png`) }))
}
