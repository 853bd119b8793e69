/** The figure of "Gradient norm": loss and gradient norm of every iteration above each other, on demand the parts of single layers below. */
import type { Axis, Figure, Line, Panel, StackedFigure } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { curveOf, meanCurve, meanRuns, runGroups, seedsText, seriesLines, type RunGroup } from '../../figures/run-lines'
import { parameterLayout } from '../../models/model'
import { formatInteger } from '../../text/format'
import type { ViewChoices, ViewControl } from '../kind'
import type { ExperimentResults, RunResults } from '../results'
import { layerSeriesName, type SeriesName } from '../run-spec'

type GradientChoice = 'minibatch' | 'full' | 'both'

function hasFull(runs: readonly RunResults[]): boolean {
  return runs.some(({ run }) => run.spec.record?.fullGradientEvery !== undefined)
}

function groupsWithLayers(runs: readonly RunResults[]): RunGroup[] {
  return runGroups(runs).filter((group) => group.runs.some(({ run }) => run.spec.record?.layerGradients))
}

export function gradientNormControls({ runs }: ExperimentResults): ViewControl[] {
  const layered = groupsWithLayers(runs)
  const gradient: ViewControl = {
    key: 'gradient',
    label: 'Gradient of',
    type: 'choice',
    default: 'both',
    options: [
      { value: 'both', label: 'Minibatch and all data' },
      { value: 'minibatch', label: 'Minibatch' },
      { value: 'full', label: 'All data' },
    ],
  }
  const layers: ViewControl = {
    key: 'layers',
    label: 'Layers of',
    type: 'choice',
    default: 'none',
    options: [{ value: 'none', label: 'No model' }, ...layered.map(({ label }) => ({ value: label, label }))],
    title: 'The parts of the minibatch gradient that belong to single layers, in a panel of their own',
  }
  return [...(hasFull(runs) ? [gradient] : []), ...(layered.length > 0 ? [layers] : [])]
}

const gradientAxis: Axis = { label: '‖∇L‖', scale: 'log', canBeLog: true }

function lossPanel(runs: readonly RunResults[]): Panel {
  const isTask = runs[0]?.run.spec.loss === 'softmax-cross-entropy'
  return {
    key: 'loss',
    y: { label: `loss (${isTask ? 'cross-entropy' : 'mean squared error'})`, scale: 'log', canBeLog: true },
    lines: seriesLines(runs, { series: 'batchLoss', per: 'step', style: 'raw', withSeeds: false }),
  }
}

function gradientPanel(runs: readonly RunResults[], choice: GradientChoice): Panel {
  const minibatch = seriesLines(runs, { series: 'gradientNorm', per: 'step', style: 'raw', withSeeds: false })
  const full = seriesLines(runs, {
    series: 'fullGradientNorm',
    per: 'step',
    style: choice === 'full' ? 'line' : 'dashed',
    suffix: 'all data',
    withSeeds: false,
    withBand: choice === 'full',
  })
  const lines = { minibatch, full, both: [...minibatch, ...full] }[choice]
  return { key: 'gradient norm', y: gradientAxis, lines }
}

/** One line for each layer with weights, the mean over the seeds. */
function layerPanel({ label, runs }: RunGroup): Panel {
  const lines = parameterLayout(runs[0]!.run.spec.model).flatMap((slice, index): Line[] => {
    const name = `${slice.name} (${slice.inputs} → ${slice.outputs})`
    const curves = meanRuns(runs).flatMap(({ series }) => {
      const data = series[layerSeriesName(index)]
      return data && data.values.length > 0 ? [curveOf(data, 1, 1)] : []
    })
    const mean = meanCurve(curves)
    return mean ? [{ key: name, name, legend: name, color: index, style: 'raw', ...mean }] : []
  })
  return { key: `layers of ${label}`, y: { ...gradientAxis, label: '‖∇L‖ of layers' }, lines }
}

/** Where the first run of each group began to minimise the gradient norm; one mark where all did at once. */
function switchMarks(runs: readonly RunResults[]): { x: number; text: string }[] {
  const steps = runs.flatMap(({ run }) => (run.gradientPhase ? [run.gradientPhase.switchStep] : []))
  return [...new Set(steps)].slice(0, 3).map((x) => ({ x, text: 'from here: gradient norm' }))
}

/** How the gradients over all data came about: 'dashed: over all training data, every 20 iterations'. */
function fullText(runs: readonly RunResults[], choice: GradientChoice): string {
  const every = runs.flatMap(({ run }) => run.spec.record?.fullGradientEvery ?? [])[0]
  if (every === undefined || choice === 'minibatch') return ''
  const mark = choice === 'both' ? 'dashed: ' : ''
  return `${mark}gradient over all training data, every ${formatInteger(every)} iterations`
}

export function gradientNormFigures({ runs }: ExperimentResults, view: ViewChoices = {}): Figure[] {
  const choice = hasFull(runs) ? (String(view['gradient'] ?? 'both') as GradientChoice) : 'minibatch'
  const layered = groupsWithLayers(runs).find(({ label }) => label === view['layers'])
  const figure: StackedFigure = {
    type: 'stacked',
    figureId: 'loss-and-gradient-norm',
    title: 'Loss and gradient norm',
    subtitle: joined(
      `${runs[0]?.run.facet ?? ''}: each iteration's batch, before its update`,
      fullText(runs, choice),
      seedsText(runs, 'gradientNorm'),
    ),
    x: { label: 'iteration', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    panels: [lossPanel(runs), gradientPanel(runs, choice), ...(layered ? [layerPanel(layered)] : [])],
    emptyText: 'appears with the first iterations',
    marks: switchMarks(runs),
  }
  return [figure]
}

/** The series that the figure draws of these runs. */
export function gradientNormSeries(runs: readonly Pick<RunResults['run'], 'spec'>[]): SeriesName[] {
  const layers = runs.map(({ spec }) => (spec.record?.layerGradients ? parameterLayout(spec.model).length : 0))
  const full = runs.some(({ spec }) => spec.record?.fullGradientEvery !== undefined)
  return [
    'batchLoss',
    'gradientNorm',
    ...(full ? (['fullGradientNorm'] as const) : []),
    ...Array.from({ length: Math.max(0, ...layers) }, (_, index) => layerSeriesName(index)),
  ]
}
