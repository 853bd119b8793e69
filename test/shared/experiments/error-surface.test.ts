import { describe, expect, it } from 'vitest'
import type { SurfaceResult } from '../../../shared/analyses/error-surface'
import { isLabError } from '../../../shared/api/errors'
import type { RunId } from '../../../shared/api/ids'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../shared/experiments/results'
import type { FieldFigure, LineFigure, SpaceFigure } from '../../../shared/figures/figure'
import { withAnalyses } from '../../support/made-analyses'
import { madeResults } from '../../support/made-results'

const kind = experimentKinds['error-surface']
const plan = (spec: unknown) => kind.plan(parseSpec('error-surface', spec))
const models = [
  { label: 'A', hidden: 'dense 3 tanh' },
  { label: 'B', hidden: 'dense 4 tanh' },
]

describe('the plan of error surfaces', () => {
  it('keeps snapshots of each run and asks it alone', () => {
    const { runs, analyses } = plan({ models, seeds: 2, snapshots: { every: 7, unit: 'step' } })
    for (const { spec } of runs) expect(spec.record).toEqual({ snapshots: { every: 7, unit: 'step' } })
    expect(analyses!.map(({ label, runs: asked }) => [label, asked])).toEqual([
      ['A, seed 0', [0]],
      ['A, seed 1', [1]],
      ['B, seed 0', [2]],
      ['B, seed 1', [3]],
    ])
  })

  it('goes from each seed of a model to the next, or through three of them', () => {
    const between = (dimensions: number, seeds: number) =>
      plan({ models, seeds, surface: { directions: 'runs', dimensions } })
    const line = between(1, 3)
    expect(line.analyses!.map(({ label, runs: asked }) => [label, asked])).toEqual([
      ['A, seeds 0 and 1', [0, 1]],
      ['A, seeds 1 and 2', [1, 2]],
      ['B, seeds 0 and 1', [3, 4]],
      ['B, seeds 1 and 2', [4, 5]],
    ])
    expect(line.runs[0]!.spec.record).toBeUndefined()
    expect(between(2, 3).analyses!.map(({ label }) => label)).toEqual(['A, seeds 0, 1 and 2', 'B, seeds 0, 1 and 2'])
  })

  it('refuses fewer runs than that, where they are chosen', () => {
    const issue = (spec: unknown): unknown => {
      try {
        plan(spec)
      } catch (error) {
        return isLabError(error, 'spec/invalid') ? error.issues : error
      }
      return undefined
    }
    const surface = { directions: 'runs', dimensions: 2 }
    expect(issue({ seeds: 2, surface })).toEqual([
      { path: ['seeds'], message: 'a plane through runs needs 3 seeds, and there are 2' },
    ])
    expect(issue({ runs: ['r00000001'] as RunId[], surface: { ...surface, dimensions: 1 } })).toEqual([
      { path: ['runs'], message: 'a line between runs needs 2 runs, and there is 1' },
    ])
  })

  it('keeps what the plane needs in a quick look', () => {
    const quick = kind.quick(parseSpec('error-surface', { seeds: 5, surface: { directions: 'runs' } })) as {
      seeds: number
      surface: { resolution: number }
    }
    expect(quick).toMatchObject({ seeds: 3, surface: { resolution: 25 } })
    expect(kind.plan(quick).analyses).toHaveLength(1)
    const path = kind.quick(parseSpec('error-surface', {})) as {
      training: { epochs: number }
      snapshots: { every: number }
    }
    expect(path.training.epochs / path.snapshots.every).toBeGreaterThanOrEqual(5)
  })
})

const even = Float64Array.of(-1, -0.5, 0, 0.5, 1)

function result(changes: Partial<SurfaceResult> = {}): SurfaceResult {
  const axis = { unit: 'distance', explained: 0.75, coordinates: even, length: 1 } as const
  const values = Float64Array.from({ length: 25 }, (_, at) => 1 + at)
  const point = (step: number, x: number, y: number) => ({
    label: 'A, seed 0',
    step,
    epoch: step / 10,
    coordinates: [x, y],
    trueLoss: 2 / (step + 1),
    planeLoss: 3 / (step + 1),
    distance: 0.25,
  })
  return {
    directions: 'pca',
    axes: [axis, { ...axis, explained: 0.125 }],
    values,
    stride: 1,
    points: [point(0, -1, 0.5), point(10, 0.5, 0.25), point(20, 0, 0)],
    ...changes,
  }
}

function made(spec: object, results: SurfaceResult[]): ExperimentResults {
  const all = madeResults('error-surface', { models, ...spec }, () => ({}))
  return withAnalyses(all, (_, position) => ({ result: results[position] ?? null }))
}

describe('figures of an error surface', () => {
  it('are contours and a surface with the way on it, and the losses of both ways', () => {
    const [field, space, way] = kind.figures(made({}, [result()])) as [FieldFigure, SpaceFigure, LineFigure]
    expect([field.type, space.type, way.type]).toEqual(['field', 'space', 'lines'])
    expect([field.x.label, field.y.label]).toEqual([
      'principal component 1 (75.0 % of variance)',
      'principal component 2 (12.5 % of variance)',
    ])
    expect(field.subtitle).toBe('A, seed 0; loss over all training samples')
    expect([field.xs, field.values]).toEqual([even, result().values])
    const [path] = field.paths
    expect(path).toMatchObject({ joined: true, labels: ['start', '', 'end'] })
    expect([...path!.x]).toEqual([-1, 0.5, 0])
    expect([...space.paths[0]!.z]).toEqual([3, 3 / 11, 3 / 21])
    expect(way.lines.map(({ key, axis }) => [key, axis])).toEqual([
      ['true loss', undefined],
      ['loss on the plane', undefined],
      ['distance from the plane', 'right'],
    ])
  })

  it('draw only what a stride has computed, and say how far it is', () => {
    const values = result().values.slice()
    values.fill(NaN, 5, 10)
    values[24] = Infinity
    const [field] = kind.figures(made({}, [result({ stride: 2, values })])) as [FieldFigure]
    expect([...field.xs]).toEqual([-1, 0, 1])
    expect([...field.values]).toEqual([1, 3, 5, 11, 13, 15, 21, 23, NaN])
    expect(field.subtitle).toBe(
      'A, seed 0; loss over all training samples; 3 × 3 of 5 × 5 points so far; left out where it is not finite (1 point)',
    )
    const [none] = kind.figures(made({}, [result({ stride: 0 })])) as [FieldFigure]
    expect(none.xs).toHaveLength(0)
  })

  it('show the one that is chosen where there are several', () => {
    const results = made({}, [result(), result({ values: new Float64Array(25).fill(7) })])
    const [control] = kind.controls!(results)
    expect(control).toMatchObject({ key: 'surface', default: 'a00000000' })
    expect(control!.options!.map(({ label }) => label)).toEqual(['A, seed 0', 'B, seed 0'])
    const [field] = kind.figures(results, { surface: 'a00000001' }) as [FieldFigure]
    expect(field.values[0]).toBe(7)
  })

  it('put all lines into one figure', () => {
    const axis = { unit: 'share', explained: null, coordinates: even, length: 3 } as const
    const line = (height: number) =>
      result({ directions: 'runs', axes: [axis], values: new Float64Array(5).fill(height), points: [] })
    const spec = { seeds: 3, models: models.slice(0, 1), surface: { directions: 'runs', dimensions: 1 } }
    const figures = kind.figures(made(spec, [line(1), line(2)])) as LineFigure[]
    expect(figures).toHaveLength(1)
    expect(figures[0]!.lines.map(({ key, y }) => [key, y[0]])).toEqual([
      ['A, seeds 0 and 1', 1],
      ['A, seeds 1 and 2', 2],
    ])
    expect(figures[0]!.x.label).toBe('share of the way from run to run')
  })

  it('are empty and say so before the first coarse points', () => {
    for (const surface of [{}, { dimensions: 1 }]) {
      const figures = kind.figures(made({ surface }, []))
      expect(figures.map(({ emptyText }) => emptyText)).toEqual(
        figures.map(() => 'appears with the first coarse points'),
      )
    }
  })
})
