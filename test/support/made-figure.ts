/** Figures of made-up lines. */
import type { Line, LineFigure } from '../../shared/figures/figure'

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
