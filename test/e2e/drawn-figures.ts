/** Whether a figure of a page is drawn: colour on its canvas, lines and not only axes. */
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'

export const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function colouredPixels(figure: Locator): Promise<number> {
  return figure
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue, alpha] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!]
        if (alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count++
      }
      return count
    })
}

export async function expectDrawn(page: Page, figure: string): Promise<void> {
  await expect.poll(() => colouredPixels(region(page, figure)), { timeout: 15_000 }).toBeGreaterThan(200)
}
