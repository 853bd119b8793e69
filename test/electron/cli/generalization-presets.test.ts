/** The presets on labels and sizes, shrunk, through the real command line to their files; and what random labels are known for. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'
import { BasinHome } from '../../support/basin-process'
import { realDatasets } from '../../support/requirements'

const datasets = realDatasets()
const kinds = ['random-labels', 'parameter-count'] as const

const presetsOf = (kind: ExperimentKindId) => experimentKinds[kind].presets.map(({ name }) => name)

describe.skipIf(!datasets)('a preset on generalization', () => {
  let home: BasinHome
  let scratch: string
  const run = (words: string[]) => home.json<ExperimentReport>(['run', ...words], { BASIN_DATASETS: datasets! })

  beforeAll(() => {
    home = new BasinHome()
    scratch = mkdtempSync(join(tmpdir(), 'basin-presets-'))
  })

  afterAll(() => {
    home.remove()
    rmSync(scratch, { recursive: true, force: true })
  })

  describe.each(kinds)('%s', (kind) => {
    it('has one for each of the five reports', () => {
      expect(presetsOf(kind)).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((report) => `report-${report}`)))
    })

    it.each(presetsOf(kind))(
      '%s runs to its end and gives its figures',
      async (preset) => {
        const out = join(scratch, `${kind}-${preset}`)
        // A quick look at most so many epochs of so few images: what is tested here is that all of it works together.
        const small = ['--set', 'training.epochs=2', '--set', 'task.trainSize=500', '--set', 'task.testSize=200']
        const report = await run([kind, '--preset', preset, '--quick', ...small, '--out', out])
        expect(report.runs.length).toBeGreaterThanOrEqual(1)
        for (const { status, series } of report.runs) {
          expect(status).toBe('finished')
          expect(Object.keys(series)).toEqual(expect.arrayContaining(['trainAccuracy', 'testAccuracy', 'testLoss']))
        }
        const figures = readdirSync(out).filter((file) => file.endsWith('.svg'))
        expect(figures.length).toBeGreaterThanOrEqual(4)
        for (const figure of figures) expect(readFileSync(join(out, figure), 'utf8')).toMatch(/^<svg/)
      },
      120_000,
    )
  })

  it('a thousand images of MNIST with random labels are learnt by heart, and nothing else is', async () => {
    const images = ['--set', 'task.trainSize=1000', '--set', 'task.testSize=2000', '--set', 'seeds=1']
    const labels = ['--set', 'labels.shares=[0,1]', '--set', 'training.epochs=60']
    const { runs } = await run(['random-labels', '--preset', 'mnist-1000', ...images, ...labels])
    const [known, random] = runs.map(({ series }) => series)
    expect(random!.trainAccuracy!.last).toBe(1)
    expect(known!.trainAccuracy!.last).toBe(1)
    // Guessing is 0.1; seven standard errors of 2,000 images.
    expect(Math.abs(random!.testAccuracy!.last - 0.1)).toBeLessThan(0.047)
    expect(known!.testAccuracy!.last).toBeGreaterThan(0.8)
    expect(random!.testLoss!.last).toBeGreaterThan(Math.log(10))
  }, 300_000)
})
