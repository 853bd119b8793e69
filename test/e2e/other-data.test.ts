/** Runs whose data are gone, in Chromium against `basin serve`: what the wizard says, what it offers, and what the figures then say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherDataMark } from '../../shared/experiments/figures-of'
import type { DatasetState } from '../../shared/api/lab-api'
import type { ExperimentReport } from '../../electron/cli/report'
import { imageFile, mnistFiles, writeFiles } from '../electron/datasets/fixtures'
import type { BasinHome } from '../support/basin-process'
import { chromiumPath } from '../support/requirements'
import { servedWizard } from './served-wizard'

const executablePath = chromiumPath()
const scratch = mkdtempSync(join(tmpdir(), 'basin-other-data-'))

/** Two runs on a set that another one took the place of. */
async function prepare(home: BasinHome): Promise<void> {
  const first = mnistFiles(60, 20)
  await writeFiles(join(scratch, 'A'), first)
  await writeFiles(join(scratch, 'B'), { ...first, 'train-images-idx3-ubyte': imageFile(60, 7) })
  const spec = {
    dataset: { name: 'mnist' },
    models: [{ label: 'net', hidden: 'dense 8' }],
    training: { epochs: 2, batchSize: 20 },
    seeds: 2,
  }
  writeFileSync(join(scratch, 'spec.json'), JSON.stringify(spec))
  await home.run(['data', 'import', 'mnist', join(scratch, 'A')])
  await home.json<ExperimentReport>(['run', 'train-on-task', '--spec', join(scratch, 'spec.json')])
  await home.run(['data', 'import', 'mnist', join(scratch, 'B')])
}

async function keptVersions(home: BasinHome): Promise<string[]> {
  const states = await home.json<DatasetState[]>(['data', 'list'])
  return states.flatMap(({ versions }) => versions.map(({ sha256 }) => sha256))
}

describe.skipIf(!executablePath)('runs whose data are gone', () => {
  const wizard = servedWizard({
    executablePath,
    folder: 'other-data',
    viewport: { width: 1440, height: 1000 },
    prepare,
  })
  const { home, problems, screenshots, openWizard, button } = wizard
  let page: Page
  let address: string
  beforeAll(() => void ({ page, address } = wizard))
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('lie on a version that the Data page shows, with who rests on it, and deletes when it is told twice', async () => {
    const [sha256] = await keptVersions(home)
    const name = sha256!.slice(0, 12)
    await page.goto(`${address}#/data`)
    const versions = page.getByRole('region', { name: 'Earlier versions' })
    await versions.getByText(name).waitFor()
    await versions.getByRole('row', { name: new RegExp(`^${name} .* 60 20 .* 2 `) }).waitFor()
    await screenshots('versions')
    await button(`Delete version ${name}`).click()
    await versions.getByText('2 runs were trained on it, and can then neither go on nor be analysed.').waitFor()
    await button('Keep it').click()
    expect(await keptVersions(home)).toEqual([sha256])
    await button(`Delete version ${name}`).click()
    await button('Delete it').click()
    await versions.waitFor({ state: 'detached' })
    expect(await keptVersions(home)).toEqual([])
    expect(problems).toEqual([])
  })

  it('are asked with what is here only where a person says so, and then every figure is marked', async () => {
    const runs = await home.json<{ runId: string }[]>(['runs'])
    await openWizard('interpolation')
    await page.goto(`${address}#/new/interpolation?runs=${runs.map(({ runId }) => runId).join(',')}`)
    const choice = page.getByRole('checkbox', { name: /^Use the data that are here now/ })
    await page.getByRole('region', { name: 'Runs', exact: true }).getByText('net, seed 0').waitFor()
    expect(await choice.count()).toBe(0)
    await button('Start').click()
    const panel = page.getByRole('region', { name: 'Runs', exact: true })
    await panel.getByText(/was trained on other data than the MNIST that is here now/).waitFor()
    await page.getByText('It did not start').waitFor()
    await screenshots('refused')
    await choice.check()
    await page.getByText('It did not start').waitFor({ state: 'detached' })
    await panel.getByText(/was trained on other data than/).waitFor()
    await screenshots('chosen')
    await button('Start').click()
    await page.waitForURL(/#\/experiments\/x/)
    await page.getByText(new RegExp(otherDataMark)).first().waitFor({ timeout: 60_000 })
    await screenshots('marked')
    expect(problems).toEqual([])
  }, 90_000)
})
