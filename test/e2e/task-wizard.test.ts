/** The wizard of experiments with a task, in Chromium against `basin serve`: task, own keys of a kind, runs of the history. */
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { experimentKinds } from '../../shared/experiments/registry'
import { chromiumPath } from '../support/requirements'
import { servedWizard } from './served-wizard'

const executablePath = chromiumPath()
const kinds = Object.values(experimentKinds)

/** What cannot be wrong: chosen from a list, brought along by a preset, behind the arrow of a model, or of random directions alone. */
const unfielded = /^(task\.(type|label)|models\.\d+\.initialization|surface\.(normalization|seed))$/

/** 'training.epochs', 'models.0.label', ... of a spec. */
function leafPaths(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [path.join('.')]
  const entries = Object.entries(value)
  return entries.length > 0 ? entries.flatMap(([key, part]) => leafPaths(part, [...path, key])) : [path.join('.')]
}

describe.skipIf(!executablePath)('the wizard of an experiment with a task', () => {
  const wizard = servedWizard({
    executablePath,
    folder: 'task-wizard',
    viewport: { width: 1440, height: 1000 },
    prepare: (home) => home.json(['run', 'simulate-function', '--set', 'training.epochs=2', '--set', 'seeds=2']),
  })
  const { home, problems, screenshots, field, button, path, openWizard, canStart, rowOf } = wizard
  let page: Page
  let address: string
  beforeAll(() => void ({ page, address } = wizard))

  const focusedPath = () =>
    page.evaluate(() => document.activeElement?.closest('[data-path]')?.getAttribute('data-path'))

  it('keeps what was typed for a function while the task is images, over a reload too', async () => {
    await openWizard('critical-point')
    await field('Function of x').fill('log(abs(2*x + 0.5))')
    await field('x from').fill('-0.25')
    await button('Use x from 0 to 2').click()
    await field('Points').fill('77')
    await page.getByText('Images', { exact: true }).click()
    await field('Training images').fill('300')
    await page.getByText('28 × 28 pixels, grey, 10 classes').waitFor()
    await page.waitForFunction(() => localStorage.getItem('basin.draft.critical-point')?.includes('"trainSize":300'))
    await page.reload()
    await page.getByText('Function', { exact: true }).click()
    await expect.poll(() => field('Points').inputValue()).toBe('77')
    expect(await field('x to').inputValue()).toBe('2')
    await page.getByText('Images', { exact: true }).click()
    expect(await field('Training images').inputValue()).toBe('300')
    expect(problems).toEqual([])
  })

  it('says which layer does not fit the new task, and what is too large for it', async () => {
    await openWizard('error-surface')
    await page.getByText('Images', { exact: true }).click()
    await button('Add').click()
    await page.getByRole('menuitem', { name: /^Small CNN/ }).click()
    await expect.poll(canStart).toBe(true)
    await page.getByText('Function', { exact: true }).click()
    await page.getByRole('button', { name: /^model 2, layer \d: a (kernel|window) of/ }).waitFor()
    expect(await canStart()).toBe(false)
    await field('Remove Small CNN').click()
    await expect.poll(canStart).toBe(true)
    await field('Points per axis').fill('2')
    await page.getByRole('alert').getByRole('button').first().click()
    expect(await focusedPath()).toBe('surface.resolution')
    expect(problems).toEqual([])
  })

  it('sets up the search for critical points', async () => {
    await openWizard('critical-point')
    await field('Seeds').fill('3')
    await page.getByRole('checkbox', { name: 'Adam', exact: true }).check()
    await field('Adam’s learning rate').fill('fast')
    await expect.poll(canStart).toBe(false)
    await field('Adam’s learning rate').fill('')
    await expect.poll(() => rowOf('Analyses')).toContain('6')
    await field('What ends the descent on the loss').selectOption('at gradient norm')
    await field('Turn to the gradient norm').fill('0')
    await page.getByRole('alert').getByRole('button').first().click()
    expect(await focusedPath()).toBe('search.switchAt.norm')
    await field('What ends the descent on the loss').selectOption('after steps')
    expect(await field('Turn to the gradient norm').inputValue()).toBe('1000')
    await field('Architecture of 1-10-10-10-1').fill('1-900-900-1')
    await page.getByRole('alert').getByRole('button').first().click()
    expect(await focusedPath()).toMatch(/^(spectrum|search\.methods)$/)
    await screenshots('too-large')
    expect(problems).toEqual([])
  })

  it.each(kinds.filter(({ presets }) => 'task' in (presets[0].spec as object)))(
    'has a field for every part of the settings of $kind',
    async ({ kind, presets }) => {
      await openWizard(kind)
      for (const title of [presets[0].title, presets[1]!.title]) {
        await button('Presets').click()
        await page.getByRole('dialog', { name: 'Presets' }).getByText(title, { exact: true }).click()
        const fields = await page.evaluate(() =>
          [...document.querySelectorAll('[data-path]')].map((element) => element.getAttribute('data-path')!),
        )
        const spec = presets.find((preset) => preset.title === title)!.spec
        // A field of its own, or one that holds the value: a whole section only where it is a list.
        const missing = leafPaths(spec).filter((leaf) => {
          const parts = leaf.split('.')
          const around = parts.map((_, index) => parts.slice(0, index + 1).join('.'))
          const isSection = parts.length > 1 && !/^\d+$/.test(parts[1]!)
          return !around.slice(isSection ? 1 : 0).some((one) => fields.includes(one))
        })
        expect(missing.filter((leaf) => !unfielded.test(leaf))).toEqual([])
      }
      expect(problems).toEqual([])
    },
  )

  it('asks runs of the history, or trains new ones after all', async () => {
    await openWizard('error-surface')
    await field('Points per axis').fill('33')
    await page.goto(`${address}#/runs`)
    for (const seed of [0, 1]) await page.getByRole('checkbox', { name: `Select Shallow, seed ${seed}` }).check()
    await button('Analyse…').click()
    await page.getByRole('menuitem', { name: /^Error surface/ }).click()
    await page.getByRole('region', { name: 'Runs', exact: true }).getByText('Shallow, seed 1').waitFor()
    await expect.poll(path).toBe('#/new/error-surface')
    expect(await page.getByRole('region', { name: /^(Task|Models|Training)$/ }).count()).toBe(0)
    expect(await field('Points per axis').inputValue()).toBe('51')
    await expect.poll(() => rowOf('Runs')).toContain('none')
    expect(await rowOf('Analyses')).toContain('2')
    await page.getByText('Between runs', { exact: true }).click()
    await page.getByText('Line', { exact: true }).click()
    await expect.poll(() => rowOf('Analyses')).toContain('1')
    await screenshots('older-runs')
    await field('Remove Shallow, seed 0').click()
    await expect.poll(canStart).toBe(false)
    await page.getByRole('alert').getByRole('button').first().click()
    expect(await focusedPath()).toBe('runs')
    await button('Train new ones instead').click()
    await page.getByRole('region', { name: 'Models', exact: true }).waitFor()
    await page.goto(`${address}#/new/error-surface?runs=r0000000a`)
    await page.getByText('r0000000a').waitFor()
    await page.getByText(/is no longer there$/).waitFor()
    await page.getByText('Not ready to start').waitFor()
    expect(await canStart()).toBe(false)
    await button('Undo').last().click()
    await page.getByRole('region', { name: 'Models', exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  it('says before the start that older runs cannot be asked this', async () => {
    const [first] = await home.json<{ runId: string }[]>(['runs'])
    await openWizard('weight-trajectory')
    await page.goto(`${address}#/new/weight-trajectory?runs=${first!.runId}`)
    await page
      .getByRole('alert')
      .getByText(/kept only the weights it ended with/)
      .waitFor()
    expect(await canStart()).toBe(false)
    expect(problems).toEqual([])
  })

  it('starts what it set up, and opens its settings again', async () => {
    await openWizard('weight-trajectory')
    await page.getByText('Function', { exact: true }).click()
    await field('Architecture of 1-32-16-1').fill('1-6-4-1')
    await page.getByRole('checkbox', { name: /^layer2/ }).check()
    await page.getByRole('checkbox', { name: 'with biases' }).uncheck()
    await field('Epochs').fill('6')
    await field('Seeds').fill('2')
    await field('Unit of how often weights are kept').selectOption('steps')
    await field('Architecture of 1-6-4-1').fill('1-6-1')
    expect(await field('Label of model 1').inputValue()).toBe('1-6-1')
    await page.getByRole('button', { name: /^no model has weights in layer2/ }).click()
    expect(await focusedPath()).toBe('layers')
    await page.getByRole('checkbox', { name: /^layer2 no model has it/ }).click()
    await expect.poll(canStart).toBe(true)
    await expect.poll(() => rowOf('Stored')).toMatch(/snapshots [\d.]+ kB of it/)
    await screenshots('trajectory')
    await field('Name').fill('Two short walks')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/#\/experiments\/x/)
    await page.getByRole('heading', { name: 'Two short walks' }).waitFor()
    await page.goto(`${address}#/new/weight-trajectory?from=${path().split('/').at(-1)}`)
    await expect.poll(() => field('Epochs').inputValue()).toBe('6')
    expect(await page.getByRole('checkbox', { name: 'with biases' }).isChecked()).toBe(false)
    expect(problems).toEqual([])
  }, 60_000)
})
