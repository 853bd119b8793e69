/** The wizard in Chromium against `basin serve`: what is typed wrong stays and is explained, and every way to shape an experiment works. */
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BasinHome, lineOf } from '../support/basin-process'
import { chromiumArguments, chromiumPath } from '../support/requirements'
import { screenshotsOf } from './screenshots'

const executablePath = chromiumPath()

describe.skipIf(!executablePath)('the wizard in a browser', () => {
  const home = new BasinHome()
  const problems: string[] = []
  let browser: Browser
  let page: Page
  let address: string
  const screenshots = screenshotsOf('wizard', () => page)

  const field = (label: string) => page.getByLabel(label, { exact: true })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const path = () => new URL(page.url()).hash
  const isInvalid = async (label: string) => (await field(label).getAttribute('aria-invalid')) === 'true'
  const canStart = () => button('Start').isEnabled()
  const runs = () => page.getByRole('row', { name: /^Runs / }).innerText()

  async function openWizard(kind: string): Promise<void> {
    await page.goto(`${address}#/`)
    await page.evaluate(() => localStorage.clear())
    await page.goto(`${address}#/new/${kind}`)
    await page.reload()
    await button('Start').waitFor()
  }

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: chromiumArguments.filter((flag) => flag !== '--headless') })
    const server = home.start(['serve', '--port', '0'], { BASIN_DATASETS: '' })
    const [url] = await lineOf(server, /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/)
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
    await page.goto(url)
    address = new URL('/', url).href
  })

  beforeEach(() => void problems.splice(0))

  afterAll(async () => {
    await browser.close()
    home.remove()
  })

  it('keeps what was typed wrong, even over a reload, and lets nobody start until it is right', async () => {
    await openWizard('simulate-function')
    await field('Epochs').fill('many')
    await expect.poll(() => isInvalid('Epochs')).toBe(true)
    expect(await canStart()).toBe(false)
    await page
      .getByRole('alert')
      .getByText(/epochs must be/)
      .waitFor()
    await page.waitForFunction(() => localStorage.getItem('basin.draft.simulate-function')?.includes('many'))
    await page.reload()
    await expect.poll(() => field('Epochs').inputValue()).toBe('many')
    await field('Epochs').fill('1,200')
    await expect.poll(canStart).toBe(true)
    expect(await isInvalid('Epochs')).toBe(false)
    expect(problems).toEqual([])
  })

  it('says where an expression is wrong and offers a domain that suits', async () => {
    await openWizard('simulate-function')
    await field('Function of x').fill('sin(x) + foo(x)')
    await page
      .getByText(/foo.*character 10/)
      .first()
      .waitFor()
    expect(await canStart()).toBe(false)
    await field('Function of x').fill('log(abs(2*x + 0.5))')
    await field('x from').fill('-0.25')
    await screenshots('wrong-domain')
    await button('Use x from 0 to 2').click()
    await expect.poll(canStart).toBe(true)
    expect(await field('x from').inputValue()).toBe('0')
  })

  it('takes architectures as text and layer by layer', async () => {
    await openWizard('simulate-function')
    await field('Seeds').fill('3')
    await field('Architecture of Shallow').fill('1-9x7-1')
    await page.getByTitle('Parameters of Shallow').getByText('568').waitFor()
    await field('Architecture of Shallow').fill('1-b-1')
    await field('Architecture of Shallow').blur()
    expect(await field('Architecture of Shallow').inputValue()).toBe('1-b-1')
    expect(await canStart()).toBe(false)
    await field('Move Shallow up').click()
    await expect.poll(() => field('Label of model 1').inputValue()).toBe('Shallow')
    expect(await field('Architecture of Shallow').inputValue()).toBe('1-b-1')
    await field('Architecture of Shallow').fill('1-20-1')
    await expect.poll(canStart).toBe(true)
    await field('Duplicate Shallow').click()
    await field('Layers of Shallow 2').click()
    await button('Layer').click()
    await page.getByRole('menuitem', { name: /^Dense/ }).click()
    await field('Units of layer 2').fill('7')
    await expect.poll(() => field('Architecture of Shallow 2').inputValue()).toBe('1-20-7-1')
    await field('Activation of layer 2').selectOption('sin')
    expect(await field('Activation of Shallow 2').inputValue()).toBe('mixed')
    await expect.poll(runs).toContain('9 (3 models, 3 seeds)')
    await field('Remove Shallow 2').click()
    await expect.poll(runs).toContain('6 (2 models, 3 seeds)')
    expect(problems).toEqual([])
  })

  it('builds a convolutional network from a menu, as text and layer by layer', async () => {
    await openWizard('train-on-task')
    await button('Add').click()
    await page.getByRole('menuitem', { name: /^Small CNN/ }).click()
    await field('Architecture of Small CNN').fill('conv 8 5x5, pool 2, conv 16 3x3, pool 2, dense 32')
    await page.getByTitle('Parameters of Small CNN').getByText('14,538').waitFor()
    await field('Layers of Small CNN').click()
    const shapes = () => page.getByTitle(/^Shape after layer/).allInnerTexts()
    expect(await shapes()).toEqual(['8 × 24 × 24', '8 × 12 × 12', '16 × 10 × 10', '16 × 5 × 5', '32'])
    await field('Kernel of layer 3').fill('13')
    await page.getByRole('button', { name: 'model 4, layer 3: a kernel of 13 × 13 does not fit' }).waitFor()
    expect(await shapes()).toEqual(['8 × 24 × 24', '8 × 12 × 12', '–', '–', '–'])
    expect(await isInvalid('Type of layer 3')).toBe(true)
    await field('Kernel of layer 3').fill('3 x 5')
    await expect.poll(canStart).toBe(true)
    await button('Layer').click()
    await page.getByRole('menuitem', { name: /^Batch norm/ }).click()
    await field('Move layer 6 up').click()
    await expect
      .poll(() => field('Architecture of Small CNN').inputValue())
      .toBe('conv 8 5x5, pool 2, conv 16 3x5, pool 2, batch norm, dense 32')
    await field('Type of layer 2').selectOption('Residual block')
    await field('Activation of Small CNN').selectOption('tanh')
    await screenshots('layers')
    await field('Optimizer').selectOption('L-BFGS')
    await expect.poll(() => field('Batch size').inputValue()).toBe('all images')
    await field('Optimizer').selectOption('SGD')
    await expect.poll(() => field('Batch size').inputValue()).toBe('64')
    expect(problems).toEqual([])
  })

  it('makes models of equal size, and a sweep of them', async () => {
    await openWizard('simulate-function')
    await button('Same number of parameters').click()
    await field('Parameters').fill('1000')
    await field('Hidden layers of each model').fill('1, 3, 5')
    await button('Replace the models').click()
    await expect.poll(() => page.getByLabel(/^Label of model/).count()).toBe(3)
    await page.getByText(/^equal size: (99\d|1,00\d)/).waitFor()
    await page.getByText('More: constants').click()
    await field('Learning rates').fill('0.01, 0.001')
    await page.getByRole('checkbox', { name: 'SGD' }).check()
    await page.getByRole('checkbox', { name: 'Adam', exact: true }).check()
    await field('Seeds').fill('1')
    await expect.poll(runs).toContain('12 (12 models, 1 seed)')
    await page.getByRole('checkbox', { name: 'full batch' }).check()
    await page.getByRole('row', { name: /^Time about/ }).waitFor()
    await screenshots('sweep')
    expect(problems).toEqual([])
  })

  it('takes a preset, gives the form back, and says what a quick look changes', async () => {
    await openWizard('simulate-function')
    await field('Label of model 1').fill('My own')
    await button('Presets').click()
    await page
      .getByRole('dialog', { name: 'Presets' })
      .getByRole('button', { name: /report-4/ })
      .click()
    await field('Architecture of Medium').waitFor()
    await button('Undo').click()
    await expect.poll(() => field('Label of model 1').inputValue()).toBe('My own')
    await page.goto(`${address}#/new/simulate-function?preset=report-0`)
    await expect.poll(path).toBe('#/new/simulate-function')
    await page.getByText('Quick look', { exact: true }).click()
    await page.getByText(/^Quick look: epochs 5,000 →/).waitFor()
  })

  it('says that a data set is missing, at its field, and starts without it', async () => {
    await openWizard('train-on-task')
    const set = (title: string) => page.getByRole('radiogroup', { name: 'Data set' }).getByText(title, { exact: true })
    await set('MNIST').click()
    await page.getByText('MNIST is not on this machine yet').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('It did not start').waitFor()
    expect(path()).toBe('#/new/train-on-task')
    await screenshots('missing-data')
    await set('Drawn digits').click()
    await field('Epochs').fill('1')
    await field('Training images').fill('500')
    await field('Name').fill('A few digits')
    await expect.poll(canStart).toBe(true)
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/#\/experiments\/x/)
    await page.getByRole('heading', { name: 'A few digits' }).waitFor()
    const experimentId = path().split('/').at(-1)
    await page.goto(`${address}#/new/train-on-task?from=${experimentId}`)
    await expect.poll(() => field('Training images').inputValue()).toBe('500')
    expect(problems).toEqual([])
  }, 60_000)

  it('goes anywhere by keyboard', async () => {
    await page.goto(`${address}#/`)
    await button('New experiment').focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
    await expect.poll(path).toBe('#/new/train-on-task')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('few digits')
    await page.getByRole('option', { name: /^A few digits/ }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(path).toMatch(/^#\/experiments\/x/)
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })
})
