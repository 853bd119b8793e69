import { describe, expect, it } from 'vitest'
import { plotGrid, targetFunction } from '../../../shared/data/function-data'
import type { LineFigure } from '../../../shared/figures/figure'
import { experimentKinds } from '../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../shared/experiments/results'
import type { FunctionData } from '../../../shared/experiments/run-spec'
import { madeResults, seriesData, type MadeRun } from '../../support/made-results'

/** The kinds tested here draw lines alone. */
function figuresOf(results: ExperimentResults): LineFigure[] {
  const figures = experimentKinds[results.experiment.kind].figures(results)
  expect(figures.every(({ type }) => type === 'lines')).toBe(true)
  return figures as LineFigure[]
}

const models = [
  { label: 'Deep', hidden: [] },
  { label: 'Shallow', hidden: [] },
]

const sinc = [{ expression: 'sin(5*pi*x)/(5*pi*x)' }]

describe('figures of a simulated function', () => {
  const grid = plotGrid({ type: 'function', expression: 'x', domain: [-1, 1], points: 2, noise: 0, sampling: 'grid' })
  const trained = (position: number): MadeRun => ({
    stepsPerEpoch: 10,
    series: { trainLoss: seriesData([10, 20], [0.5, 0.25]), gradientNorm: seriesData([1, 2, 3], [3, 2, 1]) },
    prediction: { step: 20, epoch: 1240, values: Float32Array.from(grid, () => position) },
  })

  it('are loss, prediction and gradient norm for each function, with ids that last', () => {
    const targets = [{ expression: 'sin(5*pi*x)/(5*pi*x)' }, { expression: 'x^2 + 1' }, { expression: 'x^2 - 1' }]
    const spec = { targets, models, seeds: 1 }
    const expected = [
      ['train-loss-sinc', 'Sin(5πx)/(5πx): training loss'],
      ['prediction-sinc', 'Sin(5πx)/(5πx): prediction'],
      ['gradient-norm-sinc', 'Sin(5πx)/(5πx): gradient norm'],
      ['train-loss-x-2-1', 'x^2 + 1: training loss'],
      ['prediction-x-2-1', 'x^2 + 1: prediction'],
      ['gradient-norm-x-2-1', 'x^2 + 1: gradient norm'],
      ['train-loss-x-2-1-2', 'x^2 - 1: training loss'],
      ['prediction-x-2-1-2', 'x^2 - 1: prediction'],
      ['gradient-norm-x-2-1-2', 'x^2 - 1: gradient norm'],
    ].map(([id, title]) => [id, title!.replace('Sin', 'sin')])
    for (const made of [() => ({}), (_: unknown, position: number) => trained(position)]) {
      const figures = figuresOf(madeResults('simulate-function', spec, made))
      expect(figures.map(({ figureId, title }) => [figureId, title])).toEqual(expected)
    }
  })

  it('are empty and say so before anything was recorded', () => {
    const figures = figuresOf(madeResults('simulate-function', { targets: sinc, models }, () => ({ status: 'queued' })))
    expect(figures.map(({ lines }) => lines)).toEqual([[], [], []])
    for (const { emptyText } of figures) expect(emptyText).toMatch(/^appears /)
  })

  it('draw the truth dashed in the colour of text over one line for each group', () => {
    const [, prediction] = figuresOf(
      madeResults('simulate-function', { targets: sinc, models, seeds: 2 }, (_, position) => trained(position)),
    )
    expect(prediction!.lines.map(({ key, style, color }) => [key, style, color])).toEqual([
      ['Deep', 'line', 0],
      ['Shallow', 'line', 1],
      ['truth', 'dashed', 'text'],
    ])
    const [deep, shallow, truth] = prediction!.lines
    expect([deep!.y[7], deep!.low![7], deep!.high![7], shallow!.y[7]]).toEqual([0.5, 0, 1, 2.5])
    expect(truth!.y).toEqual(grid.map(targetFunction('sin(5*pi*x)/(5*pi*x)', [-1, 1])))
    expect(prediction!.subtitle).toBe(
      'after epoch 1,240; dashed: sin(5πx)/(5πx); mean of 2 seeds, band from lowest to highest',
    )
  })

  it('draw the training points where they are noisy or few, thinned where they are many', () => {
    const points = (data: Partial<FunctionData>) => {
      const figures = figuresOf(
        madeResults('simulate-function', { targets: sinc, data, models, seeds: 1 }, (_, position) => trained(position)),
      )
      const line = figures[1]!.lines.find(({ style }) => style === 'points')
      return { count: line?.x.length, subtitle: figures[1]!.subtitle }
    }
    expect(points({}).count).toBeUndefined()
    expect(points({ points: 20 }).count).toBe(20)
    expect(points({ noise: 0.1, points: 5000 })).toEqual({
      count: 1000,
      subtitle: 'after epoch 1,240; dashed: sin(5πx)/(5πx); 1 in 5 training points of seed 0',
    })
  })

  it('count epochs from the steps of a run', () => {
    const [loss] = figuresOf(
      madeResults('simulate-function', { targets: sinc, models, seeds: 1 }, (_, position) => trained(position)),
    )
    expect([...loss!.lines[0]!.x]).toEqual([1, 2])
    expect([loss!.x.label, loss!.y.label, loss!.y.scale]).toEqual(['epoch', 'loss (mean squared error)', 'log'])
  })
})

describe('figures of a task', () => {
  const trained = (): MadeRun => ({
    stepsPerEpoch: 2,
    series: {
      trainLoss: seriesData([2, 4], [0.5, 0.25]),
      testLoss: seriesData([2, 4], [0.6, 0.3]),
      trainAccuracy: seriesData([2, 4], [0.9, 0.95]),
      testAccuracy: seriesData([2, 4], [0.88, 0.93]),
      gradientNorm: seriesData([1, 2, 3, 4], [4, 3, 2, 1]),
    },
  })

  it('are loss, accuracy in per cent and gradient norm, with training dashed in the colour of its model', () => {
    const figures = figuresOf(madeResults('train-on-task', { models }, trained))
    expect(figures.map(({ figureId, y }) => [figureId, y.label, y.scale])).toEqual([
      ['loss', 'loss (cross-entropy)', 'log'],
      ['accuracy', 'accuracy (%)', 'linear'],
      ['gradient-norm', '‖∇L‖', 'log'],
    ])
    expect(figures[1]!.lines.map(({ key, style, color, legend, y }) => [key, style, color, legend, [...y]])).toEqual([
      ['Deep, training', 'dashed', 0, 'Deep', [90, 95]],
      ['Shallow, training', 'dashed', 1, 'Shallow', [90, 95]],
      ['Deep, test', 'line', 0, 'Deep', [88, 93]],
      ['Shallow, test', 'line', 1, 'Shallow', [88, 93]],
    ])
    expect(figures[0]!.subtitle).toContain('Drawn digits; solid: test, dashed: training')
  })

  it('are the same for the same results', () => {
    const results = madeResults('train-on-task', { models, seeds: 3 }, trained)
    expect(figuresOf(results)).toEqual(figuresOf(results))
  })
})
