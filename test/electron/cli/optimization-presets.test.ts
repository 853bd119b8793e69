/** Every preset of the experiments on optimization and generalization, shrunk, through the real command line to its files. */
import { describe, expect, it } from 'vitest'
import { realDatasets } from '../../support/requirements'
import { expectFigures, expectFinished, itHasTheFiveReports, lessOf, presetRuns, presetsOf } from './preset-runs'

const datasets = realDatasets()
const kinds = ['weight-trajectory', 'gradient-norm', 'critical-point', 'error-surface', 'interpolation'] as const

/** Numbers that each kind's analyses name. */
const named: Record<(typeof kinds)[number], readonly string[]> = {
  'weight-trajectory': ['explainedVariance', 'snapshots'],
  'gradient-norm': [],
  'critical-point': [
    'loss',
    'gradientNorm',
    'minimalRatio',
    'tolerance',
    'positive',
    'zero',
    'negative',
    'reached',
    'neighboursHigher',
  ],
  'error-surface': ['minimum', 'maximum', 'size'],
  interpolation: ['testLossAt0', 'testLossAt1', 'barrier', 'distance'],
}

describe.skipIf(!datasets)('a preset on optimization', () => {
  const { run, folder } = presetRuns(datasets)

  describe.each(kinds)('%s', (kind) => {
    itHasTheFiveReports(kind)

    it.each(presetsOf(kind))(
      '%s runs to its end and gives its numbers and figures',
      async (preset) => {
        const out = folder(`${kind}-${preset}`)
        const seeds = preset === 'plane-through-three' ? '3' : '2'
        const words = ['--quick', '--seeds', seeds, ...lessOf(kind, preset), '--out', out]
        const report = await run([kind, '--preset', preset, ...words])
        expect(report.runs.length).toBeGreaterThanOrEqual(2)
        expectFinished(report.runs)
        expect(report.analyses.length > 0).toBe(named[kind].length > 0)
        for (const analysis of report.analyses) {
          expect(analysis).toMatchObject({ kind, status: 'finished' })
          expect(Object.keys(analysis.summary ?? {})).toEqual(expect.arrayContaining([...named[kind]]))
          expect(analysis.provenance!.runs.length).toBeGreaterThan(0)
        }
        expectFigures(out, 1)
      },
      120_000,
    )
  })
})
