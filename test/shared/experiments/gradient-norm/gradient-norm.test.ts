import { describe, expect, it } from 'vitest'
import { drawnSeries } from '../../../../shared/experiments/drawn-series'
import { experimentKinds, parseSpec, presetSpec } from '../../../../shared/experiments/registry'
import type { ViewChoices } from '../../../../shared/experiments/kind'
import type { ExperimentResults } from '../../../../shared/experiments/results'
import { runSpecSchema, type RunSpec } from '../../../../shared/experiments/run-spec'
import type { StackedFigure } from '../../../../shared/figures/figure'
import { architectureLabel, parameterCount } from '../../../../shared/models/model'
import { madeResults, seriesData } from '../../../support/made-results'

const kind = experimentKinds['gradient-norm']
const planOf = (spec: unknown) => kind.plan(parseSpec('gradient-norm', spec))

describe('the plan of gradient norms', () => {
  it('records what was asked for', () => {
    const recorded = (gradient?: object) => planOf(gradient ? { gradient } : {}).runs[0]!.spec.record
    expect(recorded()).toEqual({ fullGradientEvery: 20, layerGradients: true })
    expect(recorded({ perLayer: false })).toEqual({})
    expect(recorded({ fullEvery: 7, perLayer: false })).toEqual({ fullGradientEvery: 7 })
  })

  it('passes a second phase on', () => {
    const { runs } = kind.plan(presetSpec('gradient-norm', 'report-1'))
    expect(runs[0]!.spec.gradientPhase).toEqual({
      switchAt: { at: 'step', step: 30_000 },
      method: 'adam',
      learningRate: 1e-4,
      targetNorm: 0,
      maxSteps: 10_000,
    })
    expect(runs[0]!.spec.epochs * Math.ceil(2048 / 64)).toBeGreaterThanOrEqual(30_000)
    const quick = kind.plan(kind.quick(presetSpec('gradient-norm', 'report-1'))).runs[0]!.spec
    expect(runSpecSchema.parse(quick)).toEqual(quick)
    expect(quick.gradientPhase!.maxSteps).toBe(200)
  })

  it('has presets with the networks and settings that they name', () => {
    const facts = (name: string) => {
      const { runs } = kind.plan(presetSpec('gradient-norm', name))
      const { model, epochs, maxSteps, batchSize, optimizer } = runs[0]!.spec as RunSpec
      const rate = 'learningRate' in optimizer && optimizer.learningRate
      return [architectureLabel(model), parameterCount(model), optimizer.type, rate, batchSize, maxSteps ?? epochs]
    }
    expect(['default', 'mnist', 'report-0', 'report-1', 'report-2', 'report-3', 'report-4'].map(facts)).toEqual([
      ['1-10-10-10-1', 251, 'adam', 0.005, 32, 500],
      ['784-128-64-10', 109_386, 'adam', 0.001, 64, 3],
      ['784-128-64-10', 109_386, 'adam', 0.001, 64, 5],
      ['1-10-10-10-1', 251, 'adam', 1e-4, 64, 938],
      ['784-128-10', 101_770, 'sgd', 0.01, 32, 1000],
      ['1-5-3-1', 32, 'adam', 0.001, 'full', 5000],
      ['1-10-18-15-4-1', 572, 'adam', 0.001, 128, 300],
    ])
    expect(facts('cifar')[1]).toBe(268_650)
  })
})

describe('the figure of gradient norms', () => {
  const models = [
    { label: 'Wide', hidden: 'dense 8 tanh' },
    { label: 'Line', hidden: '' },
  ]
  const made = (changes: object = {}): ExperimentResults =>
    madeResults('gradient-norm', { models, seeds: 2, ...changes }, (_, position) => ({
      series: {
        batchLoss: seriesData([1, 2, 3], [3, 2, 1]),
        gradientNorm: seriesData([1, 2, 3], [1 + position, 2, 3]),
        fullGradientNorm: seriesData([1, 3], [0.5, 0.25]),
        'layerGradientNorm.0': seriesData([1, 2, 3], [0.1, 0.2, 0.3]),
        ...(position < 2 && { 'layerGradientNorm.1': seriesData([1, 2, 3], [0.4, 0.5 + position, 0.6]) }),
      },
    }))
  const figure = (view?: ViewChoices, results = made()) => kind.figures(results, view)[0] as StackedFigure
  const keys = ({ panels }: StackedFigure) => panels.map(({ key, lines }) => [key, lines.map((line) => line.key)])

  it('has the loss above the gradient norm, along the same iterations', () => {
    const shown = figure()
    expect(keys(shown)).toEqual([
      ['loss', ['Wide', 'Line']],
      ['gradient norm', ['Wide', 'Line', 'Wide, all data', 'Line, all data']],
    ])
    const [loss, norm] = shown.panels
    expect(loss!.y.label).toBe('loss (mean squared error)')
    expect(loss!.lines.map(({ style, color }) => [style, color])).toEqual([
      ['raw', 0],
      ['raw', 1],
    ])
    const [wide, , full] = norm!.lines
    expect([[...wide!.y], [...wide!.low!], [...wide!.high!]]).toEqual([
      [1.5, 2, 3],
      [1, 2, 3],
      [2, 2, 3],
    ])
    expect([full!.style, [...full!.x], [...full!.y]]).toEqual(['dashed', [1, 3], [0.5, 0.25]])
    expect(shown.subtitle).toContain('dashed: gradient over all training data, every 20 iterations')
  })

  it('shows the minibatch, all data, or the layers of a model as chosen', () => {
    expect(keys(figure({ gradient: 'minibatch' }))[1]).toEqual(['gradient norm', ['Wide', 'Line']])
    expect(keys(figure({ gradient: 'full' }))[1]).toEqual(['gradient norm', ['Wide, all data', 'Line, all data']])
    const layers = figure({ layers: 'Wide' }).panels[2]!
    expect(layers.lines.map(({ key, color, y }) => [key, color, [...y]])).toEqual([
      ['layer0 (1 → 8)', 0, [0.1, 0.2, 0.3]],
      ['layer1 (8 → 1)', 1, [0.4, 1, 0.6]],
    ])
  })

  it('offers only what was recorded, and reads only what it draws', () => {
    const names = (results: ExperimentResults) => kind.controls!(results).map(({ key }) => key)
    const plain = made({ gradient: { perLayer: false } })
    expect(names(made())).toEqual(['gradient', 'layers'])
    expect(names(plain)).toEqual([])
    expect(keys(figure({}, plain))[1]).toEqual(['gradient norm', ['Wide', 'Line']])
    const series = ({ runs }: ExperimentResults) =>
      drawnSeries(
        'gradient-norm',
        runs.map(({ run }) => run),
      )
    expect(series(plain)).toEqual(['batchLoss', 'gradientNorm'])
    expect(series(made()).slice(2)).toEqual(['fullGradientNorm', 'layerGradientNorm.0', 'layerGradientNorm.1'])
  })

  it('marks where the gradient norm took the place of the loss', () => {
    const results = made()
    const outcome = { switchStep: 2, reason: 'reached', loss: 1, gradientNorm: 1e-9, steps: 1 } as const
    results.runs[1]!.run.gradientPhase = outcome
    expect(figure({}, results).marks).toEqual([{ x: 2, text: 'from here: gradient norm' }])
  })

  it('is empty and says so before anything was recorded', () => {
    const shown = figure(
      {},
      madeResults('gradient-norm', {}, () => ({ status: 'queued' })),
    )
    expect(keys(shown).map(([, lines]) => lines)).toEqual([[], []])
    expect(shown.emptyText).toMatch(/^appears /)
  })
})
