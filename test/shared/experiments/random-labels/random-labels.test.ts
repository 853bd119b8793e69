import { describe, expect, it } from 'vitest'
import type { LineFigure } from '../../../../shared/figures/figure'
import { experimentKinds, parseSpec } from '../../../../shared/experiments/registry'
import { madeResults, seriesData, type MadeRun } from '../../../support/made-results'

const kind = experimentKinds['random-labels']
const models = [
  { label: 'A', hidden: 'dense 4' },
  { label: 'B', hidden: 'dense 5' },
]

describe('the plan of random labels', () => {
  it('trains every model with each share, in colours of their own, and leaves true labels out of the data', () => {
    const spec = parseSpec('random-labels', {
      models,
      seeds: 2,
      labels: { shares: [0, 0.125], how: 'redraw', seed: 9 },
    })
    const { runs } = kind.plan(spec)
    expect(runs.map(({ label, group, groupIndex }) => [label, group, groupIndex])).toEqual([
      ['A, true labels, seed 0', 'A, true labels', 0],
      ['A, true labels, seed 1', 'A, true labels', 0],
      ['A, 12.5 % random, seed 0', 'A, 12.5 % random', 1],
      ['A, 12.5 % random, seed 1', 'A, 12.5 % random', 1],
      ['B, true labels, seed 0', 'B, true labels', 2],
      ['B, true labels, seed 1', 'B, true labels', 2],
      ['B, 12.5 % random, seed 0', 'B, 12.5 % random', 3],
      ['B, 12.5 % random, seed 1', 'B, 12.5 % random', 3],
    ])
    expect(runs[0]!.spec.data).not.toHaveProperty('labels')
    expect(runs[3]!.spec.data).toMatchObject({ labels: { share: 0.125, how: 'redraw', seed: 9 } })
    expect(kind.name(spec)).toBe('Drawn digits, 2 models, 2 shares of random labels')
  })

  it('keeps the ends of many shares in a quick look', () => {
    const shares = [0, 0.1, 0.2, 0.5, 0.7, 0.9, 1]
    const quick = kind.quick(parseSpec('random-labels', { labels: { shares } }))
    expect(quick).toMatchObject({ labels: { shares: [0, 0.5, 1] } })
  })
})

describe('the figures of random labels', () => {
  /** 100 % on training labels, on the test what the true labels leave. */
  const made = (share: number, seed: number): MadeRun => ({
    series: {
      trainLoss: seriesData([1, 2], [2, 0.1]),
      testLoss: seriesData([1, 2], [2.3, 2.5]),
      trainAccuracy: seriesData([1, 2], [0.5, 1]),
      testAccuracy: seriesData([1, 2], [0.2, 0.9 * (1 - share) + 0.1 - 0.02 * seed]),
    },
  })
  const resultsOf = (spec: object) =>
    madeResults('random-labels', spec, ({ spec: { data, seed } }) =>
      made(data.type === 'dataset' ? (data.labels?.share ?? 0) : NaN, seed),
    )

  it('are curves of each model and the ends against the share, mean and band over seeds', () => {
    const figures = kind.figures(resultsOf({ models, seeds: 2, labels: { shares: [1, 0] } })) as LineFigure[]
    expect(figures.map(({ figureId }) => figureId)).toEqual([
      'loss-a',
      'accuracy-a',
      'loss-b',
      'accuracy-b',
      'accuracy-by-share',
      'gap-by-share',
    ])
    expect(new Set(figures[0]!.lines.map(({ legend }) => legend))).toEqual(
      new Set(['A, 100 % random', 'A, true labels']),
    )
    const [training, test] = figures[4]!.lines
    expect(training).toMatchObject({ name: 'A, training', style: 'dashed', color: 0, dots: true })
    expect([...training!.x]).toEqual([0, 100])
    expect([...training!.y]).toEqual([100, 100])
    expect([...test!.y].map(Math.round)).toEqual([99, 9])
    expect([...test!.low!].map(Math.round)).toEqual([98, 8])
    expect([...test!.high!].map(Math.round)).toEqual([100, 10])
    expect([...figures[5]!.lines[1]!.y].map(Math.round)).toEqual([1, 91])
  })

  it('of one model and one share are without names in front, and without a band', () => {
    const figures = kind.figures(resultsOf({ labels: { shares: [1] } })) as LineFigure[]
    expect(figures.map(({ title }) => title)).toEqual([
      'Loss',
      'Accuracy',
      'Accuracy at the end',
      'Generalization gap at the end',
    ])
    expect(figures[2]!.lines.every((line) => line.low === undefined)).toBe(true)
  })

  it('leave diverged runs out of the mean, and are empty before the first epoch', () => {
    const some = madeResults('random-labels', { seeds: 2, labels: { shares: [1] } }, ({ spec }) => ({
      ...made(1, 0),
      ...(spec.seed === 1 ? { status: 'diverged', series: { testAccuracy: seriesData([1], [0]) } } : {}),
    }))
    const [, , ends] = kind.figures(some) as LineFigure[]
    expect([...ends!.lines[1]!.y].map(Math.round)).toEqual([10])
    const none = kind.figures(madeResults('random-labels', {}, () => ({ status: 'queued' }))) as LineFigure[]
    expect(none.map(({ lines }) => lines)).toEqual([[], [], [], []])
  })
})
