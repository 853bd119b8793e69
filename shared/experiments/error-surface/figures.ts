/** Figures of "Error surface": contours, the surface in three dimensions, lines, and the loss of the way beside that of its shadow. */
import type { SurfacePoint } from '../../analyses/error-surface'
import type { Axis, ColorScale, Figure, Grid, Line, LineFigure, PointGroup } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { formatValue } from '../../figures/numbers'
import type { ViewChoices } from '../kind'
import type { ExperimentResults } from '../results'
import {
  axisColumn,
  axisLabel,
  chosenSurface,
  computedGrid,
  lossText,
  progressText,
  surfaces,
  type Surface,
} from './surfaces'

const emptyText = 'appears with the first coarse points'

const color: ColorScale = { label: 'loss', scale: 'log', canBeLog: true }
const lossAxis: Axis = { label: 'loss', scale: 'log', canBeLog: true }

function axis(surface: Surface, index: number): Axis {
  const found = surface.result.axes[index]
  if (!found) return { label: '', scale: 'linear', canBeLog: false }
  const [label, column] = [axisLabel(surface, found, index), axisColumn(surface, found, index)]
  return { label, column, scale: 'linear', canBeLog: false }
}

function note({ label, epoch, step, trueLoss, planeLoss, distance }: SurfacePoint): string {
  return [
    label,
    `epoch: ${formatValue(epoch)} (iteration ${formatValue(step)})`,
    `loss: ${formatValue(trueLoss)}`,
    `loss on the plane: ${formatValue(planeLoss)}`,
    `distance from the plane: ${formatValue(distance)}`,
  ].join('\n')
}

function pointColumns(points: readonly SurfacePoint[]): Record<string, Float64Array> {
  const of = (value: (point: SurfacePoint) => number) => Float64Array.from(points, value)
  return {
    epoch: of(({ epoch }) => epoch),
    iteration: of(({ step }) => step),
    'loss of the weights': of(({ trueLoss }) => trueLoss),
    'loss on the plane': of(({ planeLoss }) => planeLoss),
    'distance from the plane': of(({ distance }) => distance),
  }
}

/** The way of a run as one joined path; ends of several runs as dots with their labels. */
function wayOf({ result }: Surface): PointGroup[] {
  const { points, directions } = result
  if (points.length === 0) return []
  const isWay = directions !== 'runs'
  const last = points.length - 1
  const names = points.map(({ label }, index) => {
    if (!isWay) return label
    return index === 0 && last > 0 ? 'start' : index === last ? 'end' : ''
  })
  return [
    {
      key: isWay ? 'way' : 'runs',
      name: isWay ? 'way of the training' : 'ends of the runs',
      legend: isWay ? 'way of the training' : 'ends of the runs',
      color: 'text',
      marker: 'dot',
      ...(isWay && last > 0 ? { joined: true } : {}),
      x: Float64Array.from(points, ({ coordinates }) => coordinates[0]!),
      y: Float64Array.from(points, ({ coordinates }) => coordinates[1] ?? 0),
      labels: names,
      ...(isWay && { columns: pointColumns(points) }),
      notes: points.map(note),
    },
  ]
}

const emptyGrid: Grid = { xs: new Float64Array(0), ys: new Float64Array(0), values: new Float64Array(0) }

function planeFigures(surface: Surface | undefined): Figure[] {
  const grid = surface ? computedGrid(surface) : emptyGrid
  const axes = surface ? [axis(surface, 0), axis(surface, 1)] : []
  const [x = lossAxis, y = lossAxis] = axes
  const subtitle = surface ? joined(surface.label, lossText(surface), progressText(surface, grid)) : ''
  const way = surface ? wayOf(surface) : []
  const heights = Float64Array.from(surface?.result.points ?? [], ({ planeLoss }) => planeLoss)
  return [
    {
      type: 'field',
      figureId: 'surface',
      title: 'Loss on the plane',
      subtitle,
      x,
      y,
      ...grid,
      color,
      paths: way,
      ...(surface?.spec.directions === 'runs' ? { equalScales: true } : {}),
      emptyText,
    },
    {
      type: 'space',
      figureId: 'surface-3d',
      title: 'Error surface',
      subtitle,
      x,
      y,
      z: lossAxis,
      ...(surface ? { surface: grid } : {}),
      color,
      paths: way.map((group) => ({ ...group, z: heights })),
      emptyText,
    },
  ]
}

/** All lines in one figure: they share what a step means, but not where they lead. */
function lineFigure(all: readonly Surface[]): LineFigure {
  const lines = all.map((surface): Line => {
    const { label, groupIndex } = surface
    const { xs, values } = computedGrid(surface)
    return { key: label, name: label, legend: label, color: groupIndex, style: 'line', x: xs, y: values }
  })
  const [first] = all
  const progress = first ? progressText(first, computedGrid(first)) : ''
  return {
    type: 'lines',
    figureId: 'line',
    title: 'Loss along the line',
    subtitle: first ? joined(all.length === 1 ? first.label : '', lossText(first), progress) : '',
    x: first ? axis(first, 0) : { label: '', scale: 'linear', canBeLog: false },
    y: lossAxis,
    lines,
    emptyText,
  }
}

/** True loss along the way, and what the nearest points of the plane have; how far those are on a second axis. */
function wayFigure({ label, result }: Surface): LineFigure {
  const { points } = result
  const numbers = (of: (point: SurfacePoint) => number): Float64Array => Float64Array.from(points, of)
  const x = numbers(({ epoch }) => epoch)
  const line = (key: string, index: number, y: Float64Array): Line => ({
    key,
    name: key,
    legend: key,
    color: index,
    style: 'line',
    x,
    y,
  })
  const planeText = result.axes.length === 1 ? 'line' : 'plane'
  return {
    type: 'lines',
    figureId: 'true-and-plane-loss',
    title: `Loss of the way, and of its shadow on the ${planeText}`,
    subtitle: joined(label, `where both agree, the ${planeText} shows what the training saw`),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, min: 0 },
    y: lossAxis,
    right: { label: `distance from the ${planeText}`, scale: 'linear', canBeLog: true, min: 0 },
    lines: [
      line(
        'true loss',
        0,
        numbers(({ trueLoss }) => trueLoss),
      ),
      line(
        `loss on the ${planeText}`,
        1,
        numbers(({ planeLoss }) => planeLoss),
      ),
      {
        ...line(
          `distance from the ${planeText}`,
          2,
          numbers(({ distance }) => distance),
        ),
        style: 'dashed',
        axis: 'right',
      },
    ],
    emptyText,
  }
}

export function errorSurfaceFigures(results: ExperimentResults, view: ViewChoices = {}): Figure[] {
  const all = surfaces(results)
  const chosen = chosenSurface(all, view)
  const isLine = (results.experiment.spec as { surface: Surface['spec'] }).surface.dimensions === 1
  const main = isLine ? [lineFigure(all)] : planeFigures(chosen)
  const isWay = chosen && chosen.result.directions !== 'runs' && chosen.result.points.length > 1
  return isWay ? [...main, wayFigure(chosen)] : main
}
