/** Figures of made-up numbers. */
import type {
  FieldFigure,
  Grid,
  Line,
  LineFigure,
  PointGroup,
  ScatterFigure,
  SpaceFigure,
  SpaceGroup,
  StackedFigure,
} from '../../shared/figures/figure'

export type MadeLine = Partial<Omit<Line, 'x' | 'y' | 'low' | 'high'>> & {
  x?: number[]
  y: number[]
  low?: number[]
  high?: number[]
}

/** x counts from 1 where it is not given. */
export function madeLine({ x, y, low, high, key = 'A', ...rest }: MadeLine): Line {
  return {
    key,
    name: key,
    color: 0,
    style: 'line',
    legend: key,
    ...rest,
    x: Float64Array.from(x ?? y.map((_, index) => index + 1)),
    y: Float64Array.from(y),
    ...(low && high ? { low: Float64Array.from(low), high: Float64Array.from(high) } : {}),
  }
}

export function madeFigure(lines: MadeLine[], changes: Partial<LineFigure> = {}): LineFigure {
  return {
    type: 'lines',
    figureId: 'train-loss',
    title: 'Training loss',
    subtitle: 'mean over each epoch',
    x: { label: 'epoch', scale: 'linear', canBeLog: true },
    y: { label: 'loss (mean squared error)', scale: 'log', canBeLog: true },
    lines: lines.map(madeLine),
    emptyText: 'appears after the first epoch',
    ...changes,
  }
}

export type MadePoints = Partial<Omit<PointGroup, 'x' | 'y' | 'values'>> & {
  x: number[]
  y: number[]
  values?: number[]
}

export function madePoints({ x, y, values, key = 'A', ...rest }: MadePoints): PointGroup {
  return {
    key,
    name: key,
    legend: key,
    color: 0,
    marker: 'dot',
    ...rest,
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    ...(values ? { values: Float64Array.from(values) } : {}),
  }
}

const plain = { scale: 'linear', canBeLog: false } as const

export function madeScatter(groups: MadePoints[], changes: Partial<ScatterFigure> = {}): ScatterFigure {
  return {
    type: 'scatter',
    figureId: 'minimal-ratio',
    title: 'Minimal ratio against loss',
    subtitle: 'one dot a training',
    x: { ...plain, label: 'minimal ratio' },
    y: { label: 'loss', scale: 'linear', canBeLog: true },
    groups: groups.map(madePoints),
    emptyText: 'appears with the first training',
    ...changes,
  }
}

export function madeStacked(panels: Record<string, MadeLine[]>, changes: Partial<StackedFigure> = {}): StackedFigure {
  return {
    type: 'stacked',
    figureId: 'loss-and-gradient',
    title: 'Loss and gradient norm',
    subtitle: 'each iteration',
    x: { label: 'iteration', scale: 'linear', canBeLog: true },
    panels: Object.entries(panels).map(([key, lines]) => ({
      key,
      y: { label: key, scale: 'log', canBeLog: true },
      lines: lines.map(madeLine),
    })),
    emptyText: 'appears with the first iterations',
    ...changes,
  }
}

/** A square grid from -1 to 1 with the values of a function. */
export function madeGrid(size: number, value: (x: number, y: number) => number): Grid {
  const xs = Float64Array.from({ length: size }, (_, index) => -1 + (2 * index) / (size - 1))
  const values = Float64Array.from({ length: size * size }, (_, index) =>
    value(xs[index % size]!, xs[Math.floor(index / size)]!),
  )
  return { xs, ys: xs.slice(), values }
}

export function madeField(grid: Grid, changes: Partial<FieldFigure> = {}): FieldFigure {
  return {
    type: 'field',
    figureId: 'surface',
    title: 'Error surface',
    subtitle: 'two random directions',
    x: { ...plain, label: 'first direction' },
    y: { ...plain, label: 'second direction' },
    ...grid,
    color: { label: 'loss', scale: 'linear', canBeLog: true },
    paths: [],
    emptyText: 'appears with the first points',
    ...changes,
  }
}

export function madeWay(z: number[], points: MadePoints): SpaceGroup {
  return { ...madePoints({ joined: true, ...points }), z: Float64Array.from(z) }
}

export function madeSpace(changes: Partial<SpaceFigure> = {}): SpaceFigure {
  return {
    type: 'space',
    figureId: 'space',
    title: 'Error surface',
    subtitle: 'around a minimum',
    x: { ...plain, label: 'first direction' },
    y: { ...plain, label: 'second direction' },
    z: { label: 'loss', scale: 'linear', canBeLog: true },
    paths: [],
    emptyText: 'appears with the first points',
    ...changes,
  }
}
