/** Loss and accuracy along the lines between trainings, and how those trainings went. */
import { interpolationAnalysis, type InterpolationResult } from '../../analyses/interpolation'
import { distinct, joined, slug, titled } from '../../figures/figure-names'
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { mean } from '../../math/mean'
import { meanCurve, seriesLines, seedsText, type Curve } from '../../figures/run-lines'
import { runsByModel, type AnalysisResults, type ExperimentResults, type RunResults } from '../results'
import { valueOf } from '../variation'
import { valuesBetween } from './plan'
import { interpolationSchema } from './spec'

interface Asked {
  label: string
  answers: InterpolationResult[]
  analyses: AnalysisResults[]
}

/** The analyses of a model, or a pair of older runs. */
function groupsOf({ analyses }: ExperimentResults): Asked[] {
  const groups = new Map<number, Asked>()
  for (const each of analyses) {
    const { analysis, result } = each
    if (analysis.kind !== interpolationAnalysis.kind) continue
    const found = groups.get(analysis.groupIndex) ?? { label: analysis.group, answers: [], analyses: [] }
    groups.set(analysis.groupIndex, found)
    found.analyses.push(each)
    if (result !== null) found.answers.push(result as InterpolationResult)
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group)
}

/** Not the colours of the two trainings, whose legend stands above. */
const quantities = [
  { key: 'testLoss', name: 'loss, test', color: 2, style: 'line', legend: 'loss' },
  { key: 'trainLoss', name: 'loss, training', color: 2, style: 'dashed', legend: 'loss' },
  { key: 'testAccuracy', name: 'accuracy, test', color: 3, style: 'line', legend: 'accuracy' },
  { key: 'trainAccuracy', name: 'accuracy, training', color: 3, style: 'dashed', legend: 'accuracy' },
] as const
type Quantity = (typeof quantities)[number]
const isAccuracy = ({ legend }: Quantity) => legend === 'accuracy'

/** What has been computed so far. */
function curveOf(answer: InterpolationResult, quantity: Quantity): Curve {
  const values = answer[quantity.key]
  const known = [...answer.alphas.keys()].filter((index) => Number.isFinite(values[index]!))
  const factor = isAccuracy(quantity) ? 100 : 1
  return {
    x: Float64Array.from(known, (index) => answer.alphas[index]!),
    y: Float64Array.from(known, (index) => factor * values[index]!),
  }
}

function interpolatedLines(answers: readonly InterpolationResult[]): Line[] {
  return quantities.flatMap((quantity): Line[] => {
    const curve = meanCurve(answers.map((answer) => curveOf(answer, quantity)).filter(({ x }) => x.length > 0))
    if (!curve) return []
    const { name, color, style, legend } = quantity
    return [
      { key: name, name, color, style, ...curve, legend, ...(isAccuracy(quantity) && { axis: 'right' as const }) },
    ]
  })
}

/** Mean over some runs of the last value of a series. */
function meanLast(runs: readonly RunResults[], series: 'testLoss' | 'testAccuracy'): number {
  const values = runs.flatMap(({ run }) => run.series[series]?.last ?? []).filter(Number.isFinite)
  return mean(values)
}

interface TrainedPlace {
  alpha: number
  /** Of test samples. */
  loss: number
  accuracy: number
}

/** The two networks that the line joins, where they have been evaluated. */
function endPlaces(answers: readonly InterpolationResult[]): TrainedPlace[] {
  return [0, 1].map((alpha) => {
    const ends = answers.flatMap((answer) => answer.ends[alpha] ?? [])
    return {
      alpha,
      loss: mean(ends.map(({ testLoss }) => testLoss)),
      accuracy: mean(ends.map(({ testAccuracy }) => testAccuracy)),
    }
  })
}

/** Networks trained at values between the two, at the place of their value. */
function placesBetween({ experiment, runs }: ExperimentResults, model: number): TrainedPlace[] {
  const spec = interpolationSchema.parse(experiment.spec)
  if (spec.runs) return []
  const values = valuesBetween(spec)
  const own = runsByModel(spec.models, runs, spec.differ.values.length + values.length)[model]?.runs ?? []
  return values
    .map(({ alpha, value }) => {
      const trained = own.filter(
        ({ run }) => run.status === 'finished' && valueOf(run.spec, spec.differ.what) === value,
      )
      return { alpha, loss: meanLast(trained, 'testLoss'), accuracy: meanLast(trained, 'testAccuracy') }
    })
    .filter(({ loss }) => Number.isFinite(loss))
}

function placeLines(places: readonly TrainedPlace[]): Line[] {
  return (['loss', 'accuracy'] as const).flatMap((quantity): Line[] => {
    const known = places.filter((place) => Number.isFinite(place[quantity])).sort((a, b) => a.alpha - b.alpha)
    if (known.length === 0) return []
    const isLoss = quantity === 'loss'
    const name = `${quantity}, test, trained there`
    return [
      {
        key: name,
        name,
        color: isLoss ? 2 : 3,
        style: 'points',
        x: Float64Array.from(known, ({ alpha }) => alpha),
        y: Float64Array.from(known, (place) => (isLoss ? 1 : 100) * place[quantity]),
        legend: quantity,
        ...(isLoss ? {} : { axis: 'right' as const }),
      },
    ]
  })
}

/** 'α = 0: batch 64, seed 0, α = 1: batch 1,024, seed 0': as the runs are called in this experiment, where they are still there. */
function endsText(answer: InterpolationResult, runs: readonly RunResults[]): string {
  const labelOf = ({ runId, label }: InterpolationResult['runs'][number]): string =>
    runs.find(({ run }) => run.runId === runId)?.run.label ?? label
  return answer.runs.map((run, alpha) => `α = ${alpha}: ${labelOf(run)}`).join(', ')
}

function subtitle({ answers, analyses }: Asked, between: number, runs: readonly RunResults[]): string {
  const asked = analyses.length
  const failed = analyses.filter(({ analysis }) => analysis.status === 'failed').length
  return joined(
    answers[0] ? endsText(answers[0], runs) : '',
    'solid: test, dashed: training',
    between > 0 ? 'points: the trained networks, also at values between' : 'points: the two trained networks',
    answers.some(({ reestimated }) => reestimated)
      ? 'statistics of batch normalisation taken anew over the training set at each point'
      : '',
    answers.length > 1 ? `mean of ${answers.length} seeds, band from lowest to highest` : '',
    failed > 0 ? `${failed} of ${asked} ${asked === 1 ? 'line' : 'lines'} could not be computed` : '',
  )
}

function interpolationFigure(results: ExperimentResults, asked: Asked, index: number, several: boolean): LineFigure {
  const between = asked.answers.length > 0 ? placesBetween(results, index) : []
  const hasClasses = asked.answers.some(({ ends }) => ends.some(({ testAccuracy }) => Number.isFinite(testAccuracy)))
  const lines = [...interpolatedLines(asked.answers), ...placeLines([...endPlaces(asked.answers), ...between])]
  return {
    type: 'lines',
    figureId: 'interpolation',
    title: titled(several ? asked.label : '', 'Loss and accuracy between two trainings'),
    subtitle: subtitle(asked, between.length, results.runs),
    x: { label: 'α', scale: 'linear', canBeLog: false },
    y: { label: 'loss', scale: 'log', canBeLog: true },
    ...(hasClasses && { right: { label: 'accuracy (%)', scale: 'linear', canBeLog: false, min: 0, max: 100 } }),
    lines,
    emptyText: 'appears when both trainings have ended',
  }
}

function trainingFigure(runs: readonly RunResults[]): LineFigure {
  const common = { per: 'epoch', withSeeds: false } as const
  return {
    type: 'lines',
    figureId: 'loss',
    title: 'Loss while training',
    subtitle: joined('solid: test, dashed: training (mean over each epoch)', seedsText(runs, 'testLoss')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'loss', scale: 'log', canBeLog: true },
    lines: [
      ...seriesLines(runs, { ...common, series: 'trainLoss', style: 'dashed', suffix: 'training', withBand: false }),
      ...seriesLines(runs, { ...common, series: 'testLoss', style: 'line', suffix: 'test' }),
    ],
    emptyText: 'appears after the first epoch',
  }
}

/** One figure for each model, or pair of older runs; then the trainings themselves. */
export function interpolationFigures(results: ExperimentResults): Figure[] {
  const groups = groupsOf(results)
  const figures = groups.map((group, index) => interpolationFigure(results, group, index, groups.length > 1))
  const ids = distinct(
    groups.map(({ label }) => (groups.length > 1 ? `interpolation-${slug(label)}` : 'interpolation')),
  )
  return [...figures.map((figure, index) => ({ ...figure, figureId: ids[index]! })), trainingFigure(results.runs)]
}
