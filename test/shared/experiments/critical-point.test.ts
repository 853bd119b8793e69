import { describe, expect, it } from 'vitest'
import type { CriticalPointResult } from '../../../shared/analyses/critical-point'
import { isLabError } from '../../../shared/api/errors'
import type { RunId } from '../../../shared/api/ids'
import { criticalPointSchema } from '../../../shared/experiments/critical-point/spec'
import { experimentKinds, parseSpec, presetSpec } from '../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../shared/experiments/results'
import type { ScatterFigure, StackedFigure } from '../../../shared/figures/figure'
import { parameterCount } from '../../../shared/models/model'
import { withAnalyses, type MadeAnalysis } from '../../support/made-analyses'
import { madeResults, seriesData } from '../../support/made-results'

const kind = experimentKinds['critical-point']
const plan = (spec: unknown) => kind.plan(parseSpec('critical-point', spec))

function issuesOf(spec: unknown): [string, string][] {
  try {
    plan(spec)
    return []
  } catch (error) {
    if (!isLabError(error, 'spec/invalid')) throw error
    return error.issues.map(({ path, message }) => [path.join('.'), message])
  }
}

describe('the plan of critical points', () => {
  it('trains each model with each method and seed, and asks one question of each run', () => {
    const { runs, analyses } = plan({
      models: [
        { label: 'A', hidden: 'dense 3 tanh' },
        { label: 'B', hidden: 'dense 4 tanh' },
      ],
      search: { methods: ['newton', 'adam'], learningRate: 0.02, targetNorm: 1e-7, maxSteps: 9 },
      seeds: 2,
      firstSeed: 5,
    })
    expect(runs.map(({ label, groupIndex }) => [label, groupIndex])).toEqual([
      ['A, Newton, seed 5', 0],
      ['A, Newton, seed 6', 0],
      ['B, Newton, seed 5', 1],
      ['B, Newton, seed 6', 1],
      ['A, Adam, seed 5', 2],
      ['A, Adam, seed 6', 2],
      ['B, Adam, seed 5', 3],
      ['B, Adam, seed 6', 3],
    ])
    const common = { switchAt: { at: 'step', step: 1000 }, targetNorm: 1e-7, maxSteps: 9 }
    expect(runs[0]!.spec.gradientPhase).toEqual({ ...common, method: 'newton' })
    expect(runs[4]!.spec.gradientPhase).toEqual({ ...common, method: 'adam', learningRate: 0.02 })
    expect(analyses!.map(({ label, runs: asked }) => [label, asked])).toEqual(runs.map(({ label }, i) => [label, [i]]))
    expect(analyses![1]!.spec).toEqual({
      targetNorm: 1e-7,
      tolerance: 1e-8,
      neighbours: { count: 100, radius: 1e-3 },
      spectrum: 'exact',
      seed: 6,
    })
  })

  it('asks older runs where they ended', () => {
    const runs = ['r00000001', 'r00000002'] as RunId[]
    const { analyses } = plan({ runs, search: { targetNorm: 1e-3 } })
    expect(analyses!.map(({ label, runs: asked }) => [label, asked])).toEqual([
      ['Run r00000001', ['r00000001']],
      ['Run r00000002', ['r00000002']],
    ])
    expect(analyses![0]!.spec).toMatchObject({ targetNorm: 1e-3 })
  })

  it('refuses a Hessian too large for memory, and methods that solve with one, at their fields', () => {
    const large = { models: [{ label: 'Large', hidden: 'dense 100 tanh, dense 100 tanh' }] }
    expect(issuesOf({ ...large, search: { methods: ['lbfgs', 'newton'] } })).toEqual([
      [
        'spectrum',
        expect.stringMatching(/^the exact Hessian of 10,401 parameters needs 2\.6 GB .* choose the Lanczos density/),
      ],
      [
        'search.methods.1',
        expect.stringMatching(/^Newton solves with the whole Hessian, for at most 4,096 parameters/),
      ],
    ])
    expect(issuesOf({ ...large, search: { methods: ['lbfgs'] }, spectrum: 'lanczos' })).toEqual([])
  })

  it('refuses what its schema does not know', () => {
    const message = (spec: unknown): string => {
      const result = criticalPointSchema.safeParse(spec)
      return result.success ? '' : result.error.issues.map(({ path }) => path.join('.')).join(' ')
    }
    expect(message({ search: { methods: [] } })).toBe('search.methods')
    expect(message({ search: { methods: ['newton', 'newton'] } })).toBe('search.methods.1')
    expect(message({ tolerance: 1 })).toBe('tolerance')
    expect(message({ neighbours: { count: 1, radius: 0 } })).toBe('neighbours.radius')
  })

  it('has the networks of the reports', () => {
    const counts = (name: string): number[] => {
      const { runs } = kind.plan(presetSpec('critical-point', name))
      return [...new Set(runs.map(({ spec }) => parameterCount(spec.model)))]
    }
    expect(counts('default')).toEqual([251])
    expect(counts('report-1')).toEqual([251])
    expect(counts('report-2')).toEqual([385])
    expect(counts('report-3')).toEqual([32])
    expect(counts('lanczos-mnist')).toEqual([23_860])
    for (const name of ['default', 'report-1', 'report-2', 'report-3', 'report-4']) {
      expect(kind.plan(presetSpec('critical-point', name)).runs).toHaveLength(100)
    }
  })

  it('takes ten trainings for a quick look, and steps that fit a minute', () => {
    const quick = kind.quick(presetSpec('critical-point', 'default')) as { seeds: number; search: { maxSteps: number } }
    expect(quick.seeds).toBe(10)
    expect(quick.search.maxSteps).toBeGreaterThan(100)
    const report2 = kind.quick(presetSpec('critical-point', 'report-2')) as typeof quick
    expect(report2.search.maxSteps).toBeLessThanOrEqual(100)
    expect(kind.name(presetSpec('critical-point', 'default'))).toBe('sin(5πx)/(5πx), 100 critical points')
  })
})

const spec = { models: [{ label: 'A', hidden: 'dense 2 tanh' }], seeds: 4, search: { targetNorm: 1e-3 } }

function result(changes: Partial<CriticalPointResult>): CriticalPointResult {
  return {
    loss: 0.1,
    gradientNorm: 1e-4,
    weightNorm: 2,
    targetNorm: 1e-3,
    reached: true,
    method: 'newton',
    eigenvalues: Float64Array.of(-1, -1e-5, 0, 1e-4, 1, 2, 10),
    weights: null,
    parameterCount: 7,
    neighbours: 10,
    neighboursHigher: 0.9,
    ...changes,
  }
}

/** One that reached its target, one that did not, one that diverged, one without a result. */
function made(): ExperimentResults {
  const results = madeResults('critical-point', spec, (_, position) => ({
    status: position === 2 ? 'diverged' : 'finished',
    series: {
      batchLoss: seriesData([1, 2, 3], [1, 0.5, 0.25 + position]),
      gradientNorm: seriesData([1, 2, 3], [3, 2, 1]),
    },
  }))
  for (const { run } of results.runs) {
    run.gradientPhase = { switchStep: 2, reason: 'reached', steps: 1, loss: 0.1, gradientNorm: 1e-4 }
  }
  const all: MadeAnalysis[] = [
    { result: result({}) },
    { result: result({ reached: false, gradientNorm: 0.5, loss: 0.2 }) },
    { result: result({ reached: false, loss: 30 }) },
    { status: 'failed', result: null },
  ]
  return withAnalyses(results, (_, position) => all[position]!)
}

describe('figures of critical points', () => {
  const ids = ['minimal-ratio', 'phases', 'spectrum', 'eigenvalue-density']

  it('are there before anything has ended, and empty', () => {
    const results = withAnalyses(
      madeResults('critical-point', spec, () => ({ status: 'queued' })),
      () => ({
        status: 'queued',
        result: null,
      }),
    )
    const figures = kind.figures(results)
    expect(figures.map(({ figureId }) => figureId)).toEqual(ids)
    for (const { emptyText } of figures) expect(emptyText).toMatch(/^appears /)
    expect(kind.controls!(results)).toEqual([])
    expect((figures[0] as ScatterFigure).groups).toEqual([])
  })

  it('show trainings that did not reach the target as rings and diverged ones as crosses, and count them', () => {
    const [ratio] = kind.figures(made()) as [ScatterFigure]
    expect(ratio.groups.map(({ key, marker, legend }) => [key, marker, legend])).toEqual([
      ['A, Newton', 'dot', 'A, Newton'],
      ['A, Newton, target not reached', 'ring', 'A, Newton'],
      ['A, Newton, diverged', 'cross', 'A, Newton'],
    ])
    expect(ratio.groups.map(({ x, y, values }) => [x[0], y[0], values![0]])).toEqual([
      [0.1, 4 / 7, 1e-4],
      [0.2, 4 / 7, 0.5],
      [30, 4 / 7, 1e-4],
    ])
    expect(ratio.subtitle).toBe(
      '1 of 4 trainings reached ‖∇L‖ ≤ 0.001; rings: 1 did not; crosses: 1 diverged; 1 could not be looked at; ' +
        'an eigenvalue is positive above 1e-8 of the largest in magnitude',
    )
    expect(ratio.groups[1]!.notes![0]).toBe(
      [
        'training: A, Newton, seed 1',
        'minimal ratio: 0.5714',
        'loss: 0.2',
        'gradient norm: 0.5 (not reached)',
        'eigenvalues: 4 positive, 1 zero, 2 negative',
        'neighbours with a higher loss: 90 %',
      ].join('\n'),
    )
  })

  it('follow another tolerance without another analysis', () => {
    const figures = kind.figures(made(), { tolerance: 1e-4 }) as ScatterFigure[]
    expect(figures[0]!.groups[0]!.y[0]).toBe(3 / 7)
    expect(figures[2]!.subtitle).toBe('A, Newton, seed 0; 3 positive, 3 zero (within 1e-4 of the largest), 1 negative')
    expect([...figures[2]!.lines![0]!.y]).toEqual([1e-3, 1e-3])
    // What is no tolerance is the one of the spec.
    expect((kind.figures(made(), { tolerance: 'x' })[0] as ScatterFigure).groups[0]!.y[0]).toBe(4 / 7)
  })

  it('draw the eigenvalues of the training that a click chose, by sign', () => {
    const results = made()
    const choice = kind.pick!(results, { figureId: 'minimal-ratio', key: 'A, Newton, target not reached', index: 0 })
    expect(choice).toEqual({ training: 'a00000001' })
    expect(kind.pick!(results, { figureId: 'spectrum', key: 'positive', index: 0 })).toBeNull()
    const [, phases, spectrum, density] = kind.figures(results, choice!) as [
      ScatterFigure,
      StackedFigure,
      ScatterFigure,
      StackedFigure,
    ]
    expect(spectrum.subtitle).toMatch(/^A, Newton, seed 1; /)
    const [positive, negative] = spectrum.groups
    expect([[...positive!.x], [...positive!.y]]).toEqual([
      [1, 2, 3, 4],
      [10, 2, 1, 1e-4],
    ])
    expect([[...negative!.x], [...negative!.y]]).toEqual([
      [1, 2],
      [1, 1e-5],
    ])
    expect(phases.panels[0]!.lines.map(({ key }) => key)).toContain('chosen: A, Newton, seed 1')
    expect(density.figureId).toBe('eigenvalue-density')
    const controls = kind.controls!(results)
    expect(controls.map(({ key, default: value }) => [key, value])).toEqual([
      ['tolerance', 1e-8],
      ['training', 'a00000000'],
    ])
  })

  it('draw the median of loss and gradient norm through both phases, with a mark at the switch', () => {
    const [, phases] = kind.figures(made()) as [ScatterFigure, StackedFigure]
    expect(phases.marks).toEqual([{ x: 2, text: 'switch to the gradient norm' }])
    expect(phases.panels.map(({ key }) => key)).toEqual(['loss', 'gradient norm'])
    const median = phases.panels[0]!.lines.find(({ key }) => key === 'A, Newton')!
    expect([...median.y]).toEqual([1, 0.5, 1.75])
    expect([...median.low!]).toEqual([1, 0.5, 0.25])
  })

  it('say that an estimate is one', () => {
    const results = withAnalyses(
      madeResults('critical-point', spec, () => ({})),
      () => ({
        result: result({
          eigenvalues: Float64Array.of(-1, 4),
          weights: Float64Array.of(0.25, 0.75),
          parameterCount: 100,
        }),
      }),
    )
    const [ratio, , spectrum] = kind.figures(results) as ScatterFigure[]
    expect(ratio!.groups[0]!.y[0]).toBe(0.75)
    expect(ratio!.subtitle).toMatch(/estimated by stochastic Lanczos quadrature$/)
    expect(spectrum!.subtitle).toContain('about 75 positive, 0 zero (within 1e-8 of the largest), 25 negative')
    expect([...spectrum!.groups[0]!.x]).toEqual([37.5])
  })
})
