/** The presets on labels, sizes, sensitivity and sharpness, shrunk, through the real command line to their files; and what each is known for. */
import { describe, expect, it } from 'vitest'
import { indicatorKeys } from '../../../shared/analyses/sharpness'
import { realDatasets } from '../../support/requirements'
import {
  expectFigures,
  expectFinished,
  images,
  itHasTheFiveReports,
  lessOf,
  presetRuns,
  presetsOf,
} from './preset-runs'

const datasets = realDatasets()
const kinds = ['random-labels', 'parameter-count'] as const

describe.skipIf(!datasets)('a preset on generalization', () => {
  const { run, folder } = presetRuns(datasets)

  describe.each(kinds)('%s', (kind) => {
    itHasTheFiveReports(kind)

    it.each(presetsOf(kind))(
      '%s runs to its end and gives its figures',
      async (preset) => {
        const out = folder(`${kind}-${preset}`)
        // A quick look at most so many epochs of so few images: what is tested here is that all of it works together.
        const small = ['--set', 'training.epochs=2', ...images(500)]
        const report = await run([kind, '--preset', preset, '--quick', ...small, '--out', out])
        expect(report.runs.length).toBeGreaterThanOrEqual(1)
        for (const { status, series } of report.runs) {
          expect(status).toBe('finished')
          expect(Object.keys(series)).toEqual(expect.arrayContaining(['trainAccuracy', 'testAccuracy', 'testLoss']))
        }
        expectFigures(out, 4)
      },
      120_000,
    )
  })

  describe('sensitivity', () => {
    itHasTheFiveReports('sensitivity')

    it.each(presetsOf('sensitivity'))(
      '%s runs to its end and gives its numbers and figures',
      async (preset) => {
        const out = folder(`sensitivity-${preset}`)
        const { runs, analyses } = await run([
          'sensitivity',
          '--preset',
          preset,
          '--quick',
          '--seeds',
          '1',
          ...lessOf('sensitivity', preset),
          '--out',
          out,
        ])
        expect(runs.length).toBeGreaterThanOrEqual(5)
        expect(analyses.map(({ label, status }) => [label, status])).toEqual(
          runs.map(({ label }) => [label, 'finished']),
        )
        analyses.forEach(({ summary }, index) => {
          const { testLoss, testAccuracy } = runs[index]!.series
          expect(summary!['testLoss']).toBeCloseTo(testLoss!.last, 4)
          expect(summary!['testAccuracy']).toBeCloseTo(testAccuracy!.last, 10)
          expect(summary!['trainLossSensitivity']).toBeGreaterThan(0)
          expect(summary!['testOutputSensitivity']).toBeGreaterThan(0)
        })
        expectFigures(out, 5)
      },
      120_000,
    )

    it('falls as the batch grows for equal epochs, and rises for equal steps', async () => {
      const images = ['--set', 'task={"type":"dataset","name":"mnist","trainSize":2000,"testSize":500}']
      const batches = [...images, '--set', 'vary.values=[8,512]']
      const of = async (...length: string[]): Promise<number[]> => {
        const { analyses } = await run(['sensitivity', ...batches, ...length])
        return analyses.map(({ summary }) => summary!['testOutputSensitivity'] as number)
      }
      const [small, large] = await of('--set', 'training.epochs=5')
      expect(large!).toBeLessThan(small! / 3)
      const [smallSteps, largeSteps] = await of('--set', 'training.epochs=200', '--set', 'training.maxSteps=800')
      expect(largeSteps!).toBeGreaterThan(1.5 * smallSteps!)
    }, 120_000)
  })

  describe('sharpness', () => {
    itHasTheFiveReports('sharpness')

    it.each(presetsOf('sharpness'))(
      '%s measures each of its runs and gives its figures',
      async (preset) => {
        const out = folder(`sharpness-${preset}`)
        const small = ['--quick', '--seeds', '1', '--set', 'training.epochs=3', ...lessOf('sharpness', preset)]
        const { runs, analyses } = await run(['sharpness', '--preset', preset, ...small, '--out', out])
        expect(runs.length).toBeGreaterThanOrEqual(2)
        expectFinished(runs)
        expect(analyses).toHaveLength(runs.length)
        for (const { status, summary } of analyses) {
          expect(status).toBe('finished')
          const indicators = indicatorKeys.map((key) => summary![key] as number)
          expect(indicators.every(Number.isFinite)).toBe(true)
          expect(summary!.traceError).toBeGreaterThan(0)
          expect(summary!.accuracyGap).toBeLessThan(1)
        }
        expectFigures(out, 5)
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
