import { describe, expect, it } from 'vitest'
import { sensitivityAnalysis, type SensitivityResult } from '../../../../shared/analyses/sensitivity'
import type { RunId } from '../../../../shared/api/ids'
import type { AnalysisSummary, RunStatus } from '../../../../shared/api/records'
import { experimentKinds, presetSpec } from '../../../../shared/experiments/registry'
import type { ExperimentResults, RunResults } from '../../../../shared/experiments/results'
import type { RunSpec } from '../../../../shared/experiments/run-spec'
import type { SensitivityInput } from '../../../../shared/experiments/sensitivity/spec'
import type { LineFigure } from '../../../../shared/figures/figure'
import { parameterCount } from '../../../../shared/models/model'
import { learningRateOf } from '../../../../shared/models/optimizer'
import { madeResults, seriesData } from '../../../support/made-results'
import { planned } from '../../../support/planned'

const kind = experimentKinds.sensitivity
const { planOf, problems } = planned<SensitivityInput>('sensitivity')

const two = [
  { label: 'A', hidden: 'dense 3' },
  { label: 'B', hidden: 'dense 4' },
] as unknown as SensitivityInput['models']

describe('a plan of sensitivities', () => {
  it('trains each network with each value from the same seeds, and asks each run', () => {
    const { runs, analyses } = planOf({ models: two, vary: { what: 'batchSize', values: [8, 64] }, seeds: 2 })
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
    expect(analyses!.map(({ label, group, groupIndex, runs: asked }) => [label, group, groupIndex, asked])).toEqual(
      runs.map(({ label, group, groupIndex }, position) => [label, group, groupIndex, [position]]),
    )
  })

  it('asks older runs instead, each by itself', () => {
    const { runs, analyses } = planOf({ runs: ['r00000001', 'r00000002'] as RunId[], gradients: { samples: 7 } })
    expect(runs).toEqual([])
    expect(analyses!.map(({ kind: asked, spec, runs: ids }) => [asked, spec, ids])).toEqual([
      ['sensitivity', { samples: 7 }, ['r00000001']],
      ['sensitivity', { samples: 7 }, ['r00000002']],
    ])
  })

  it.each<[string, unknown, string[]]>([
    [
      'a single value',
      { vary: { what: 'batchSize', values: [64] } },
      ['vary.values: a sweep needs at least two values'],
    ],
    [
      'equal values',
      { vary: { what: 'learningRate', values: [0.1, 0.1] } },
      ['vary.values.1: this learning rate is there twice'],
    ],
    [
      'batch sizes left over where learning rates are meant',
      { vary: { what: 'learningRate', values: [8, 128, 2048] } },
      ['vary.values: these are batch sizes, not learning rates'],
    ],
    [
      'half a sample',
      { vary: { what: 'batchSize', values: [64, 1.5] } },
      ['vary.values.1: batch size must be a whole number'],
    ],
    [
      'batches larger than the data',
      { task: { type: 'dataset', name: 'mnist' }, vary: { what: 'batchSize', values: [64, 60_001, 100_000] } },
      [
        'vary.values.1: a batch of 60,001 is larger than the 60,000 training samples',
        'vary.values.2: a batch of 100,000 is larger than the 60,000 training samples',
      ],
    ],
    [
      'an optimizer that chooses its own steps',
      {
        training: { optimizer: { type: 'lbfgs' }, batchSize: 'full' },
        vary: { what: 'learningRate', values: [1, 2] },
      },
      ['vary.what: L-BFGS chooses its steps itself: its learning rate cannot be varied'],
    ],
    ['gradients of no samples', { gradients: { samples: 0 } }, ['gradients.samples: samples must be at least 1']],
  ])('refuses %s', (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected)
  })

  it('is asked of one run at a time', () => {
    const [first, second] = planOf({}).runs.map(({ label, spec }) => ({
      label,
      spec,
      parameterCount: parameterCount(spec.model),
    }))
    expect(() => sensitivityAnalysis.check({}, [first!])).not.toThrow()
    expect(() => sensitivityAnalysis.check({}, [first!, second!])).toThrow(
      'sensitivity is asked of one run at a time, not of 2',
    )
  })

  it('has the networks and settings of the reports', () => {
    const runsOf = (name: string): RunSpec[] => kind.plan(presetSpec('sensitivity', name)).runs.map(({ spec }) => spec)
    const reports = [0, 1, 2, 3, 4].map((report) => runsOf(`report-${report}`))
    expect(reports.map(([first]) => parameterCount(first!.model))).toEqual([118_282, 280_610, 101_770, 16_640, 104_938])
    expect(reports.map((runs) => [runs.length, runs[0]!.epochs, runs[0]!.maxSteps, runs[0]!.optimizer.type])).toEqual([
      [10, 5, undefined, 'adam'],
      [7, 100, undefined, 'adam'],
      [6, 20, 500, 'sgd'],
      [5, 10, undefined, 'adam'],
      [5, 40, undefined, 'adam'],
    ])
    expect(reports[0]!.map(({ batchSize }) => batchSize)).toEqual([4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
    const ends = (runs: RunSpec[]) => [runs[0]!.batchSize, runs.at(-1)!.batchSize]
    expect([ends(reports[1]!), ends(reports[3]!)]).toEqual([
      [10, 10_000],
      [5, 1500],
    ])
    expect(reports[4]!.map(({ batchSize, optimizer }) => [batchSize, learningRateOf(optimizer)])).toEqual(
      [0.1, 0.01, 0.001, 0.0001, 0.00001].map((rate) => [1024, rate]),
    )
  })

  it('of equal steps takes them with the largest batch too', () => {
    for (const name of ['equal-steps', 'mnist-equal-steps', 'report-2']) {
      for (const { spec } of kind.plan(presetSpec('sensitivity', name)).runs) {
        const samples = (spec.data.type === 'dataset' && spec.data.trainSize) || 60_000
        expect(Math.ceil(samples / Number(spec.batchSize)) * spec.epochs).toBeGreaterThanOrEqual(spec.maxSteps!)
      }
    }
  })

  it('is quick with fewer values, none of them larger than the data, and fewer gradients', () => {
    const quick = kind.quick(presetSpec('sensitivity', 'report-1')) as SensitivityInput
    const { values } = quick.vary!
    expect(values.length).toBeLessThanOrEqual(6)
    expect(values[0]).toBe(10)
    expect(Math.max(...values)).toBeLessThanOrEqual((quick.task as { trainSize: number }).trainSize)
    expect(quick.gradients).toEqual({ samples: 500 })
    expect(quick.training!.batchSize).toBe(64)
  })
})

/** Test twice as large as training; of a loss and a sensitivity that a test chooses. */
function answer(loss: number, ofLoss: number, ofOutputs = 10 * ofLoss): SensitivityResult {
  const training = { loss, accuracy: 0.9, ofLoss, ofOutputs, samples: 50 }
  return {
    training,
    test: { loss: 2 * loss, accuracy: 0.8, ofLoss: 2 * ofLoss, ofOutputs: 2 * ofOutputs, samples: 40 },
  }
}

/** Answers of runs by their position; null: none, as the analysis failed. */
function asked(results: ExperimentResults, answers: (run: RunResults, position: number) => SensitivityResult | null) {
  const analyses = results.runs.map((result, position) => {
    const found = answers(result, position)
    const analysis = { kind: 'sensitivity', status: found ? 'finished' : 'failed', runIds: [result.run.runId] }
    return { analysis: analysis as AnalysisSummary, result: found }
  })
  return { ...results, analyses }
}

const figuresOf = (results: ExperimentResults, choices = {}) => kind.figures(results, choices) as LineFigure[]
const figure = (results: ExperimentResults, id: string, choices = {}) =>
  figuresOf(results, choices).find(({ figureId }) => figureId === id)!

describe('the figures of a sweep', () => {
  const sweep: SensitivityInput = { vary: { what: 'batchSize', values: [64, 8] }, seeds: 2 }
  const made = (spec: SensitivityInput = sweep, status: (position: number) => RunStatus = () => 'finished') =>
    madeResults('sensitivity', spec, (_, position) => ({
      status: status(position),
      series: { testLoss: seriesData([1, 2], [2, 1]), testAccuracy: seriesData([1, 2], [0.5, 0.6]) },
    }))
  const bySeed = ({ run }: RunResults) => answer(run.seed + 1, run.seed + 3)

  it('have two axes over the values in their order, tests solid and training dashed, mean and band over seeds', () => {
    const { x, y, right, lines } = figure(asked(made(), bySeed), 'loss-and-sensitivity')
    expect([x.label, x.scale, y.label, right!.label]).toEqual(['batch size', 'log', 'loss', 'sensitivity ‖∂loss/∂x‖'])
    expect(lines.map(({ name, style, axis, x: xs, y: ys }) => [name, style, axis, [...xs], [...ys]])).toEqual([
      ['loss, test', 'line', undefined, [8, 64], [3, 3]],
      ['loss, training', 'dashed', undefined, [8, 64], [1.5, 1.5]],
      ['sensitivity of the loss, test', 'line', 'right', [8, 64], [7, 7]],
      ['sensitivity of the loss, training', 'dashed', 'right', [8, 64], [3.5, 3.5]],
    ])
    expect([[...lines[0]!.low!], [...lines[0]!.high!]]).toEqual([
      [2, 2],
      [4, 4],
    ])
  })

  it('are those of loss, accuracy, both sensitivities, and of the trainings', () => {
    const figures = figuresOf(asked(made(), bySeed))
    expect(figures.map(({ figureId }) => figureId)).toEqual([
      'loss-and-sensitivity',
      'accuracy-and-sensitivity',
      'sensitivities',
      'loss',
      'accuracy',
    ])
    const accuracy = figures[1]!.lines.filter(({ axis }) => axis !== 'right')
    expect(accuracy.map(({ y }) => [...y])).toEqual([
      [80, 80],
      [90, 90],
    ])
    const outputs = figures[2]!.lines.filter(({ axis }) => axis === 'right')
    expect(outputs.map(({ y }) => [...y])).toEqual([
      [70, 70],
      [35, 35],
    ])
  })

  it('say over what and how long: equal epochs are other steps', () => {
    const results = asked(made(), bySeed)
    const steps = (values: readonly number[]): ExperimentResults => ({
      ...results,
      runs: results.runs.map((result, i) => ({ ...result, run: { ...result.run, steps: values[i]! } })),
    })
    const epochs = figure(steps([70, 70, 500, 500]), 'loss-and-sensitivity').subtitle
    expect(epochs).toContain('10 epochs each, 70 to 500 steps')
    expect(epochs).toContain('mean over 50 training samples, 40 test samples')
    expect(epochs).toContain('mean of 2 seeds, band from lowest to highest')
    expect(figure(steps([70, 70, 70, 70]), 'loss-and-sensitivity').subtitle).toContain('70 steps each')
  })

  it('have curves over a log axis where equal steps are many epochs for some', () => {
    const results = made()
    const epochs = (values: readonly number[]): ExperimentResults => ({
      ...results,
      runs: results.runs.map((result, i) => ({ ...result, run: { ...result.run, epochs: values[i]! } })),
    })
    expect(figure(epochs([10, 10, 10, 10]), 'loss').x.scale).toBe('linear')
    expect(figure(epochs([20, 20, 2, 2]), 'loss').x.scale).toBe('log')
  })

  it('show the others where a run diverged or could not be asked, and say so', () => {
    const diverged = made(sweep, (position) => (position < 2 ? 'diverged' : 'finished'))
    const results = asked(diverged, (result, position) => (position < 2 ? null : bySeed(result)))
    const { lines, subtitle } = figure(results, 'loss-and-sensitivity')
    expect(lines.map(({ x }) => [...x])).toEqual([[8], [8], [8], [8]])
    expect(subtitle).toContain('2 of 4 runs diverged')
    expect(subtitle).not.toContain('could not be asked')
    const failed = asked(made(), (result, position) => (position === 3 ? null : bySeed(result)))
    expect(figure(failed, 'loss-and-sensitivity').lines[0]!.x).toEqual(Float64Array.of(8, 64))
    expect(figure(failed, 'loss-and-sensitivity').subtitle).toContain('1 of 4 could not be asked')
  })

  it('say which networks no longer answer their input', () => {
    const dead = asked(made(), (result, position) => (position === 0 ? answer(1, 0) : bySeed(result)))
    expect(figure(dead, 'sensitivities').subtitle).toContain(
      'not on a log scale: sensitivity 0 of 1 network at batch 64',
    )
  })

  it('are there for each model, in its name', () => {
    const models = asked(made({ ...sweep, models: two }), bySeed)
    const figures = figuresOf(models)
    expect(figures).toHaveLength(10)
    expect(figures[5]).toMatchObject({ figureId: 'loss-and-sensitivity-b', title: 'B: loss and sensitivity' })
    expect(figures[5]!.lines[0]!.x).toEqual(Float64Array.of(8, 64))
  })

  it('of a function have no accuracy', () => {
    const task = { type: 'function', expression: 'sin(x)', points: 100 } as const
    const ofFunction = made({ ...sweep, task })
    expect(figuresOf(ofFunction)[1]!.figureId).toBe('accuracy-and-sensitivity')
    const results = asked(ofFunction, (result) => {
      const { training, test } = bySeed(result)
      return { training: { ...training, accuracy: NaN }, test: { ...test, accuracy: NaN } }
    })
    expect(figuresOf(results).map(({ figureId }) => figureId)).toEqual([
      'loss-and-sensitivity',
      'sensitivities',
      'loss',
    ])
  })

  it('are empty before there is anything', () => {
    expect(figure(made(), 'loss-and-sensitivity').lines).toEqual([])
    expect(kind.controls!(made())).toEqual([])
  })
})

describe('older runs', () => {
  /** Runs that differ as the changes say. */
  const older = (...changes: { spec?: Partial<RunSpec>; model?: number; steps?: number }[]): ExperimentResults => {
    const { runs, experiment } = madeResults('sensitivity', { models: two }, () => ({}))
    const made = changes.map(({ spec, model = 0, steps = 100 }, i): RunResults => {
      const { run } = runs[model * 5]!
      const runId = `r9000000${i}` as RunId
      return { run: { ...run, runId, steps, label: `Run ${i}`, spec: { ...run.spec, ...spec } }, series: {} }
    })
    const spec = { ...(experiment.spec as object), runs: made.map(({ run }) => run.runId) }
    return asked({ experiment: { ...experiment, spec }, runs: made, analyses: [] }, (_, i) => answer(i + 1, i + 1))
  }
  const adam = (learningRate: number): Partial<RunSpec> => ({
    optimizer: { type: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as never,
  })
  const shown = (results: ExperimentResults, choices = {}) => {
    const { x, lines, subtitle } = figure(results, 'loss-and-sensitivity', choices)
    return { axis: x.label, xs: [...lines[0]!.x], subtitle }
  }

  it('lie along the batch size where they differ in it', () => {
    const results = older({ spec: { batchSize: 64 } }, { spec: { batchSize: 8 } }, { spec: { batchSize: 8, seed: 3 } })
    expect(shown(results)).toMatchObject({ axis: 'batch size', xs: [8, 64] })
    expect(figure(results, 'loss-and-sensitivity').lines[0]!.low).toEqual(Float64Array.of(4, 2))
    expect(shown(results).subtitle).toContain('mean of 2 runs, band from lowest to highest')
  })

  it('are curves of their own places, not of the groups they once were', () => {
    const results = older({ spec: { batchSize: 64 } }, { spec: { batchSize: 8 } })
    const runs = results.runs.map((result) => ({ ...result, series: { testLoss: seriesData([1], [2]) } }))
    const { lines } = figure({ ...results, runs }, 'loss')
    expect(lines.map(({ legend, color }) => [legend, color])).toEqual([
      ['at batch 64', 1],
      ['at batch 8', 0],
    ])
  })

  it('of full batches lie at the size of their data', () => {
    const data = { type: 'dataset', dataset: 'digits', trainSize: 300 } as const
    const results = older({ spec: { data, batchSize: 'full' } }, { spec: { data, batchSize: 30 } })
    expect(shown(results)).toMatchObject({ axis: 'batch size', xs: [30, 300] })
  })

  it('lie along the learning rate where that is all they differ in', () => {
    expect(shown(older({ spec: adam(0.1) }, { spec: adam(0.01) }))).toMatchObject({
      axis: 'learning rate',
      xs: [0.01, 0.1],
    })
  })

  it('that differ in both say so, and are placed as a person chooses', () => {
    const both = older({ spec: { batchSize: 8, ...adam(0.1) } }, { spec: { batchSize: 64, ...adam(0.01) } })
    expect(shown(both)).toMatchObject({ axis: 'batch size', xs: [8, 64] })
    expect(shown(both).subtitle).toContain('the runs differ in learning rate too')
    expect(kind.controls!(both)).toMatchObject([
      { key: 'place', default: 'batchSize', options: [{ value: 'batchSize' }, { value: 'learningRate' }] },
    ])
    expect(shown(both, { place: 'learningRate' })).toMatchObject({ axis: 'learning rate', xs: [0.01, 0.1] })
  })

  it('that differ in neither lie along their sizes, their steps, or in the order they were chosen, and say so', () => {
    const sizes = older({ model: 1 }, { model: 0 })
    expect(shown(sizes)).toMatchObject({ axis: 'parameters', xs: [2395, 3190] })
    expect(shown(sizes).subtitle).toContain(
      'neither batch size nor learning rate: placed by their numbers of parameters',
    )
    const steps = older({ steps: 50 }, { steps: 20 })
    expect(shown(steps)).toMatchObject({ axis: 'steps', xs: [20, 50] })
    expect(shown(steps).subtitle).toContain('placed by the steps they took')
    const alike = older({ spec: { seed: 1 } }, { spec: { seed: 2 } }, { spec: { seed: 3 } })
    expect(shown(alike)).toMatchObject({ axis: 'run', xs: [1, 2, 3] })
    expect(shown(alike).subtitle).toContain('in the order in which they were chosen')
  })

  it('of unlike networks have figures of their own', () => {
    const results = older(
      { spec: { batchSize: 8 } },
      { spec: { batchSize: 64 } },
      { spec: { batchSize: 8 }, model: 1 },
      { spec: { batchSize: 64 }, model: 1 },
    )
    const losses = figuresOf(results).filter(({ figureId }) => figureId.startsWith('loss-and'))
    expect(losses.map(({ title, lines }) => [title, [...lines[0]!.y]])).toEqual([
      ['Drawn digits, 2,395 parameters: loss and sensitivity', [2, 4]],
      ['Drawn digits, 3,190 parameters: loss and sensitivity', [6, 8]],
    ])
  })
})
