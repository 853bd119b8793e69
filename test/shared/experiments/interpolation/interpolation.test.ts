import { describe, expect, it } from 'vitest'
import {
  coarseToFine,
  interpolationAlphas,
  interpolationAnalysis,
  interpolationAnalysisSchema,
  type InterpolationResult,
} from '../../../../shared/analyses/interpolation'
import type { AnalysedRun } from '../../../../shared/analyses/kind'
import type { RunId } from '../../../../shared/api/ids'
import type { AnalysisSummary } from '../../../../shared/api/records'
import { interpolationFigures } from '../../../../shared/experiments/interpolation/figures'
import type { InterpolationInput } from '../../../../shared/experiments/interpolation/spec'
import { experimentKinds, parseSpec, presetSpec } from '../../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../../shared/experiments/results'
import type { LineFigure } from '../../../../shared/figures/figure'
import { parameterCount } from '../../../../shared/models/model'
import { learningRateOf } from '../../../../shared/models/optimizer'
import { madeResults } from '../../../support/made-results'
import { planned } from '../../../support/planned'

const kind = experimentKinds.interpolation
const { planOf, problems } = planned<InterpolationInput>('interpolation')

const two = [
  { label: 'A', hidden: 'dense 3' },
  { label: 'B', hidden: 'dense 4' },
] as unknown as InterpolationInput['models']

describe('the values of α', () => {
  it('go evenly from end to end', () => {
    const alphas = interpolationAlphas({ from: -2, to: 2, count: 5, spacing: 'even' })
    expect([...alphas]).toEqual([-2, -1, 0, 1, 2])
  })

  it('are denser the nearer to the trained ends, which are among them', () => {
    const alphas = [...interpolationAlphas({ from: -1, to: 2, count: 41, spacing: 'ends' })]
    expect([alphas[0], alphas.at(-1)]).toEqual([-1, 2])
    expect(alphas).toContain(0)
    expect(alphas).toContain(1)
    const gaps = alphas.slice(1).map((alpha, i) => alpha - alphas[i]!)
    expect(Math.min(...gaps)).toBeGreaterThan(0)
    const gapAt = (place: number) => gaps[alphas.findIndex((alpha) => alpha > place) - 1]!
    expect(gapAt(0.5)).toBeGreaterThan(3 * gapAt(0.01))
    expect(gapAt(-0.9)).toBeGreaterThan(5 * gapAt(0.99))
    for (const [i, alpha] of alphas.entries()) expect(alpha + alphas.at(-1 - i)!).toBeCloseTo(1, 12)
  })

  it('keep a range that leaves the trained ends out', () => {
    const alphas = interpolationAlphas({ from: 0.2, to: 0.8, count: 3, spacing: 'ends' })
    expect([...alphas]).toEqual([0.2, expect.closeTo(0.5, 12), 0.8])
  })

  it('are computed coarse to fine, each once', () => {
    expect(coarseToFine(5)).toEqual([0, 4, 2, 1, 3])
    expect([...coarseToFine(41)].sort((a, b) => a - b)).toEqual([...Array(41).keys()])
  })
})

describe('a plan to interpolate', () => {
  it('trains each network with both settings from the same seeds, and asks each pair', () => {
    const { runs, analyses } = planOf({ models: two, differ: { what: 'batchSize', values: [8, 64] }, seeds: 2 })
    expect(runs.map(({ label, groupIndex, spec }) => [label, groupIndex, spec.batchSize, spec.seed])).toEqual([
      ['A, batch 8, seed 0', 0, 8, 0],
      ['A, batch 8, seed 1', 0, 8, 1],
      ['A, batch 64, seed 0', 1, 64, 0],
      ['A, batch 64, seed 1', 1, 64, 1],
      ['B, batch 8, seed 0', 2, 8, 0],
      ['B, batch 8, seed 1', 2, 8, 1],
      ['B, batch 64, seed 0', 3, 64, 0],
      ['B, batch 64, seed 1', 3, 64, 1],
    ])
    expect(analyses!.map(({ label, group, groupIndex, runs: asked }) => [label, group, groupIndex, asked])).toEqual([
      ['A, batch 8 → 64, seed 0', 'A', 0, [0, 2]],
      ['A, batch 8 → 64, seed 1', 'A', 0, [1, 3]],
      ['B, batch 8 → 64, seed 0', 'B', 1, [4, 6]],
      ['B, batch 8 → 64, seed 1', 'B', 1, [5, 7]],
    ])
  })

  it('trains networks in between too, at distinct values', () => {
    const { runs } = planOf({ differ: { what: 'batchSize', values: [64, 1024] }, between: 8 })
    expect(runs.map(({ spec }) => spec.batchSize)).toEqual([64, 1024, 171, 277, 384, 491, 597, 704, 811, 917])
    const few = planOf({ differ: { what: 'batchSize', values: [1, 3] }, between: 5 })
    expect(few.runs.map(({ spec }) => spec.batchSize)).toEqual([1, 3, 2])
    const rates = planOf({ differ: { what: 'learningRate', values: [0.001, 0.01] }, between: 1 })
    expect(rates.runs.map(({ spec }) => learningRateOf(spec.optimizer))).toEqual([0.001, 0.01, 0.0055])
  })

  it('varies the learning rate of a network with an optimizer of its own', () => {
    const own = [{ ...two![0]!, optimizer: { type: 'sgd', learningRate: 9 } }] as InterpolationInput['models']
    const { runs } = planOf({ models: own, differ: { what: 'learningRate', values: [0.1, 0.2] } })
    expect(runs.map(({ spec }) => [spec.optimizer.type, learningRateOf(spec.optimizer)])).toEqual([
      ['sgd', 0.1],
      ['sgd', 0.2],
    ])
  })

  it.each<[string, unknown, string[]]>([
    [
      'equal values',
      { differ: { what: 'batchSize', values: [64, 64] } },
      ['differ.values.1: this batch size is there twice'],
    ],
    ['one value', { differ: { what: 'batchSize', values: [64] } }, ['differ.values: two values are needed']],
    [
      'half a sample',
      { differ: { what: 'batchSize', values: [64, 1.5] } },
      ['differ.values.1: batch size must be a whole number'],
    ],
    [
      'more samples than there are',
      { task: { type: 'dataset', name: 'digits', trainSize: 100 }, differ: { what: 'batchSize', values: [64, 1024] } },
      ['differ.values.1: a batch of 1,024 is larger than the 100 training samples'],
    ],
    [
      'an optimizer that takes the whole set',
      { training: { optimizer: { type: 'lbfgs' }, batchSize: 'full' } },
      ['differ.what: L-BFGS takes the whole training set in each step: its batch size cannot be varied'],
    ],
    ['a range that goes back', { alphas: { from: 1, to: 0 } }, ['alphas.to: the range must end above where it starts']],
    ['a single older run', { runs: ['r00000001'] }, ['runs: two runs are needed to interpolate between']],
  ])('refuses %s', (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected)
  })

  it('has the networks and settings of the reports', () => {
    const parametersOf = (name: string) =>
      parameterCount(kind.plan(presetSpec('interpolation', name)).runs[0]!.spec.model)
    expect(['report-0', 'report-1', 'report-2', 'report-3'].map(parametersOf)).toEqual([
      335_114, 280_610, 101_770, 23_860,
    ])
    expect(kind.plan(presetSpec('interpolation', 'report-1')).runs).toHaveLength(10)
    expect(presetSpec('interpolation', 'report-2')).toMatchObject({
      alphas: { from: -2, to: 2, count: 40, spacing: 'even' },
      differ: { what: 'batchSize', values: [64, 1024] },
    })
    expect(presetSpec('interpolation', 'report-4-rates')).toMatchObject({
      training: { epochs: 40 },
      differ: { what: 'learningRate', values: [0.001, 0.01] },
    })
  })
})

describe('two runs', () => {
  const spec = interpolationAnalysisSchema.parse({})
  const runOf = (label: string, changes: InterpolationInput = {}): AnalysedRun => {
    const [first] = planOf(changes).runs
    return { label, spec: first!.spec, parameterCount: parameterCount(first!.spec.model) }
  }
  const message = (runs: AnalysedRun[]): string => {
    try {
      interpolationAnalysis.check(spec, runs)
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }

  it('of equal architecture are interpolated, whatever else they differ in', () => {
    const other = runOf('Other', { seeds: 3, firstSeed: 7, training: { epochs: 1 } })
    expect(message([runOf('One'), other])).toBe('')
  })

  it('of unlike architectures are refused with what each is', () => {
    const other = runOf('Wide', { models: two })
    expect(message([runOf('One'), other])).toBe(
      'One and Wide are networks of unlike architectures (25,450 and 2,395 parameters): there is no line from one to the other',
    )
  })

  it('of different tasks are refused', () => {
    const other = runOf('Photographs', { task: { type: 'dataset', name: 'mnist' } })
    expect(message([runOf('One'), other])).toBe(
      'One and Photographs learned different tasks: there is no loss in common',
    )
  })

  it('are two', () => {
    expect(message([runOf('One')])).toBe('two runs are interpolated, not 1')
    expect(message([runOf('One'), runOf('Two'), runOf('Three')])).toBe('two runs are interpolated, not 3')
  })
})

describe('the figure', () => {
  const spec: InterpolationInput = { differ: { what: 'batchSize', values: [8, 64] }, between: 1, seeds: 2 }
  const answer = (shift: number, changes: Partial<InterpolationResult> = {}): InterpolationResult => ({
    runs: [
      { runId: 'r00000000' as RunId, label: 'batch 8, seed 0' },
      { runId: 'r00000002' as RunId, label: 'batch 64, seed 0' },
    ],
    alphas: Float64Array.of(-1, 0, 1, 2),
    trainLoss: Float64Array.of(Infinity, 0.5, 0.25, NaN).map((loss) => loss + shift),
    trainAccuracy: Float64Array.of(0.1, 0.9, 0.95, NaN),
    testLoss: Float64Array.of(4, 1, 2, NaN).map((loss) => loss + shift),
    testAccuracy: Float64Array.of(0.1, 0.8, 0.7, NaN),
    ends: [
      { trainLoss: 0.5, trainAccuracy: 0.9, testLoss: 1 + shift, testAccuracy: 0.8 },
      { trainLoss: 0.25, trainAccuracy: 0.95, testLoss: 2 + shift, testAccuracy: 0.7 },
    ],
    distance: 1,
    reestimated: false,
    ...changes,
  })

  function resultsWith(results: (InterpolationResult | null)[]): ExperimentResults {
    const made = madeResults('interpolation', spec, ({ spec: run }) => ({
      series: { testLoss: { steps: Float64Array.of(1), values: Float64Array.of(run.seed + 2), count: 1 } },
    }))
    const analyses = kind.plan(parseSpec('interpolation', spec)).analyses!
    return {
      ...made,
      analyses: results.map((result, i) => ({
        analysis: { ...analyses[i]!, status: result ? 'finished' : 'failed' } as unknown as AnalysisSummary,
        result,
      })),
    }
  }
  const figureOf = (results: (InterpolationResult | null)[]) =>
    interpolationFigures(resultsWith(results))[0] as LineFigure

  it('has loss left and accuracy right, tests solid and training dashed, without what is not known', () => {
    const { lines, right, x } = figureOf([answer(0)])
    expect([x.label, right?.label]).toEqual(['α', 'accuracy (%)'])
    expect(lines.map(({ name, style, axis, x: xs, y }) => [name, style, axis, [...xs], [...y]])).toEqual([
      ['loss, test', 'line', undefined, [-1, 0, 1], [4, 1, 2]],
      ['loss, training', 'dashed', undefined, [0, 1], [0.5, 0.25]],
      ['accuracy, test', 'line', 'right', [-1, 0, 1], [10, 80, 70]],
      ['accuracy, training', 'dashed', 'right', [-1, 0, 1], [10, 90, 95]],
      ['loss, test, trained there', 'points', undefined, [0, 0.5, 1], [1, 2.5, 2]],
      ['accuracy, test, trained there', 'points', 'right', [0, 1], [80, 70]],
    ])
  })

  it('is the mean over seeds with a band, and says what is missing', () => {
    const { lines, subtitle } = figureOf([answer(0), answer(1)])
    const [loss] = lines
    expect([[...loss!.y], [...loss!.low!], [...loss!.high!]]).toEqual([
      [4.5, 1.5, 2.5],
      [4, 1, 2],
      [5, 2, 3],
    ])
    expect(subtitle).toContain('mean of 2 seeds')
    const marks = figureOf([answer(0), answer(1, { ends: [] })]).lines.find(({ style }) => style === 'points')
    expect([...marks!.y]).toEqual([1, 2.5, 2])
    expect(figureOf([answer(0), null]).subtitle).toContain('1 of 2 lines could not be computed')
    expect(figureOf([answer(0, { reestimated: true })]).subtitle).toContain('batch normalisation taken anew')
  })

  it('has no second axis where there are no classes, and is empty before there is anything', () => {
    const none = Float64Array.of(NaN, NaN, NaN, NaN)
    const ends = [{ trainLoss: 0, trainAccuracy: NaN, testLoss: 0, testAccuracy: NaN }]
    expect(figureOf([answer(0, { trainAccuracy: none, testAccuracy: none, ends })]).right).toBeUndefined()
    expect(figureOf([null]).lines).toEqual([])
  })
})
