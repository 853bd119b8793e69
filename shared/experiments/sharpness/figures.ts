/** Figures of "Sharpness": an indicator against the swept value and against the generalization gap, the rank correlations of all, training. */
import { indicatorKeys, indicators, type IndicatorKey } from '../../analyses/sharpness'
import type { Figure, Line, PointGroup, ScatterFigure, StackedFigure } from '../../figures/figure'
import { bandedLine } from '../../figures/end-values'
import { joined } from '../../figures/figure-names'
import { formatValue } from '../../figures/numbers'
import { accuracyFigure, lossFigure } from '../../figures/training-figures'
import { mean } from '../../math/mean'
import { kendallTau } from '../../math/rank-correlation'
import type { ViewChoices } from '../kind'
import { countText } from '../model-groups'
import type { ExperimentResults } from '../results'
import { variedTitles } from '../variation'
import {
  gaps,
  knownGaps,
  measuredRuns,
  viewOf,
  type Measured,
  type MeasuredRun,
  type SharpnessView,
} from './measured-runs'
import type { SharpnessExperiment } from './spec'

const emptyText = 'appears with the first training that was measured'

/** An estimate's standard error; 0 for what is exact. */
function errorOf({ result }: MeasuredRun, key: IndicatorKey): number {
  if (key === 'trace') return result.plain.traceError
  return key === 'traceNormalized' ? result.normalized.traceError : 0
}

/** 'ε = 0.1, over 1,000 training samples' */
function howText({ runs }: Measured, key: IndicatorKey): string {
  const [first] = runs
  if (!first || key === 'weightNorm' || key === 'spectralNormProduct') return ''
  const { epsilon, relativeEpsilon, samples } = first.result
  const isBall = key.startsWith('ball') || key.startsWith('hessian')
  const radius = isBall ? `ε = ${key.endsWith('Normalized') ? relativeEpsilon : epsilon}, ` : ''
  return `${radius}over ${samples.toLocaleString('en')} training samples`
}

/** '2 of 12 runs diverged or could not be measured' */
function lostText({ failed, asked }: Measured): string {
  return failed > 0 ? `${failed} of ${countText(asked, 'run')} diverged or could not be measured` : ''
}

/** Mean over the runs of each value, ascending; the band from lowest to highest, by their errors wider. */
function sweptLine(
  runs: readonly MeasuredRun[],
  of: (run: MeasuredRun) => number,
  errorOfRun: (run: MeasuredRun) => number,
  look: Pick<Line, 'key' | 'name' | 'legend' | 'color'>,
): Line[] {
  const values = [...new Set(runs.map(({ value }) => value))].filter(Number.isFinite)
  const points = values.flatMap((value) => {
    const here = runs.filter((run) => run.value === value && Number.isFinite(of(run)))
    if (here.length === 0) return []
    const low = Math.min(...here.map((run) => of(run) - errorOfRun(run)))
    const high = Math.max(...here.map((run) => of(run) + errorOfRun(run)))
    return [{ x: value, y: mean(here.map(of)), low, high }]
  })
  const hasBand = points.some(({ low, high }) => low < high)
  return bandedLine(points, hasBand, { ...look, style: 'line' })
}

/** A log scale only where all of it can be seen. */
function scaleOf(values: readonly number[]): 'linear' | 'log' {
  const known = values.filter(Number.isFinite)
  return known.length > 0 && known.every((value) => value > 0) ? 'log' : 'linear'
}

function sweepFigure(measured: Measured, { indicator: key, gap }: SharpnessView): StackedFigure[] {
  const { what, models, runs } = measured
  if (what === null) return []
  const indicator = indicators[key]
  const isTrace = runs.some((run) => errorOf(run, key) > 0)
  const several = runs.some((run, i) => runs.some((other, k) => k < i && other.value === run.value))
  const lines = (prefix: string, of: (run: MeasuredRun) => number, error: (run: MeasuredRun) => number): Line[] =>
    models.flatMap((label, color) => {
      const name = label === '' ? 'runs' : label
      const own = runs.filter(({ model }) => model === color)
      return sweptLine(own, of, error, { key: `${prefix}, ${name}`, name, legend: name, color })
    })
  const ofIndicator = ({ result }: MeasuredRun) => indicator.of(result)
  return [
    {
      type: 'stacked',
      figureId: 'indicator-sweep',
      title: `${indicator.title} against ${variedTitles[what]}`,
      subtitle: joined(
        indicator.definition,
        howText(measured, key),
        several ? 'mean over seeds, band from lowest to highest' : '',
        isTrace ? 'the band also covers one standard error of the estimate' : '',
        lostText(measured),
      ),
      x: { label: variedTitles[what], scale: 'log', canBeLog: true },
      panels: [
        {
          key: 'indicator',
          y: { label: indicator.label, scale: scaleOf(runs.map(ofIndicator)), canBeLog: true },
          lines: lines('indicator', ofIndicator, (run) => errorOf(run, key)),
        },
        {
          key: 'gap',
          y: { label: gaps[gap].label, scale: 'linear', canBeLog: false },
          lines: lines(
            'gap',
            ({ result }) => gaps[gap].of(result),
            () => 0,
          ),
        },
      ],
      emptyText,
    },
  ]
}

function note(run: MeasuredRun, key: IndicatorKey): string {
  const { result, label } = run
  const error = errorOf(run, key)
  const sign = error > 0 ? ` ± ${formatValue(error)}` : ''
  return [
    `training: ${label}`,
    `${indicators[key].title}: ${formatValue(indicators[key].of(result))}${sign}`,
    ...knownGaps([run]).map((gap) => `gap in ${gaps[gap].title}: ${formatValue(gaps[gap].of(result))}`),
    `loss: ${formatValue(result.trainLoss)} training, ${formatValue(result.testLoss)} test`,
  ].join('\n')
}

const markers = ['dot', 'ring', 'cross'] as const

function gapFigure(measured: Measured, { indicator: key, gap }: SharpnessView): ScatterFigure {
  const { runs, models, what } = measured
  const indicator = indicators[key]
  const groups = models.flatMap((label, index): PointGroup[] => {
    const own = runs.filter(({ model }) => model === index)
    if (own.length === 0) return []
    const name = label === '' ? 'runs' : label
    return [
      {
        key: name,
        name,
        legend: name,
        color: index,
        marker: markers[index % markers.length]!,
        x: Float64Array.from(own, ({ result }) => indicator.of(result)),
        y: Float64Array.from(own, ({ result }) => gaps[gap].of(result)),
        ...(what && { values: Float64Array.from(own, ({ value }) => value) }),
        notes: own.map((run) => note(run, key)),
      },
    ]
  })
  const tau = tauOf(runs, key, gap)
  return {
    type: 'scatter',
    figureId: 'indicator-gap',
    title: `Gap against ${indicator.title.charAt(0).toLowerCase()}${indicator.title.slice(1)}`,
    subtitle: joined(
      Number.isFinite(tau) ? `Kendall's τ = ${tau.toFixed(2)} over ${countText(runs.length, 'run')}` : '',
      indicator.definition,
      howText(measured, key),
      lostText(measured),
    ),
    x: { label: indicator.label, scale: scaleOf(runs.map(({ result }) => indicator.of(result))), canBeLog: true },
    y: { label: gaps[gap].label, scale: 'linear', canBeLog: false },
    groups,
    ...(what && { color: { label: variedTitles[what], scale: 'log' } }),
    emptyText,
  }
}

function tauOf(runs: readonly MeasuredRun[], key: IndicatorKey, gap: SharpnessView['gap']): number {
  return kendallTau(
    runs.map(({ result }) => indicators[key].of(result)),
    runs.map(({ result }) => gaps[gap].of(result)),
  )
}

/** Fewer runs have no order worth speaking of. */
const leastRuns = 3

/** How far beside the row of their indicator the points of several gaps lie, so that none is under another. */
const besideRow = 0.13

function correlations(runs: readonly MeasuredRun[]): PointGroup[] {
  const last = indicatorKeys.length - 1
  const known = knownGaps(runs)
  return known.map((gap, index): PointGroup => {
    const beside = known.length > 1 ? besideRow * (index === 0 ? 1 : -1) : 0
    const points = indicatorKeys.flatMap((key, row) => {
      const tau = tauOf(runs, key, gap)
      return Number.isFinite(tau) ? [{ key, tau, place: last - row + beside }] : []
    })
    const name = `gap in ${gaps[gap].title}`
    return {
      key: name,
      name,
      legend: name,
      color: index,
      marker: index === 0 ? 'dot' : 'ring',
      x: Float64Array.from(points, ({ tau }) => tau),
      y: Float64Array.from(points, ({ place }) => place),
      notes: points.map(
        ({ key, tau }) => `${indicators[key].title}: τ = ${tau.toFixed(3)}\n${indicators[key].definition}`,
      ),
    }
  })
}

/** From the first indicator at the top to the last. */
function correlationFigure(measured: Measured): ScatterFigure {
  const { runs } = measured
  const groups = runs.length < leastRuns ? [] : correlations(runs)
  return {
    type: 'scatter',
    figureId: 'rank-correlation',
    title: 'Rank correlation with the gap',
    subtitle: joined(
      `Kendall's τ of each indicator with the generalization gap over ${countText(runs.length, 'run')} (after Jiang et al. 2020)`,
      lostText(measured),
    ),
    x: { label: "Kendall's τ", scale: 'linear', canBeLog: false, min: -1, max: 1 },
    y: {
      label: 'indicator',
      scale: 'linear',
      canBeLog: false,
      categories: [...indicatorKeys].reverse().map((key) => indicators[key].title),
    },
    groups,
    lines: groups.length > 0 ? [noRelation()] : [],
    emptyText: `appears with ${leastRuns} trainings that were measured`,
  }
}

function noRelation(): Line {
  const name = 'no relation'
  const y = Float64Array.of(-0.5, indicatorKeys.length - 0.5)
  return {
    key: name,
    name,
    legend: name,
    color: 'text',
    style: 'dashed',
    x: Float64Array.of(0, 0),
    y,
    dots: false,
    isGuide: true,
  }
}

export function sharpnessFigures(results: ExperimentResults, choices: ViewChoices = {}): Figure[] {
  const measured = measuredRuns(results)
  const view = viewOf(choices, measured.runs)
  const { task, runs: older } = results.experiment.spec as SharpnessExperiment
  const measure = !older && task.type === 'function' ? 'mean squared error' : 'cross-entropy'
  const facets = [...new Set(results.runs.map(({ run }) => run.facet))]
  const curves = { runs: results.runs, about: facets.join(', '), prefix: '', suffix: '' }
  const hasAccuracy = older ? knownGaps(measured.runs).length > 1 : task.type === 'dataset'
  return [
    ...sweepFigure(measured, view),
    gapFigure(measured, view),
    correlationFigure(measured),
    lossFigure(curves, measure),
    ...(hasAccuracy ? [accuracyFigure(curves)] : []),
  ]
}
