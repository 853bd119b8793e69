/** Figures of "Weight trajectories": the ways of all trainings, random walks beside them, explained variance, and how well each learns. */
import type { Projected, TrajectoryPoints } from '../../analyses/weight-trajectory'
import type { Axis, Figure, Line, LineFigure, PointGroup, SpaceGroup } from '../../figures/figure'
import { joined, slug, titled } from '../../figures/figure-names'
import { curveOf } from '../../figures/run-lines'
import { countOf, formatInteger, formatMeasure, formatPercent } from '../../text/format'
import type { ViewChoices } from '../kind'
import type { ExperimentResults } from '../results'
import {
  chosenOf,
  projectionOf,
  selectionsOf,
  selectionText,
  trainingName,
  trajectoriesOf,
  type Annotation,
  type Chosen,
  type Trajectories,
} from './trajectories'

const annotations: Record<Annotation, string> = {
  accuracy: 'numbers: test accuracy (%)',
  loss: 'numbers: test loss',
  epoch: 'numbers: epoch',
  none: '',
}

/** Where weights were kept between epochs, iterations tell snapshots apart. */
function countsSteps({ runs }: Trajectories): boolean {
  return runs.some(({ run }) => run.spec.record?.snapshots?.unit === 'step')
}

function pointLabel(points: TrajectoryPoints, index: number, annotate: Annotation, steps: boolean): string {
  const [loss, accuracy] = [points.loss[index]!, points.accuracy[index]!]
  switch (annotate) {
    case 'accuracy':
      return Number.isFinite(accuracy) ? (100 * accuracy).toFixed(1) : ''
    case 'loss':
      return Number.isFinite(loss) ? formatMeasure(loss, 2) : ''
    case 'epoch':
      return formatInteger((steps ? points.step : points.epoch)[index]!)
    case 'none':
      return ''
  }
}

/** What is known of the points at these indices, as far as any of it is. */
function pointColumns({ epoch, step, loss, accuracy }: TrajectoryPoints, indices: readonly number[]) {
  const of = (values: Float64Array, scale = 1) => Float64Array.from(indices, (index) => scale * values[index]!)
  return {
    epoch: of(epoch),
    iteration: of(step),
    'test loss': of(loss),
    ...(accuracy.some(Number.isFinite) && { 'test accuracy (%)': of(accuracy, 100) }),
  }
}

function pointNote(points: TrajectoryPoints, index: number): string {
  const [loss, accuracy] = [points.loss[index]!, points.accuracy[index]!]
  return [
    `epoch: ${formatInteger(points.epoch[index]!)}`,
    `iteration: ${formatInteger(points.step[index]!)}`,
    ...(Number.isFinite(accuracy) ? [`test accuracy: ${formatPercent(accuracy)}`] : []),
    ...(Number.isFinite(loss) ? [`test loss: ${formatMeasure(loss)}`] : []),
  ].join('\n')
}

/** One way for each training that is shown, along all three components. */
function ways(trajectories: Trajectories, projected: Projected, chosen: Chosen, withNotes: boolean): SpaceGroup[] {
  const { points, runs } = trajectories.result!
  const steps = countsSteps(trajectories)
  return runs.flatMap(({ runId }, index): SpaceGroup[] => {
    const asked = trajectories.runs.findIndex(({ run }) => run.runId === runId)
    if (chosen.training !== 'all' && chosen.training !== runId) return []
    const own = [...points.run.keys()].filter((i) => points.run[i] === index)
    const along = (component: number): Float64Array =>
      Float64Array.from(own, (i) => projected.coordinates[3 * i + component]!)
    const name = asked < 0 ? `seed ${runs[index]!.seed}` : trainingName(trajectories, asked)
    return [
      {
        key: name,
        name,
        legend: name,
        color: asked < 0 ? index : asked,
        x: along(0),
        y: along(1),
        z: along(2),
        marker: 'dot',
        joined: true,
        ...(withNotes && {
          columns: pointColumns(points, own),
          labels: own.map((i) => pointLabel(points, i, chosen.annotate, steps)),
          notes: own.map((i) => pointNote(points, i)),
        }),
      },
    ]
  })
}

/** 'principal component 1 (63.2 % of variance)' */
function componentAxis(projected: Projected | undefined, component: number): Axis {
  const share = projected?.explained[component]
  const text = share === undefined ? '' : ` (${formatPercent(share, 1)} of variance)`
  const column = `principal component ${component + 1}`
  return { label: `${column}${text}`, column, scale: 'linear', canBeLog: false }
}

function wayFigure(
  names: Pick<Figure, 'figureId' | 'title' | 'subtitle' | 'emptyText'>,
  groups: SpaceGroup[],
  projected: Projected | undefined,
  dimensions: Chosen['dimensions'],
): Figure {
  const [x, y, z] = [0, 1, 2].map((component) => componentAxis(projected, component)) as [Axis, Axis, Axis]
  if (dimensions === '3') return { type: 'space', ...names, x, y, z, paths: groups }
  const flat = groups.map(({ z: _depth, ...group }): PointGroup => group)
  return { type: 'scatter', ...names, x, y, groups: flat, equalScales: true }
}

function leftOutText({ result }: Trajectories): string {
  const lost = result?.leftOut ?? []
  if (lost.length === 0) return ''
  return `left out: ${lost.map(({ label, reason }) => `${label} (${reason})`).join(', ')}`
}

const waiting = 'appears when the trainings have ended'

function idOf(kind: string, { analysis, prefix }: Trajectories, layer: string | null): string {
  return slug([kind, prefix === '' ? '' : `${analysis.groupIndex} ${analysis.label}`, layer ?? 'model'].join(' '))
}

function trajectoryFigure(trajectories: Trajectories, layer: string | null, chosen: Chosen): Figure {
  const projection = projectionOf(trajectories, layer)
  const { result, prefix } = trajectories
  const still = projection !== undefined && projection.explained.length === 0
  const counts =
    result && projection
      ? `${countOf(result.points.step.length, 'snapshot')} of ${countOf(result.runs.length, 'training')}, ` +
        `${formatInteger(projection.parameters)} numbers each`
      : ''
  const names = {
    figureId: idOf('trajectory', trajectories, layer),
    title: titled(prefix, `Trajectories of ${selectionText(trajectories, layer)}`),
    subtitle: joined(counts, annotations[chosen.annotate], leftOutText(trajectories)),
    emptyText: still ? 'these weights did not change in any training' : waiting,
  }
  const groups = projection && !still ? ways(trajectories, projection, chosen, true) : []
  return wayFigure(names, groups, projection, chosen.dimensions)
}

function walkFigure(trajectories: Trajectories, layer: string | null, chosen: Chosen): Figure {
  const walk = projectionOf(trajectories, layer)?.randomWalk
  const names = {
    figureId: idOf('random-walk', trajectories, layer),
    title: titled(trajectories.prefix, `Random walks instead of ${selectionText(trajectories, layer)}`),
    subtitle: 'from the same starts, steps as long, in directions drawn anew each time',
    emptyText: waiting,
  }
  const groups = walk && walk.explained.length > 0 ? ways(trajectories, walk, chosen, false) : []
  return wayFigure(names, groups, walk, chosen.dimensions)
}

/** Shares along the components in per cent. */
function shareLine(key: string, color: number, style: Line['style'], projected: Projected): Line {
  const x = Float64Array.from(projected.explained, (_, component) => component + 1)
  const y = Float64Array.from(projected.explained, (share) => 100 * share)
  return { key, name: key, legend: key, color, style, x, y, dots: true }
}

function varianceFigure(trajectories: Trajectories, selections: readonly (string | null)[]): LineFigure {
  const lines = selections.flatMap((layer, index): Line[] => {
    const projection = projectionOf(trajectories, layer)
    if (!projection || projection.explained.length === 0) return []
    const name = layer ?? 'whole model'
    const walk = projection.randomWalk
    const own = shareLine(name, index, 'line', projection)
    return walk ? [own, shareLine(`${name}, random walk`, index, 'dashed', walk)] : [own]
  })
  return {
    type: 'lines',
    figureId: idOf('explained-variance', trajectories, null),
    title: titled(trajectories.prefix, 'Explained variance'),
    subtitle: joined(
      'share of the variance of all snapshots along each principal component',
      lines.some(({ style }) => style === 'dashed') ? 'dashed: random walks with steps as long' : '',
    ),
    x: { label: 'principal component', scale: 'linear', canBeLog: false, whole: true, min: 1 },
    y: { label: 'share of variance (%)', scale: 'linear', canBeLog: true, min: 0 },
    lines,
    emptyText: waiting,
  }
}

/** Each training in the colour of its way. */
function learningFigure(trajectories: Trajectories, chosen: Chosen): LineFigure {
  const isTask = trajectories.runs.some(({ run }) => run.spec.loss === 'softmax-cross-entropy')
  const series = isTask ? 'testAccuracy' : 'trainLoss'
  const lines = trajectories.runs.flatMap(({ run, series: known }, index): Line[] => {
    const data = known[series]
    if (!data || data.values.length === 0 || (chosen.training !== 'all' && chosen.training !== run.runId)) return []
    const name = trainingName(trajectories, index)
    const { x, y } = curveOf(data, run.stepsPerEpoch, isTask ? 100 : 1)
    return [{ key: name, name, legend: name, color: index, style: 'line', x, y }]
  })
  return {
    type: 'lines',
    figureId: idOf(isTask ? 'accuracy' : 'train-loss', trajectories, null),
    title: titled(trajectories.prefix, isTask ? 'Test accuracy' : 'Training loss'),
    subtitle: 'each training in the colour of its trajectory',
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: isTask
      ? { label: 'accuracy (%)', scale: 'linear', canBeLog: false }
      : { label: 'loss (mean squared error)', scale: 'log', canBeLog: true },
    lines,
    emptyText: 'appears after the first epoch',
  }
}

export function weightTrajectoryFigures(results: ExperimentResults, view: ViewChoices = {}): Figure[] {
  const all = trajectoriesOf(results)
  const chosen = chosenOf(all, view)
  const shown = all.filter(
    ({ analysis }) => chosen.training === 'all' || analysis.runIds.some((runId) => runId === chosen.training),
  )
  return shown.flatMap((trajectories) => {
    const asked = selectionsOf(trajectories)
    const picked = asked.filter((layer) => chosen.layer === 'all' || (layer ?? 'model') === chosen.layer)
    const walks = (trajectories.analysis.spec as { randomWalk: boolean }).randomWalk
    return [
      ...picked.flatMap((layer) => [
        trajectoryFigure(trajectories, layer, chosen),
        ...(walks ? [walkFigure(trajectories, layer, chosen)] : []),
      ]),
      varianceFigure(trajectories, asked),
      learningFigure(trajectories, chosen),
    ]
  })
}
