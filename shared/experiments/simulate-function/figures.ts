/** Figures of "Simulate a function": for each function the training loss, the prediction over the truth, the gradient norm. */
import { catalogEntry } from '../../data/function-catalog'
import { functionSamples, plotGrid, targetFunction } from '../../data/function-data'
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { distinct, joined, slug, titled } from '../../figures/figure-names'
import { gradientNormFigure } from '../../figures/gradient-figure'
import { meanCurve, meanRuns, runFacets, runGroups, seedsText, seriesLines, type Curve } from '../../figures/run-lines'
import type { ExperimentResults, RunResults } from '../results'
import type { FunctionData } from '../run-spec'

/** Training points are drawn where there is something to see in them, and not more than these. */
const fewPoints = 64
const mostPointsDrawn = 1000

interface Facet {
  name: string
  /** File-name safe. */
  id: string
  /** In front of titles when there are several functions. */
  prefix: string
  runs: RunResults[]
  data: FunctionData
}

function facetsOf(results: ExperimentResults): Facet[] {
  const found = runFacets(results.runs).flatMap(({ facet, runs }) => {
    const data = runs[0]!.run.spec.data
    return data.type === 'function' ? [{ name: facet, runs, data }] : []
  })
  const ids = distinct(found.map(({ name, data }) => catalogEntry(data.expression)?.name ?? slug(name)))
  const prefix = (name: string): string => (found.length > 1 ? name : '')
  return found.map((facet, index) => ({ ...facet, id: ids[index]!, prefix: prefix(facet.name) }))
}

function lossFigure({ id, prefix, runs }: Facet): LineFigure {
  return {
    type: 'lines',
    figureId: `train-loss-${id}`,
    title: titled(prefix, 'Training loss'),
    subtitle: joined('mean over each epoch', seedsText(runs, 'trainLoss')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'loss (mean squared error)', scale: 'log', canBeLog: true },
    lines: seriesLines(runs, { series: 'trainLoss', per: 'epoch', style: 'line' }),
    emptyText: 'appears after the first epoch',
  }
}

function truthLine({ data }: Facet): Line {
  const x = plotGrid(data)
  const y = x.map(targetFunction(data.expression, data.domain))
  return { key: 'truth', name: 'truth', color: 'text', style: 'dashed', x, y, legend: 'truth' }
}

/** The samples of the first run, thinned evenly where they are too many to see. */
function pointLines({ data, runs }: Facet): { lines: Line[]; note: string } {
  if (data.noise === 0 && data.points > fewPoints) return { lines: [], note: '' }
  const { seed } = runs[0]!.run
  const { inputs, targets } = functionSamples(data, seed)
  const stride = Math.ceil(inputs.length / mostPointsDrawn)
  const pick = (values: Float32Array): Float64Array =>
    Float64Array.from(values.filter((_, index) => index % stride === 0))
  const note = stride > 1 ? `1 in ${stride} training points of seed ${seed}` : `training points of seed ${seed}`
  const line: Line = {
    key: 'training points',
    name: 'training points',
    color: 'text',
    style: 'points',
    x: pick(inputs),
    y: pick(targets),
    legend: 'training points',
  }
  return { lines: [line], note }
}

function predictionLines({ data, runs }: Facet): Line[] {
  const x = plotGrid(data)
  return runGroups(runs).flatMap((group): Line[] => {
    const curves = meanRuns(group.runs).flatMap(({ prediction }): Curve[] =>
      prediction?.values.length === x.length ? [{ x, y: Float64Array.from(prediction.values) }] : [],
    )
    const mean = meanCurve(curves)
    if (!mean) return []
    const { label, index: color } = group
    return [{ key: label, name: label, color, style: 'line', ...mean, legend: label }]
  })
}

/** 'after epoch 1,240', or from where to where when runs are at different ones. */
function epochText(runs: readonly RunResults[]): string {
  const epochs = runs.flatMap(({ prediction }) => (prediction ? [prediction.epoch] : []))
  if (epochs.length === 0) return ''
  const [low, high] = [Math.min(...epochs), Math.max(...epochs)].map((epoch) => epoch.toLocaleString('en')) as [
    string,
    string,
  ]
  if (high === '0') return 'before training'
  return low === high ? `after epoch ${low}` : `after epoch ${low} to ${high}`
}

function predictionFigure(facet: Facet): LineFigure {
  const { id, prefix, runs, name } = facet
  const predictions = predictionLines(facet)
  const points = predictions.length > 0 ? pointLines(facet) : { lines: [], note: '' }
  const lines = predictions.length > 0 ? [...predictions, truthLine(facet), ...points.lines] : []
  return {
    type: 'lines',
    figureId: `prediction-${id}`,
    title: titled(prefix, 'Prediction'),
    subtitle: joined(epochText(runs), `dashed: ${name}`, seedsText(runs), points.note),
    x: { label: 'x', scale: 'linear', canBeLog: false },
    y: { label: 'y', scale: 'linear', canBeLog: false },
    lines,
    emptyText: 'appears with the first prediction',
  }
}

export function simulateFunctionFigures(results: ExperimentResults): Figure[] {
  return facetsOf(results).flatMap((facet) => [
    lossFigure(facet),
    predictionFigure(facet),
    gradientNormFigure(facet.runs, `gradient-norm-${facet.id}`, titled(facet.prefix, 'Gradient norm')),
  ])
}
