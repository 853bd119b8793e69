import { describe, expect, it } from 'vitest'
import type { LineFigure } from '../../../../shared/figures/figure'
import { experimentKinds, parseSpec } from '../../../../shared/experiments/registry'
import { parameterCount } from '../../../../shared/models/model'
import { madeResults, seriesData } from '../../../support/made-results'

const kind = experimentKinds['parameter-count']
const family = { label: 'One', hidden: 'dense 4 tanh' }
const deeper = { label: 'Two', hidden: 'dense 4, dense 4', initialization: 'he-normal' }
const counts = [40_000, 10_000]

describe('the plan of parameter counts', () => {
  it('solves the widths of each family for each count and keeps the rest of it', () => {
    const spec = parseSpec('parameter-count', { models: [family, deeper], sizes: { counts }, seeds: 1 })
    const { runs } = kind.plan(spec)
    expect(runs.map(({ group, groupIndex }) => [group, groupIndex])).toEqual([
      ['One, 784-50-10 (39,760)', 0],
      ['One, 784-13-10 (10,345)', 1],
      ['Two, 784-47-53-10 (39,979)', 2],
      ['Two, 784-12-15-10 (9,775)', 3],
    ])
    expect(runs[0]!.spec.model.layers[0]).toMatchObject({ activation: 'tanh' })
    expect(runs[2]!.spec.model).toMatchObject({ initialization: 'he-normal' })
    expect(kind.name(spec)).toBe('Drawn digits, 2 sizes of 2 models')
  })

  it('narrows towards the output where that is asked for', () => {
    const sizes = { counts: [60_000, 120_000], widths: 'tapered' }
    const { runs } = kind.plan(parseSpec('parameter-count', { models: [deeper], sizes, seeds: 1 }))
    for (const { spec } of runs) {
      const [first, second] = spec.model.layers.map((layer) => (layer.type === 'dense' ? layer.units : NaN))
      expect(second! / first!).toBeLessThan(0.5)
    }
  })

  it('takes models as they are without counts, of any layers', () => {
    const models = [family, { label: 'CNN', hidden: 'conv 4 3x3, pool 2, dense 8' }]
    const { runs } = kind.plan(parseSpec('parameter-count', { models, sizes: { counts: [] }, seeds: 1 }))
    expect(runs.map(({ group, spec }) => [group, parameterCount(spec.model)])).toEqual([
      ['One (3,190)', 3190],
      ['CNN (5,546)', 5546],
    ])
  })

  it('has the smallest and the largest in a quick look', () => {
    const quick = (spec: object) => kind.plan(kind.quick(parseSpec('parameter-count', spec))).runs
    const sizesOf = (spec: object) => [...new Set(quick(spec).map((run) => parameterCount(run.spec.model)))]
    const all = kind.plan(parseSpec('parameter-count', {})).runs.map((run) => parameterCount(run.spec.model))
    const few = sizesOf({})
    expect([few[0], few.at(-1)]).toEqual([all[0], all.at(-1)])
    expect(few.length).toBeLessThan(10)
    const widths = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((width) => ({ label: `${width}`, hidden: `dense ${width}` }))
    expect(sizesOf({ models: widths, sizes: { counts: [] } })).toEqual(expect.arrayContaining([805, 7165]))
  })
})

describe('the figures of parameter counts', () => {
  const resultsOf = (spec: object) =>
    madeResults('parameter-count', spec, ({ spec: run, groupIndex }) => ({
      series: {
        trainLoss: seriesData([1, 2], [0.5 - run.seed / 10, 0.9]),
        testLoss: seriesData([1, 2], [groupIndex, groupIndex + 1]),
        trainAccuracy: seriesData([1, 2], [0.5, 1]),
        testAccuracy: seriesData([1, 2], [0.25, 0.75]),
      },
    }))
  const figuresOf = (spec: object, value?: string) =>
    kind.figures(resultsOf(spec), value === undefined ? undefined : { value }) as LineFigure[]

  it('go against the counts in ascending order, a line for each family, training dashed', () => {
    const figures = figuresOf({ models: [family, deeper], sizes: { counts }, seeds: 2 })
    expect(figures.map(({ figureId }) => figureId)).toEqual([
      'loss-by-parameters',
      'accuracy-by-parameters',
      'loss',
      'accuracy',
    ])
    const [loss, accuracy] = figures
    expect(loss!.x).toMatchObject({ label: 'parameters', scale: 'log' })
    expect(loss!.lines.map(({ name, style, color }) => [name, style, color])).toEqual([
      ['One, training', 'dashed', 0],
      ['One, test', 'line', 0],
      ['Two, training', 'dashed', 1],
      ['Two, test', 'line', 1],
    ])
    const [, one, , two] = loss!.lines
    expect([...one!.x]).toEqual([10_345, 39_760])
    expect([...one!.y]).toEqual([2, 1])
    expect([...two!.y]).toEqual([4, 3])
    expect([...accuracy!.lines[1]!.y]).toEqual([75, 75])
  })

  it('show the best of all epochs where that is chosen', () => {
    const spec = { models: [family], sizes: { counts }, seeds: 2 }
    const [last, best] = [figuresOf(spec)[0]!, figuresOf(spec, 'best')[0]!]
    expect([...last.lines[0]!.y]).toEqual([0.9, 0.9])
    expect(best.lines.map(({ name }) => name)).toEqual(['training', 'test'])
    expect([...best.lines[0]!.y]).toEqual([0.45, 0.45])
    expect([...best.lines[0]!.low!]).toEqual([0.4, 0.4])
    expect([...best.lines[0]!.high!]).toEqual([0.5, 0.5])
    expect(best.subtitle).toContain('best of all epochs')
    expect(kind.controls!(resultsOf(spec)).map(({ key }) => key)).toEqual(['value'])
  })

  it('of a function have no accuracy', () => {
    const task = { type: 'function', expression: 'x' }
    const spec = { task, models: [family], sizes: { counts: [100, 1000] }, seeds: 1 }
    expect(figuresOf(spec).map(({ figureId, y }) => [figureId, y.label])).toEqual([
      ['loss-by-parameters', 'loss (mean squared error)'],
      ['loss', 'loss (mean squared error)'],
    ])
  })
})
