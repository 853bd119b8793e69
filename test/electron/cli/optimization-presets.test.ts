/** Every preset of the experiments on optimization and generalization, shrunk, through the real command line to its files. */
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

const presetsOf = (kind: ExperimentKindId) => experimentKinds[kind].presets.map(({ name }) => name)

describe.skipIf(!datasets)('a preset on optimization', () => {
  let home: BasinHome
  let scratch: string

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
      '%s runs to its end and gives its numbers and figures',
      async (preset) => {
        const out = join(scratch, `${kind}-${preset}`)
        const seeds = preset === 'plane-through-three' ? '3' : '2'
        const words = ['run', kind, '--preset', preset, '--quick', '--seeds', seeds, '--out', out]
        const report = await home.json<ExperimentReport>(words, { BASIN_DATASETS: datasets! })
        expect(report.runs.length).toBeGreaterThanOrEqual(2)
        expect(report.runs.map(({ status }) => status)).toEqual(report.runs.map(() => 'finished'))
        expect(report.analyses.length > 0).toBe(named[kind].length > 0)
        for (const analysis of report.analyses) {
          expect(analysis).toMatchObject({ kind, status: 'finished' })
          expect(Object.keys(analysis.summary ?? {})).toEqual(expect.arrayContaining([...named[kind]]))
          expect(analysis.provenance!.runs.length).toBeGreaterThan(0)
        }
        const figures = readdirSync(out).filter((file) => file.endsWith('.svg'))
        expect(figures.length).toBeGreaterThan(0)
        for (const figure of figures) expect(readFileSync(join(out, figure), 'utf8')).toMatch(/^<svg/)
      },
      120_000,
    )
  })
})
