import { describe, expect, it } from 'vitest'
import { indicatorKeys, type LocalSharpness, type SharpnessResult } from '../../../../shared/analyses/sharpness'
import type { RunId } from '../../../../shared/api/ids'
import type { AnalysisSummary, RunStatus } from '../../../../shared/api/records'
import type { ViewChoices } from '../../../../shared/experiments/kind'
import { experimentKinds, parseSpec, presetSpec } from '../../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../../shared/experiments/results'
import type { SharpnessExperiment, SharpnessInput } from '../../../../shared/experiments/sharpness/spec'
import { figureCsv } from '../../../../shared/figures/csv'
import type { ScatterFigure, StackedFigure } from '../../../../shared/figures/figure'
import { parameterCount } from '../../../../shared/models/model'
import { learningRateOf } from '../../../../shared/models/optimizer'
import { madeResults } from '../../../support/made-results'
import { planned } from '../../../support/planned'

const kind = experimentKinds.sharpness
const { planOf, problems } = planned<SharpnessInput>('sharpness')

const two = [
  { label: 'A', hidden: 'dense 3' },
  { label: 'B', hidden: 'dense 4' },
] as unknown as SharpnessInput['models']

describe('a plan to measure sharpness', () => {
  it('trains each network with each value and asks each run by its own seed', () => {
    const { runs, analyses } = planOf({
      models: two,
      vary: { what: 'batchSize', values: [8, 64] },
      seeds: 2,
      firstSeed: 5,
    })
    expect(runs.map(({ label }) => label).slice(0, 5)).toEqual([
      'A, batch 8, seed 5',
      'A, batch 8, seed 6',
      'A, batch 64, seed 5',
      'A, batch 64, seed 6',
      'B, batch 8, seed 5',
    ])
    expect(analyses!.map(({ label, group, groupIndex, runs: asked }) => [label, group, groupIndex, asked])).toEqual(
      runs.map(({ label, group, groupIndex }, i) => [label, group, groupIndex, [i]]),
    )
    expect(analyses!.map(({ spec }) => (spec as { seed: number }).seed)).toEqual([5, 6, 5, 6, 5, 6, 5, 6])
  })

  it('asks any older runs, one by one, and trains nothing', () => {
    const { runs, analyses } = planOf({ runs: ['r00000001', 'r00000002'] as RunId[], measure: { samples: 50 } })
    expect(runs).toEqual([])
    expect(analyses!.map(({ runs: asked, spec }) => [asked, spec])).toEqual([
      [['r00000001'], expect.objectContaining({ samples: 50, seed: 0 })],
      [['r00000002'], expect.objectContaining({ samples: 50, seed: 0 })],
    ])
  })

  it.each<[string, unknown, string[]]>([
    [
      'a sweep of one value',
      { vary: { what: 'batchSize', values: [64] } },
      ['vary.values: a sweep needs at least two values'],
    ],
    [
      'a value that is there twice',
      { vary: { what: 'learningRate', values: [0.1, 0.1] } },
      ['vary.values.1: this learning rate is there twice'],
    ],
    [
      'a batch larger than the data',
      { task: { type: 'dataset', name: 'digits', trainSize: 100 }, vary: { what: 'batchSize', values: [64, 1024] } },
      ['vary.values.1: a batch of 1,024 is larger than the 100 training samples'],
    ],
    [
      'balls without a size',
      { measure: { epsilon: 0, relativeEpsilon: -1 } },
      ['measure.epsilon: ε must be above zero', 'measure.relativeEpsilon: ε must be above zero'],
    ],
    ['a single probe', { measure: { probes: 1 } }, ['measure.probes: two probes are needed for a standard error']],
  ])('refuses %s', (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected)
  })

  it('has the networks and sweeps of the reports', () => {
    const planned = [0, 1, 2, 3, 4].map((report) => {
      const { runs } = kind.plan(presetSpec('sharpness', `report-${report}`))
      const [first] = runs
      const batches = runs.map(({ spec }) => spec.batchSize as number)
      const rates = runs.map(({ spec }) => learningRateOf(spec.optimizer)!)
      const range = (values: number[]) => [Math.min(...values), Math.max(...values)]
      return [parameterCount(first!.spec.model), runs.length, range(batches), range(rates), first!.spec.epochs]
    })
    expect(planned).toEqual([
      [118_282, 10, [4, 2048], [0.001, 0.001], 5],
      [280_610, 7, [10, 10_000], [1e-4, 1e-4], 100],
      [101_770, 6, [8, 1024], [0.001, 0.001], 10],
      [16_640, 5, [5, 1500], [0.001, 0.001], 10],
      [104_938, 5, [1024, 1024], [1e-5, 0.1], 40],
    ])
    expect(kind.plan(presetSpec('sharpness', 'report-2')).runs[0]!.spec.maxSteps).toBe(500)
  })

  it('is quick with fewer values, samples and steps, and still a sweep', () => {
    const quick = kind.quick(presetSpec('sharpness', 'report-1')) as SharpnessExperiment
    expect(quick.vary.values.length).toBeGreaterThan(1)
    expect(quick.vary.values.length).toBeLessThanOrEqual(4)
    expect(quick.measure.samples).toBe(200)
    expect(problems(quick)).toEqual([])
  })
})

const local = (value: number): LocalSharpness => ({
  highestLoss: 0.1 + value,
  largestEigenvalue: value,
  smallestEigenvalue: -value / 10,
  residual: 0,
  trace: 3 * value,
  traceError: value / 10,
})

/** The gap in loss falls with the value, the gap in accuracy rises. */
const answer = (value: number): SharpnessResult => ({
  run: { runId: 'r00000000' as RunId, label: 'One' },
  epsilon: 0.1,
  relativeEpsilon: 0.2,
  samples: 1000,
  loss: 0.1,
  plain: local(value),
  normalized: local(1 / value),
  layerNorms: [],
  spectralNormProduct: value,
  weightNorm: 7,
  trainLoss: 0.1,
  testLoss: 0.1 + 1 / value,
  trainAccuracy: 1,
  testAccuracy: 1 - value / 100,
})

const spec: SharpnessInput = { vary: { what: 'batchSize', values: [8, 64] }, seeds: 2 }

/** Runs of batch 8 twice, then of batch 64 twice; null: failed. */
function resultsWith(answers: (SharpnessResult | null)[], statuses: RunStatus[] = []): ExperimentResults {
  const made = madeResults('sharpness', spec, (_, position) => ({ status: statuses[position] ?? 'finished' }))
  const analyses = kind.plan(parseSpec('sharpness', spec)).analyses!
  return {
    ...made,
    analyses: answers.map((result, i) => ({
      analysis: {
        ...analyses[i]!,
        runIds: [made.runs[i]!.run.runId],
        status: result ? 'finished' : 'failed',
      } as unknown as AnalysisSummary,
      result,
    })),
  }
}

const figuresOf = (results: ExperimentResults, view: ViewChoices = {}) => kind.figures(results, view)

describe('the figures', () => {
  const whole = resultsWith([answer(1), answer(2), answer(3), answer(4)])

  it('draw the chosen indicator and the gap against the swept value, mean and band over seeds', () => {
    const [sweep] = figuresOf(whole, { indicator: 'largestEigenvalue', gap: 'accuracy' }) as [StackedFigure]
    expect(sweep.title).toBe('Largest eigenvalue against batch size')
    const [indicator, gap] = sweep.panels
    expect([sweep.x.scale, indicator!.y.scale]).toEqual(['log', 'log'])
    const drawn = (line: { x: Float64Array; y: Float64Array; low?: Float64Array; high?: Float64Array }) =>
      [line.x, line.y, line.low!, line.high!].map((values) => [...values])
    expect(drawn(indicator!.lines[0]!)).toEqual([
      [8, 64],
      [1.5, 3.5],
      [1, 3],
      [2, 4],
    ])
    expect([...gap!.lines[0]!.y]).toEqual([expect.closeTo(1.5, 10), expect.closeTo(3.5, 10)])
  })

  it('show the standard error of a trace', () => {
    const [sweep, scatter] = figuresOf(whole, { indicator: 'trace' }) as [StackedFigure, ScatterFigure]
    const [line] = sweep.panels[0]!.lines
    expect([[...line!.low!], [...line!.high!]].flat()).toEqual(
      [3 - 0.1, 9 - 0.3, 6 + 0.2, 12 + 0.4].map((value) => expect.closeTo(value, 10) as number),
    )
    expect(sweep.subtitle).toContain('one standard error')
    expect(scatter.groups[0]!.notes![1]).toContain('Trace: 6 ± 0.2')
  })

  it('draw the indicator against the gap, coloured by the value, with the correlation', () => {
    const [, scatter] = figuresOf(whole, { indicator: 'largestEigenvalue' }) as [StackedFigure, ScatterFigure]
    expect(scatter.subtitle).toContain("Kendall's τ = -1.00 over 4 runs")
    expect(scatter.color!.label).toBe('batch size')
    const [group] = scatter.groups
    expect([[...group!.x], [...group!.y], [...group!.values!]]).toEqual([
      [1, 2, 3, 4],
      [1, 1 / 2, 1 / 3, 1 / 4].map((value) => expect.closeTo(value, 10) as number),
      [8, 8, 64, 64],
    ])
  })

  it('rank all indicators, but those without an order', () => {
    const [, , ranks] = figuresOf(whole) as [StackedFigure, ScatterFigure, ScatterFigure]
    expect(ranks.y.categories).toHaveLength(indicatorKeys.length)
    const [inLoss, inAccuracy] = ranks.groups
    const taus = Object.fromEntries(
      [...inLoss!.y].map((place, i) => [ranks.y.categories![Math.round(place)]!, inLoss!.x[i]!]),
    )
    expect(taus).toMatchObject({ 'Largest eigenvalue': -1, 'Largest eigenvalue, filter-normalised': 1, Trace: -1 })
    expect(taus).not.toHaveProperty('Weight norm')
    expect([...inAccuracy!.x]).toEqual([...inLoss!.x].map((tau) => -tau))
    expect(ranks.subtitle).toContain('over 4 runs')
    expect(figureCsv(ranks)).toContain('gap in loss,-1,Largest eigenvalue\r\n')
    expect(figureCsv(ranks)).not.toContain('no relation')
  })

  it('show what there is where a run diverged, and say so', () => {
    const some = resultsWith([answer(1), answer(2), answer(3), null], ['finished', 'finished', 'finished', 'diverged'])
    const [sweep, scatter, ranks] = figuresOf(some) as [StackedFigure, ScatterFigure, ScatterFigure]
    for (const { subtitle } of [sweep, scatter, ranks]) {
      expect(subtitle).toContain('1 of 4 runs diverged or could not be measured')
    }
    expect(scatter.groups[0]!.x).toHaveLength(3)
    expect([...sweep.panels[0]!.lines[0]!.x]).toEqual([8, 64])
  })

  it('take a linear scale where an indicator is not above zero', () => {
    const below = { ...answer(1), plain: { ...local(1), trace: -2 } }
    const [sweep] = figuresOf(resultsWith([below, answer(2)]), { indicator: 'trace' }) as [StackedFigure]
    expect(sweep.panels[0]!.y.scale).toBe('linear')
  })

  it('rank nothing before there are three runs, and offer no accuracy where there are no classes', () => {
    const noClasses = { ...answer(1), trainAccuracy: NaN, testAccuracy: NaN }
    const few = resultsWith([noClasses, noClasses])
    expect((figuresOf(few)[2] as ScatterFigure).groups).toEqual([])
    expect(kind.controls!(few).map(({ key }) => key)).toEqual(['indicator'])
    expect(kind.controls!(whole).map(({ key }) => key)).toEqual(['indicator', 'gap'])
  })

  it('of older runs are against the setting in which they differ', () => {
    const older = { ...whole, experiment: { ...whole.experiment, spec: { ...parseSpec('sharpness', spec) as object, runs: ['r1'] } } } // prettier-ignore
    expect((figuresOf(older)[0] as StackedFigure).x.label).toBe('batch size')
    const alike = { ...older, runs: older.runs.slice(0, 2), analyses: older.analyses.slice(0, 2) }
    const [first] = figuresOf(alike) as [ScatterFigure]
    expect([first.figureId, first.color]).toEqual(['indicator-gap', undefined])
  })
})
